//! Programs that Debian packages bring: found where they are, or installed where there is apt.

use std::env;
use std::path::PathBuf;

use crate::command::{command, probe, run, say};
use crate::failure::{Failure, Result};
use crate::repo::Repo;

/// What a suite needs of the machine, and the packages that bring it.
#[derive(Debug)]
pub(crate) struct Debian {
    /// As in "no WHAT was found".
    pub(crate) what: &'static str,
    pub(crate) packages: &'static [&'static str],
    /// What to do where apt cannot help.
    pub(crate) remedy: &'static str,
}

impl Debian {
    /// What `find` finds; where there is apt, after installing what is missing.
    pub(crate) fn ensure<T>(&self, repo: &Repo, find: impl Fn() -> Result<Option<T>>) -> Result<T> {
        let _lock = repo.lock()?;
        if let Some(found) = find()? {
            return Ok(found);
        }
        self.install(repo)?;
        find()?.ok_or_else(|| self.failure(format!("{} is still missing after its installation", self.what)))
    }

    /// The program that `variable` names, or else the first of `names` on `PATH`. A variable that is set and wrong is a
    /// mistake to tell, not a reason to take another program.
    pub(crate) fn locate(&self, variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
        match env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from) {
            Some(path) if path.is_file() => Ok(Some(path)),
            Some(path) => Err(self.failure(format!("{variable} names {}, which is no file", path.display()))),
            None => Ok(names.iter().find_map(|name| on_path(name))),
        }
    }

    fn install(&self, repo: &Repo) -> Result {
        let as_root = as_root(repo).filter(|_| on_path("apt-get").is_some());
        let as_root = as_root.ok_or_else(|| self.failure(format!("no {} was found", self.what)))?;
        say(&format!("installing {} with apt-get", self.packages.join(" and ")));
        let update: &[&str] = &["update", "-qq"];
        let install = [&["install", "-qq", "-y", "--no-install-recommends"], self.packages].concat();
        for step in [update, &install] {
            let words: Vec<&str> = as_root.iter().chain(&["apt-get"]).chain(step).copied().collect();
            let mut apt = command(repo, words[0]);
            run(apt.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"), self.remedy)?;
        }
        Ok(())
    }

    fn failure(&self, what: String) -> Failure {
        Failure::new(what, self.remedy)
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// What to put before a command to run it as root: nothing as root, `sudo` where it asks for no password.
fn as_root(repo: &Repo) -> Option<&'static [&'static str]> {
    let root = probe(command(repo, "id").arg("-u")).is_some_and(|id| id == "0");
    let sudo = || probe(command(repo, "sudo").args(["-n", "true"])).is_some();
    if root { Some(&[]) } else { sudo().then_some(&["sudo", "-n"]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: Debian = Debian { what: "shell", packages: &["dash"], remedy: "Install a shell." };

    #[test]
    fn a_program_is_found_by_the_first_of_its_names_on_path() {
        let found = SHELL.locate("NO_SUCH_VARIABLE", &["no-such-program", "sh"]).unwrap();
        assert!(found.is_some_and(|path| path.is_file() && path.ends_with("sh")));
        assert_eq!(SHELL.locate("NO_SUCH_VARIABLE", &["no-such-program"]).unwrap(), None);
    }

    #[test]
    fn a_variable_that_names_no_file_is_told_with_the_remedy() {
        // A folder, wherever the tests run.
        let failure = SHELL.locate("CARGO_MANIFEST_DIR", &["sh"]).unwrap_err().to_string();
        assert!(failure.starts_with("CARGO_MANIFEST_DIR names /"), "{failure}");
        assert!(failure.ends_with(", which is no file. Install a shell."), "{failure}");
    }
}
