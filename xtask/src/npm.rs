//! The npm packages and the Node.js versions they bring.

use std::env;
use std::path::{Path, PathBuf};

use crate::command::{command, probe, run, say};
use crate::failure::{Failure, Result};
use crate::repo::Repo;
use crate::stamp::Stamp;

/// What wrangler asks for. A machine for which npm has no pinned Node.js may use its own from here on.
const OLDEST_NODE_FOR_TOOLS: u32 = 22;
/// What npm itself needs to install the pinned one.
const OLDEST_NODE_FOR_NPM: u32 = 20;

/// Installs the tools that `package.json` pins, and a current Node.js among them.
pub(crate) fn ensure(repo: &Repo) -> Result {
    ensure_in(repo, "")?;
    let version = probe(command(repo, "node").arg("--version")).unwrap_or_default();
    if major(&version) >= OLDEST_NODE_FOR_TOOLS {
        return Ok(());
    }
    let what = format!(
        "the tools need Node.js {OLDEST_NODE_FOR_TOOLS}.12 or newer, npm has none for this platform, and PATH has"
    );
    let found = if version.is_empty() { "none" } else { &version };
    Err(Failure::new(format!("{what} {found}"), "Install a current Node.js."))
}

/// Installs the packages of one folder as its lock file has them, unless that is what is installed.
pub(crate) fn ensure_in(repo: &Repo, folder: &str) -> Result {
    let _lock = repo.lock()?;
    let folder = repo.path(folder);
    let modules = folder.join("node_modules");
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    let stamp = Stamp::new(modules.join(".installed"), &inputs, &[]);
    if stamp.is_fresh() {
        return Ok(());
    }
    require_npm(repo)?;
    say(&format!("installing the npm packages of {}", shown(repo, &folder)));
    install(repo, &folder)?;
    stamp.write()
}

/// `install --no-save` follows the lock file and leaves it alone. `ci` does so as well, but refuses to go on when the
/// registry lacks an optional package for some platform, be it another one. None of the packages needs its install
/// script, and npm 11 would ask before running one.
fn install(repo: &Repo, folder: &Path) -> Result {
    let mut npm = command(repo, "npm");
    npm.current_dir(folder).args(["install", "--no-save", "--ignore-scripts"]);
    npm.args(["--no-audit", "--no-fund", "--loglevel=error"]);
    let remedy = "See what npm wrote above; it must reach its registry, or have the packages in its cache.";
    run(&mut npm, remedy)
}

fn require_npm(repo: &Repo) -> Result {
    let remedy = format!("Install Node.js {OLDEST_NODE_FOR_NPM} or newer; it brings npm.");
    let node = probe(command(repo, "node").arg("--version"));
    let node = node.ok_or_else(|| Failure::new("Node.js was not found on PATH", &remedy))?;
    if major(&node) < OLDEST_NODE_FOR_NPM {
        return Err(Failure::new(format!("Node.js {node} is too old"), remedy));
    }
    probe(command(repo, "npm").arg("--version")).ok_or_else(|| Failure::new("npm was not found on PATH", remedy))?;
    Ok(())
}

/// The major version in `v24.21.0`; 0 if that is not what it is.
fn major(version: &str) -> u32 {
    let digits = version.trim_start_matches('v').split('.').next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// The versions of Node.js that the package promises to run under.
pub(crate) const RUNTIMES: [u32; 4] = [20, 22, 24, 26];

/// Installs every one of [`RUNTIMES`].
pub(crate) fn ensure_runtimes(repo: &Repo) -> Result {
    ensure_in(repo, "xtask/runtimes")
}

/// The folder with that version's `node`, if it is installed.
pub(crate) fn runtime_folder(repo: &Repo, version: u32) -> Option<PathBuf> {
    let platform = platform()?;
    // Node 24 runs the tools, so it is in the root and goes by its own name there.
    let folder = match version {
        24 => format!("node_modules/node-{platform}/bin"),
        other => format!("xtask/runtimes/node_modules/node{other}-{platform}/bin"),
    };
    Some(repo.path(&folder)).filter(|folder| folder.join("node").is_file())
}

/// How the npm packages of Node.js call this machine, where there are such packages.
fn platform() -> Option<&'static str> {
    match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => Some("linux-x64"),
        ("linux", "aarch64") => Some("linux-arm64"),
        _ => None,
    }
}

fn shown(repo: &Repo, folder: &Path) -> String {
    let relative = folder.strip_prefix(repo.path("")).unwrap_or(folder);
    if relative.as_os_str().is_empty() { "the root".into() } else { relative.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read_from_what_node_prints() {
        assert_eq!(major("v24.21.0"), 24);
        assert_eq!(major("20.0.0"), 20);
        assert_eq!(major(""), 0);
        assert_eq!(major("nonsense"), 0);
    }
}
