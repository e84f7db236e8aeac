//! The Rust side's tools. Every version is pinned once: the toolchain in `rust-toolchain.toml`, wasm-bindgen in
//! `Cargo.toml` (its command line tool must be the same version, so that is read from `Cargo.lock`), the npm packages in
//! `package.json`, and wasm-pack here.

use std::path::PathBuf;

use crate::command::{command, probe, run, say};
use crate::failure::{Failure, Result};
use crate::files;
use crate::repo::{Repo, tools_folder};

const WASM_PACK: &str = "0.15.0";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What compiling the core to WebAssembly needs: the target, and the wasm-bindgen command of the crate's version.
pub(crate) fn ensure_wasm(repo: &Repo) -> Result {
    let _lock = repo.lock()?;
    ensure_target(repo)?;
    ensure_tool(repo, "wasm-bindgen", "wasm-bindgen-cli", &wasm_bindgen_version(repo)?)
}

/// What running the Rust tests in a browser needs on top.
pub(crate) fn ensure_wasm_pack(repo: &Repo) -> Result {
    ensure_wasm(repo)?;
    let _lock = repo.lock()?;
    ensure_tool(repo, "wasm-pack", "wasm-pack", WASM_PACK)
}

/// A component of the Rust toolchain, called by the subcommand it brings.
pub(crate) fn ensure_component(repo: &Repo, subcommand: &str, component: &str) -> Result {
    if probe(command(repo, "cargo").args([subcommand, "--version"])).is_some() {
        return Ok(());
    }
    say(&format!("installing {component} for the Rust toolchain"));
    rustup(repo, &["component", "add", component])
}

fn ensure_target(repo: &Repo) -> Result {
    let library = probe(command(repo, "rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]));
    if library.is_some_and(|folder| PathBuf::from(folder).is_dir()) {
        return Ok(());
    }
    say(&format!("installing the Rust target {WASM_TARGET}"));
    rustup(repo, &["target", "add", WASM_TARGET])
}

fn rustup(repo: &Repo, args: &[&str]) -> Result {
    run(command(repo, "rustup").args(args), "Install Rust with rustup (rustup.rs) and see that it can download.")
}

/// Uses the one on `PATH` if it is of this version, else installs it into the folder that all checkouts share.
fn ensure_tool(repo: &Repo, program: &str, package: &str, version: &str) -> Result {
    let found = probe(command(repo, program).arg("--version"));
    if found.is_some_and(|text| text.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    let folder = tools_folder();
    say(&format!("installing {package} {version} into {} (once per user, some minutes)", folder.display()));
    let mut install = command(repo, "cargo");
    install.args(["install", "--quiet", package, "--version", &format!("={version}"), "--root"]).arg(folder);
    // Not this repository's: its flags and its target folder are no business of a tool.
    install.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    // Half the time to compile, and still done with this core in a second.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    run(&mut install, "See what cargo wrote above; it needs a C compiler and must reach the crates registry.")
}

fn wasm_bindgen_version(repo: &Repo) -> Result<String> {
    let path = repo.path("Cargo.lock");
    let version = locked_version(&files::read_text(&path)?, "wasm-bindgen");
    version.ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen", "Restore Cargo.toml and Cargo.lock."))
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_version_is_that_of_the_package_with_exactly_this_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
