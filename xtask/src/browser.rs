//! A Chromium and its driver, for the tests that need a real browser.

use std::env;
use std::path::{Path, PathBuf};

use crate::command::{command, probe, run, say};
use crate::failure::{Failure, Result};
use crate::repo::Repo;

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const DRIVERS: &[&str] = &["chromedriver"];
const REMEDY: &str = "Install Chromium and its chromedriver, or name them in the variables CHROME and CHROMEDRIVER.";

#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Finds them, named by `CHROME` and `CHROMEDRIVER` or on `PATH`; where there is apt, installs what is missing.
pub(crate) fn ensure(repo: &Repo) -> Result<Browser> {
    let _lock = repo.lock()?;
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    install(repo)?;
    find()?.ok_or_else(|| Failure::new("Chromium is still missing after its installation", REMEDY))
}

fn find() -> Result<Option<Browser>> {
    let (chrome, driver) = (locate("CHROME", BROWSERS)?, locate("CHROMEDRIVER", DRIVERS)?);
    Ok(chrome.zip(driver).map(|(chrome, driver)| Browser { chrome, driver }))
}

/// A variable that is set and wrong is a mistake to tell, not a reason to take another browser.
fn locate(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    match env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from) {
        Some(path) if path.is_file() => Ok(Some(path)),
        Some(path) => Err(Failure::new(format!("{variable} names {}, which is no file", path.display()), REMEDY)),
        None => Ok(names.iter().find_map(|name| on_path(name))),
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn install(repo: &Repo) -> Result {
    let as_root = as_root(repo).filter(|_| on_path("apt-get").is_some());
    let as_root = as_root.ok_or_else(|| Failure::new("no Chromium with its chromedriver was found", REMEDY))?;
    say("installing chromium and chromium-driver with apt-get");
    let steps: [&[&str]; 2] =
        [&["update", "-qq"], &["install", "-qq", "-y", "--no-install-recommends", "chromium", "chromium-driver"]];
    for step in steps {
        let words: Vec<&str> = as_root.iter().copied().chain(["apt-get"]).chain(step.iter().copied()).collect();
        let mut apt = command(repo, words[0]);
        run(apt.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"), REMEDY)?;
    }
    Ok(())
}

/// What to put before a command to run it as root: nothing as root, `sudo` where it asks for no password.
fn as_root(repo: &Repo) -> Option<&'static [&'static str]> {
    let root = probe(command(repo, "id").arg("-u")).is_some_and(|id| id == "0");
    let sudo = || probe(command(repo, "sudo").args(["-n", "true"])).is_some();
    if root { Some(&[]) } else { sudo().then_some(&["sudo", "-n"]) }
}

/// The configuration that makes chromedriver start this browser, whatever else is installed.
pub(crate) fn webdriver_json(chrome: &Path) -> String {
    let path = chrome.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    format!("{{\"goog:chromeOptions\": {{\"binary\": \"{path}\"}}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_named_to_the_driver_with_its_path_quoted() {
        let json = webdriver_json(Path::new("/opt/a \"b\"/chrome"));
        assert_eq!(json, "{\"goog:chromeOptions\": {\"binary\": \"/opt/a \\\"b\\\"/chrome\"}}\n");
    }
}
