//! `cargo xtask build`: the npm package, complete in `pkg/`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::command::{command, output, run as run_to_end, say};
use crate::failure::Result;
use crate::files;
use crate::npm;
use crate::repo::Repo;
use crate::stamp::Stamp;
use crate::wasm;

pub(crate) fn run(repo: &Repo, _args: &[String]) -> Result<ExitCode> {
    build(repo)?;
    say("the package is in pkg/");
    Ok(ExitCode::SUCCESS)
}

/// Builds what is out of date: the WebAssembly, the TypeScript, the papers that npm shows.
pub(crate) fn build(repo: &Repo) -> Result {
    npm::ensure(repo)?;
    wasm::build(repo)?;
    let _lock = repo.lock()?;
    compile_typescript(repo)?;
    copy_papers(repo)
}

fn compile_typescript(repo: &Repo) -> Result {
    let inputs = [
        "pkg/src",
        "pkg/tsconfig.json",
        "pkg/package.json",
        "pkg/wasm/index.d.ts",
        "pkg/wasm/core.d.ts",
        "package-lock.json",
        "xtask/src/package.rs",
    ];
    let inputs: Vec<PathBuf> = inputs.iter().map(|path| repo.path(path)).collect();
    let dist = repo.path("pkg/dist");
    let stamp = Stamp::new(repo.scratch("typescript.stamp"), &inputs, std::slice::from_ref(&dist));
    if stamp.is_fresh() {
        return Ok(());
    }
    say("compiling the TypeScript");
    let mut tsc = command(repo, repo.npm_bin("tsc"));
    run_to_end(tsc.args(["--project", "pkg"]), "Correct what the TypeScript compiler names above.")?;
    remove_leftovers(&repo.path("pkg/src"), &dist)?;
    stamp.write()
}

/// Removes what a source that is gone was compiled to. Afterwards, not before: a demo that runs watches the folder, and hangs
/// on files that are missing for a while.
fn remove_leftovers(sources: &Path, compiled: &Path) -> Result {
    for path in files::entries(compiled) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            remove_leftovers(&sources.join(name), &path)?;
        } else {
            let stem = name.split('.').next().unwrap_or_default();
            if !sources.join(format!("{stem}.ts")).is_file() {
                files::remove(&path)?;
            }
        }
    }
    Ok(())
}

/// npm packs only what is beside the manifest; these belong to the whole repository.
fn copy_papers(repo: &Repo) -> Result {
    let is_paper = |name: &str| name == "README.md" || name == "CHANGELOG.md" || name.starts_with("LICENSE");
    for path in files::entries(&repo.path("")) {
        if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| is_paper(name)) {
            files::copy(&path, &repo.path("pkg").join(name))?;
        }
    }
    Ok(())
}

/// Packs the package as npm would publish it, and returns the tarball. Call after [`build`].
pub(crate) fn pack(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.scratch("packed");
    files::clear_folder(&folder)?;
    let mut npm = command(repo, "npm");
    npm.current_dir(repo.path("pkg")).args(["pack", "--loglevel=error", "--pack-destination"]).arg(&folder);
    let printed = output(&mut npm, "Correct pkg/package.json.")?;
    Ok(folder.join(printed.lines().last().unwrap_or_default().trim()))
}
