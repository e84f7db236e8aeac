//! `cargo xtask fuzz`: made-up inputs at every door where strangers' bytes come in, guided by what code they reach.
//!
//! libFuzzer on the stable toolchain: its coverage is a pass of the compiler's, switched on by flags. The address sanitizer,
//! which would need a nightly one, has nothing to find in code without `unsafe`.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::command::{command, probe, run as run_to_end, say};
use crate::failure::{Failure, Result};
use crate::files;
use crate::repo::Repo;

/// Every branch counted, and what is compared handed to the fuzzer, which then tries it. No inlining into what is measured
/// goes missing: the counters are put in after it.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
/// How long each target runs unless the command says otherwise.
const SECONDS: &str = "20";
/// An input that takes longer takes more than linear time.
const TIMEOUT: &str = "-timeout=10";
const QUIETLY: [&str; 3] = ["-print_final_stats=1", "-verbosity=0", "-print_funcs=0"];
const LARGEST: &str = "-max_len=16384";

/// What the command line says.
struct Task {
    targets: Vec<String>,
    seconds: String,
    /// An input to run once more.
    replay: Option<PathBuf>,
}

pub(crate) fn run(repo: &Repo, args: &[String]) -> Result<ExitCode> {
    let task = parse(args, &targets(repo)?)?;
    let program = build(repo)?;
    if let (Some(input), [target]) = (&task.replay, task.targets.as_slice()) {
        let mut fuzzer = fuzzer(repo, &program, target);
        return run_to_end(fuzzer.arg(input), "It breaks a promise still: see above.").map(|()| ExitCode::SUCCESS);
    }
    let mut failed = Vec::new();
    for target in &task.targets {
        say(&format!("fuzz {target}: {} s", task.seconds));
        match fuzz(repo, &program, target, &task.seconds) {
            Ok(summary) => println!("{target:<12} {summary}"),
            Err(failure) => {
                eprintln!("xtask: {failure}");
                failed.push(target.as_str());
            }
        }
    }
    println!("fuzz: {} targets, {} with a finding", task.targets.len(), failed.len());
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `[target ...] [--seconds N] [--replay FILE]`
fn parse(args: &[String], known: &[String]) -> Result<Task> {
    let remedy = format!(
        "It is `cargo xtask fuzz [target ...] [--seconds N]`, or `cargo xtask fuzz target --replay FILE`; the targets are {}.",
        known.join(", ")
    );
    let mut task = Task { targets: Vec::new(), seconds: SECONDS.into(), replay: None };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seconds" => {
                let number = args.next().filter(|number| number.parse::<u32>().is_ok_and(|number| number > 0));
                task.seconds.clone_from(number.ok_or_else(|| Failure::new("--seconds needs a number", &remedy))?);
            }
            "--replay" => {
                let file = args.next().ok_or_else(|| Failure::new("--replay needs a file", &remedy))?;
                task.replay = Some(PathBuf::from(file));
            }
            name if known.iter().any(|known| known == name) => task.targets.push(name.into()),
            name => return Err(Failure::new(format!("there is no target `{name}`"), remedy)),
        }
    }
    if task.replay.is_some() && task.targets.len() != 1 {
        return Err(Failure::new("--replay needs the one target of its input", remedy));
    }
    if task.targets.is_empty() {
        task.targets = known.to_vec();
    }
    Ok(task)
}

/// The names in the table of `fuzz/src/targets/mod.rs`.
fn targets(repo: &Repo) -> Result<Vec<String>> {
    Ok(names(&files::read_text(&repo.path("fuzz/src/targets/mod.rs"))?))
}

fn names(table: &str) -> Vec<String> {
    let name = |line: &str| Some(line.trim().strip_prefix("Target { name: \"")?.split_once('"')?.0.to_owned());
    table.lines().filter_map(name).collect()
}

/// Compiles the fuzzer and what it measures; for this machine by name, so that build scripts are not measured as well.
fn build(repo: &Repo) -> Result<PathBuf> {
    say("building the fuzzer");
    let host = host(repo)?;
    let mut cargo = cargo(repo, &["build", "--quiet", "--release", "--features", "libfuzzer", "--target", &host]);
    let remedy = "It needs a C++ compiler (`g++` or `clang++`), for libFuzzer.";
    run_to_end(cargo.env("RUSTFLAGS", FLAGS), remedy)?;
    Ok(folder(repo).join(host).join("release/fuzz"))
}

