//! `cargo xtask size`: what each artefact weighs against its budget, and which crate the WebAssembly's bytes come from.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::command::{command, output, say};
use crate::failure::{Failure, Result};
use crate::repo::Repo;
use crate::wasm_file::{self, WasmFile};
use crate::{attribution, files, package, wasm};

/// WebAssembly, glue and driver of the core import in a Worker, each compressed, in bytes.
const BUDGET: u64 = 44_000;

/// What a small Worker imports.
const CORE_IMPORT: &str = "export { createSessions, kvStore } from \"edge-session\";";
/// The same without a driver: what the generated glue and the loader weigh.
const GLUE_IMPORT: &str = "export * from \"./pkg/wasm/workerd.js\";";

struct Artefact {
    label: String,
    raw: u64,
    gzip: u64,
}

pub(crate) fn run(repo: &Repo, _args: &[String]) -> Result<ExitCode> {
    package::build(repo)?;
    say("bundling and compressing");
    let wasm = weigh(repo, "core_bg.wasm", &repo.path("pkg/wasm/core_bg.wasm"))?;
    let glue = weigh(repo, "glue and loader", &bundle(repo, "glue", GLUE_IMPORT, &[])?)?;
    let script = weigh(repo, "driver, glue and loader", &bundle(repo, "core", CORE_IMPORT, &[])?)?;
    let total = wasm.gzip + script.gzip;
    print_artefacts("In a Worker (minified)", &[&wasm, &glue, &script]);
    println!("  {:<26} {:>17} of {BUDGET} bytes gzip", "core import, in total", total);
    print_artefacts("Elsewhere", &[&weigh(repo, "bytes.js", &repo.path("pkg/wasm/bytes.js"))?]);
    let manifest = files::read_text(&repo.path("pkg/package.json"))?;
    let subpaths = subpaths(&manifest).map(|name| subpath(repo, name)).collect::<Result<Vec<_>>>()?;
    print_artefacts("Subpaths, without the core", &subpaths.iter().collect::<Vec<_>>());
    print_contents(repo)?;
    Ok(verdict(total))
}

fn verdict(total: u64) -> ExitCode {
    if total <= BUDGET {
        return ExitCode::SUCCESS;
    }
    let failure = Failure::new(
        format!("the core import is {} bytes over its budget", total - BUDGET),
        "Find what grew in the tables above.",
    );
    eprintln!("xtask: {failure}");
    ExitCode::FAILURE
}

/// The names in the `exports` of a package.json, as npm formats it: one line `"./name": {` each.
fn subpaths(manifest: &str) -> impl Iterator<Item = &str> {
    manifest.lines().filter_map(|line| line.trim().strip_prefix("\"./")?.strip_suffix("\": {"))
}

fn subpath(repo: &Repo, name: &str) -> Result<Artefact> {
    let code = format!("export * from \"edge-session/{name}\";");
    weigh(repo, &format!("edge-session/{name}"), &bundle(repo, name, &code, &["--external:#wasm"])?)
}

/// One minified file, as a bundler for Workers makes it; the WebAssembly stays a file beside it. The code is read from
/// standard input, so that esbuild resolves its imports from the root, as an application's.
fn bundle(repo: &Repo, name: &str, code: &str, more: &[&str]) -> Result<PathBuf> {
    let bundled = repo.scratch(&format!("size/{name}.js"));
    let mut esbuild = command(repo, repo.npm_bin("esbuild"));
    esbuild.args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
    esbuild.args([
        "--conditions=workerd,worker,browser",
        "--external:*.wasm",
        "--external:node:*",
        "--external:cloudflare:*",
    ]);
    esbuild.args(more).arg("--log-level=warning").arg(format!("--outfile={}", bundled.display()));
    esbuild.stdin(entry(repo, name, code)?);
    output(&mut esbuild, "See what esbuild wrote above.")?;
    Ok(bundled)
}

fn entry(repo: &Repo, name: &str, code: &str) -> Result<File> {
    let path = repo.scratch(&format!("size/{name}.entry.js"));
    files::write(&path, code)?;
    File::open(&path).map_err(|error| Failure::io(format!("read {}", path.display()), &error))
}

fn weigh(repo: &Repo, label: &str, path: &Path) -> Result<Artefact> {
    const GZIP: &str =
        "process.stdout.write(String(zlib.gzipSync(fs.readFileSync(process.argv[1]), { level: 9 }).length))";
    let mut node = command(repo, "node");
    let gzip = output(node.args(["-e", GZIP]).arg(path), "Run `cargo xtask build`.")?;
    let gzip = gzip.parse().map_err(|_| Failure::new(format!("node compressed to `{gzip}`"), "Reinstall Node.js."))?;
    Ok(Artefact { label: label.to_owned(), raw: files::read(path)?.len() as u64, gzip })
}

fn print_artefacts(title: &str, artefacts: &[&Artefact]) {
    println!("\n{:<28} {:>8} {:>8}", title, "raw", "gzip");
    for Artefact { label, raw, gzip } in artefacts {
        println!("  {label:<26} {raw:>8} {gzip:>8}");
    }
}

fn print_contents(repo: &Repo) -> Result {
    let named = wasm::build_named(repo)?;
    let parsed = wasm_file::parse(&files::read(&named)?);
    let parsed =
        parsed.ok_or_else(|| Failure::new(format!("{} is not well-formed", named.display()), "Run `cargo clean`."))?;
    print_rows("The WebAssembly, by crate", &attribution::by_crate(&parsed), &parsed);
    print_rows("Its heaviest functions", &attribution::heaviest(&parsed, 12), &parsed);
    Ok(())
}

fn print_rows(title: &str, rows: &[(String, usize)], wasm: &WasmFile) {
    println!("\n{title}\n{:>8} {:>8}", "raw", "share");
    for (name, bytes) in rows {
        let share = 100.0 * *bytes as f64 / wasm.size() as f64;
        println!("{bytes:>8} {share:>6.1} %  {name}");
    }
}

#[cfg(test)]
mod tests {
    use super::subpaths;

    #[test]
    fn the_subpaths_are_read_from_the_manifest() {
        let manifest = r##"{
  "imports": {
    "#wasm": {
      "default": "./wasm/inline.js"
    }
  },
  "exports": {
    ".": {
      "default": "./dist/index.js"
    },
    "./sqlite": {
      "default": "./dist/stores/sqlite.js"
    },
    "./package.json": "./package.json"
  }
}"##;
        assert_eq!(subpaths(manifest).collect::<Vec<_>>(), ["sqlite"]);
    }
}
