//! The core as WebAssembly: `pkg/wasm/core_bg.wasm`, the glue that calls it, and the same bytes as text.
//!
//! wasm-bindgen's `bundler` glue is taken, without its first file: what is left is a module of plain functions with a
//! setter for the instance behind them. So `pkg/wasm/instance.js` can make the instance in every runtime, and make it
//! again after a trap; the `web` glue refuses to be initialised twice.

use std::path::{Path, PathBuf};

use crate::command::{command, output, run, say};
use crate::failure::Result;
use crate::files;
use crate::letters;
use crate::repo::Repo;
use crate::stamp::Stamp;
use crate::tools;

const OUTPUTS: [&str; 4] = ["pkg/wasm/core.js", "pkg/wasm/core.d.ts", "pkg/wasm/core_bg.wasm", "pkg/wasm/bytes.js"];
/// 512 MiB: many times what the largest session takes, and a bound for whatever goes wrong.
const MOST_MEMORY: &str = "link-arg=--max-memory=536870912";
const COMPILER_REMEDY: &str = "Correct what the compiler names above.";
const TOOL_REMEDY: &str = "See what it wrote above; `cargo clean` and a new build put right a half-written file.";

/// Builds what is out of date. Needs the npm packages.
pub(crate) fn build(repo: &Repo) -> Result {
    tools::ensure_wasm(repo)?;
    let _lock = repo.lock()?;
    say("compiling the core to WebAssembly");
    let compiled = compile(repo)?;
    let stamp = stamp(repo, &compiled);
    if stamp.is_fresh() {
        return Ok(());
    }
    say("generating the glue and optimising the WebAssembly");
    let bound = bind(repo, &compiled)?;
    optimise(repo, &bound, &repo.path("pkg/wasm/core_bg.wasm"), &[])?;
    files::copy(&bound.with_file_name("core_bg.js"), &repo.path("pkg/wasm/core.js"))?;
    files::copy(&bound.with_file_name("core.d.ts"), &repo.path("pkg/wasm/core.d.ts"))?;
    write_bytes(repo)?;
    stamp.write()
}

/// Optimised like the published file, but with the names of its functions. Call after [`build`].
pub(crate) fn build_named(repo: &Repo) -> Result<PathBuf> {
    let named = repo.scratch("named.wasm");
    optimise(repo, &repo.scratch("bound/core_bg.wasm"), &named, &["-g"])?;
    Ok(named)
}

/// The crate type is given here, not in Cargo.toml: natively the core is a plain library, and being `no_std` cannot be
/// more. `standalone` tells the core that nothing else is linked with it, so that it brings its own panic handler.
fn compile(repo: &Repo) -> Result<PathBuf> {
    let mut cargo = command(repo, "cargo");
    cargo.args(["rustc", "--config", &remapped_paths(repo)?, "--package", "edge-session", "--lib", "--release"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--crate-type", "cdylib", "--", "--cfg", "standalone"]);
    cargo.args(["-C", MOST_MEMORY]);
    run(&mut cargo, COMPILER_REMEDY)?;
    Ok(repo.target().join("wasm32-unknown-unknown/release/edge_session.wasm"))
}

/// Where the compiler and the crates lie on this machine is nobody's business: panics carry paths into the module. Named on
/// the command line, where Cargo adds it to the flags of its configuration file; `RUSTFLAGS` would replace them.
fn remapped_paths(repo: &Repo) -> Result<String> {
    let sysroot = output(command(repo, "rustc").args(["--print", "sysroot"]), COMPILER_REMEDY)?;
    let library = PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust/library");
    let crates = std::fs::read_dir(cargo_home().join("registry/src")).into_iter().flatten().flatten();
    let folders = crates.map(|folder| folder.path()).chain([library]);
    let flags: Vec<String> = folders.map(|folder| format!("'--remap-path-prefix={}/='", folder.display())).collect();
    Ok(format!("target.wasm32-unknown-unknown.rustflags=[{}]", flags.join(",")))
}

fn cargo_home() -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_default().join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

fn stamp(repo: &Repo, compiled: &Path) -> Stamp {
    let sources = ["Cargo.lock", "package-lock.json", "xtask/src/wasm.rs", "xtask/src/letters.rs"];
    let inputs: Vec<PathBuf> = sources.iter().map(|path| repo.path(path)).chain([compiled.to_path_buf()]).collect();
    let outputs: Vec<PathBuf> = OUTPUTS.iter().map(|path| repo.path(path)).collect();
    Stamp::new(repo.scratch("wasm.stamp"), &inputs, &outputs)
}

/// Returns the WebAssembly that wasm-bindgen writes, with its glue beside it.
fn bind(repo: &Repo, compiled: &Path) -> Result<PathBuf> {
    let folder = repo.scratch("bound");
    let mut bindgen = command(repo, "wasm-bindgen");
    bindgen.args(["--target", "bundler", "--out-name", "core", "--out-dir"]).arg(&folder).arg(compiled);
    run(&mut bindgen, TOOL_REMEDY)?;
    Ok(folder.join("core_bg.wasm"))
}

/// No feature flags: binaryen reads from the file what it may use. With `--all-features` older runtimes refuse the result.
fn optimise(repo: &Repo, from: &Path, to: &Path, more: &[&str]) -> Result {
    let mut wasm_opt = command(repo, repo.npm_bin("wasm-opt"));
    wasm_opt.args(["-Oz", "--converge"]).args(more).arg(from).arg("-o").arg(to);
    output(&mut wasm_opt, TOOL_REMEDY).map(drop)
}

fn write_bytes(repo: &Repo) -> Result {
    let wasm = files::read(&repo.path("pkg/wasm/core_bg.wasm"))?;
    files::write(&repo.path("pkg/wasm/bytes.js"), letters::module(&wasm))
}