/// Lints the targets, without the fuzzer: that takes no C++ compiler.
pub(crate) fn lint(repo: &Repo) -> Result {
    let remedy = "Correct what clippy names above.";
    run_to_end(&mut cargo(repo, &["fmt", "--check"]), "Run `cargo fmt --manifest-path fuzz/Cargo.toml`.")?;
    let mut clippy = cargo(repo, &["clippy", "--quiet", "--all-targets"]);
    run_to_end(clippy.args(["--", "-D", "warnings"]).env("RUSTFLAGS", "--cfg fuzzing"), remedy)
}

fn cargo(repo: &Repo, args: &[&str]) -> Command {
    let mut cargo = command(repo, "cargo");
    cargo.arg(args[0]).arg("--manifest-path").arg(repo.path("fuzz/Cargo.toml")).args(&args[1..]);
    cargo.env("CARGO_TARGET_DIR", folder(repo));
    cargo
}

fn host(repo: &Repo) -> Result<String> {
    let version = probe(command(repo, "rustc").arg("-vV")).unwrap_or_default();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.ok_or_else(|| Failure::new("rustc does not say what machine this is", "Install Rust with rustup (rustup.rs)."))
}

fn folder(repo: &Repo) -> PathBuf {
    repo.target().join("fuzz")
}

/// The program, for one target.
fn fuzzer(repo: &Repo, program: &PathBuf, target: &str) -> Command {
    let mut fuzzer = command(repo, program);
    fuzzer.env("EDGE_SESSION_FUZZ", target).args([TIMEOUT, LARGEST]);
    fuzzer
}

/// Runs one target for so long; what it came to, in one line. Inputs that reached something new are kept for the next run.
fn fuzz(repo: &Repo, program: &PathBuf, target: &str, seconds: &str) -> Result<String> {
    let [corpus, findings] = ["corpus", "findings"].map(|kind| folder(repo).join(kind).join(target));
    files::make_folder(&corpus)?;
    files::make_folder(&findings)?;
    let remedy = format!(
        "Again: `cargo xtask fuzz {target} --replay FILE`, with the file that is named above behind \"Test unit written to\". \
         What it shows becomes a vector or a test."
    );
    let mut fuzzer = fuzzer(repo, program, target);
    fuzzer.env("EDGE_SESSION_SEEDS", &corpus).arg(format!("-max_total_time={seconds}"));
    fuzzer.arg(format!("-artifact_prefix={}/", findings.display())).args(QUIETLY).arg(&corpus);
    let said = fuzzer.output().map_err(|error| Failure::io(format!("run {}", program.display()), &error))?;
    let text = String::from_utf8_lossy(&said.stderr);
    if !said.status.success() {
        eprint!("{text}");
        return Err(Failure::new(format!("{target} has broken a promise ({})", said.status), remedy));
    }
    Ok(summary(&text, files::entries(&corpus).len()))
}

fn summary(text: &str, kept: usize) -> String {
    let stat = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map_or("?", str::trim);
    let (runs, speed) = (stat("stat::number_of_executed_units:"), stat("stat::average_exec_per_sec:"));
    format!("{runs} inputs, {speed} a second, {kept} kept; nothing found")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_named_by_the_table_and_nothing_else_is_one() {
        let table = "/// Target { name\n  Target { name: \"cookie\", run: x },\n    #[cfg(fuzzing)]\n  Target { name: \"message\", run: y },\n";
        let known = names(table);
        assert_eq!(known, ["cookie", "message"]);
        let parsed = |words: &[&str]| parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), &known);
        assert_eq!(parsed(&[]).unwrap().targets, known);
        assert_eq!(parsed(&["message", "--seconds", "5"]).unwrap().seconds, "5");
        for wrong in [&["token"][..], &["--seconds"], &["--seconds", "0"], &["--replay", "file"]] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
