//! `cargo xtask check`: what is judged without running the code. Every gate runs, also after one failed.

use std::process::{Command, ExitCode};

use crate::command::{command, output, run as run_to_end, say};
use crate::failure::{Failure, Result};
use crate::repo::Repo;
use crate::tally::Tally;
use crate::{files, fuzz, package, tools};

pub(crate) fn run(repo: &Repo, _args: &[String]) -> Result<ExitCode> {
    package::build(repo)?;
    let tally = tally(repo);
    println!("checks: {} passed, {} failed", tally.passed, tally.failed);
    Ok(tally.exit_code())
}

/// Runs the gates on a package already built, counting each as a test.
pub(crate) fn tally(repo: &Repo) -> Tally {
    let mut tally = Tally::default();
    for (name, gate) in gates() {
        say(&format!("check: {name}"));
        match gate(repo) {
            Ok(()) => tally.passed += 1,
            Err(failure) => {
                eprintln!("xtask: {name}: {failure}");
                tally.failed += 1;
            }
        }
    }
    tally
}

type Gate = fn(&Repo) -> Result;

fn gates() -> [(&'static str, Gate); 9] {
    [
        ("formatting", formatting),
        ("lints, native", lints_native),
        ("lints, wasm", lints_wasm),
        ("lints, fuzz targets", fuzz::lint),
        ("rustdoc", rustdoc),
        ("types of tests, demo and benchmarks", types),
        ("publint", publint),
        ("are the types wrong", types_resolve),
        ("generated files are not tracked", nothing_generated_is_tracked),
    ]
}

fn formatting(repo: &Repo) -> Result {
    tools::ensure_component(repo, "fmt", "rustfmt")?;
    run_to_end(&mut cargo(repo, &["fmt", "--all", "--check"]), "Run `cargo fmt --all`.")
}

fn lints_native(repo: &Repo) -> Result {
    tools::ensure_component(repo, "clippy", "clippy")?;
    clippy(repo, &["--workspace", "--all-targets"])
}

fn lints_wasm(repo: &Repo) -> Result {
    clippy(repo, &["--package", "edge-session", "--target", "wasm32-unknown-unknown", "--lib", "--test", "web"])
}

fn clippy(repo: &Repo, what: &[&str]) -> Result {
    let mut clippy = cargo(repo, &["clippy", "--quiet"]);
    run_to_end(clippy.args(what).args(["--", "-D", "warnings"]), "Correct what clippy names above.")
}

fn rustdoc(repo: &Repo) -> Result {
    let mut doc = cargo(repo, &["doc", "--quiet", "--no-deps", "--workspace"]);
    run_to_end(doc.env("RUSTDOCFLAGS", "-D warnings"), "Correct what rustdoc names above.")
}

/// The package's own types are checked by its build; these folders have a `tsconfig.json` if they have types to check.
fn types(repo: &Repo) -> Result {
    let folders = files::entries(&repo.path("tests")).into_iter().chain([repo.path("www"), repo.path("benches")]);
    for config in folders.map(|folder| folder.join("tsconfig.json")).filter(|config| config.exists()) {
        let mut tsc = command(repo, repo.npm_bin("tsc"));
        run_to_end(
            tsc.args(["--noEmit", "--project"]).arg(&config),
            "Correct what the TypeScript compiler names above.",
        )?;
    }
    Ok(())
}

fn publint(repo: &Repo) -> Result {
    let mut publint = command(repo, repo.npm_bin("publint"));
    publint.arg(package::pack(repo)?).arg("--strict");
    output(&mut publint, "Correct pkg/package.json as publint says above.").map(drop)
}

fn types_resolve(repo: &Repo) -> Result {
    let mut attw = command(repo, repo.npm_bin("attw"));
    attw.arg(package::pack(repo)?).args(["--profile", "esm-only"]);
    output(&mut attw, "Correct the `exports` of pkg/package.json as attw says above.").map(drop)
}

fn nothing_generated_is_tracked(repo: &Repo) -> Result {
    let mut git = command(repo, "git");
    let tracked =
        output(git.args(["ls-files", "--cached", "--ignored", "--exclude-standard"]), "Run it in a git checkout.")?;
    if tracked.is_empty() {
        return Ok(());
    }
    let what = format!("git tracks what .gitignore names: {}", tracked.lines().collect::<Vec<_>>().join(", "));
    Err(Failure::new(what, "Run `git rm --cached` on them."))
}

fn cargo(repo: &Repo, args: &[&str]) -> Command {
    let mut cargo = command(repo, "cargo");
    cargo.args(args);
    cargo
}
