//! The commands of this repository. Each installs what it needs and is missing, says what it is doing, and fails with one
//! sentence and the remedy.
//!
//! How to find your way: `repo` knows where things are, `command` runs them, `failure` reports. `tools`, `npm`, `browser`
//! and `redis` install, the last two with `apt`. `wasm` and `package` build, and `stamp` knows when they need not.
//! `suites` is the table of test suites, `test` runs it after `needs` has provided for it, `tally` reads what the runners
//! print. `check`, `size` (with `attribution` and `wasm_file`), `simulate`, `fuzz`, `serve` and `bench` are commands of their own.

mod apt;
mod attribution;
mod bench;
mod browser;
mod check;
mod command;
mod failure;
mod files;
mod fuzz;
mod letters;
mod needs;
mod npm;
mod package;
mod redis;
mod repo;
mod serve;
mod simulate;
mod size;
mod stamp;
mod suites;
mod tally;
mod test;
mod tools;
mod wasm;
mod wasm_file;

use std::env;
use std::process::ExitCode;

use failure::{Failure, Result};
use repo::Repo;

type Run = fn(&Repo, &[String]) -> Result<ExitCode>;

const COMMANDS: &[(&str, &str, Run)] = &[
    ("serve", "the demo on http://localhost:8787; further arguments go to wrangler dev", serve::run),
    ("test", "every suite, or those named: cargo xtask test native node", test::run),
    ("build", "the npm package in pkg/, ready for npm pack", package::run),
    ("check", "formatting, lints, documentation, types, and the packed package", check::run),
    ("simulate", "random days in virtual time: --requests N --seed S --seeds N", simulate::run),
    ("fuzz", "made-up inputs at every door: cargo xtask fuzz [target ...] [--seconds N]", fuzz::run),
    ("size", "what each artefact and each dependency weighs, against the budget", size::run),
    ("bench", "the benchmarks; further arguments go to benches/run.mjs", bench::run),
];

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<ExitCode> {
    let Some((name, rest)) = args.split_first().filter(|(name, _)| !name.starts_with('-')) else {
        print!("{}", usage());
        return Ok(ExitCode::SUCCESS);
    };
    let known = COMMANDS.iter().find(|(command, ..)| command == name);
    let (.., run) = known.ok_or_else(|| Failure::new(format!("there is no command `{name}`"), usage()))?;
    run(&Repo::find()?, rest)
}

fn usage() -> String {
    let lines = COMMANDS.iter().map(|(name, does, _)| format!("  cargo xtask {name:<8} {does}\n"));
    format!("The commands are:\n{}", lines.collect::<String>())
}
