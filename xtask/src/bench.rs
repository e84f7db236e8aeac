//! `cargo xtask bench`: the benchmarks, on a fresh build.

use std::process::ExitCode;

use crate::command::{command, run as run_to_end, say};
use crate::failure::Result;
use crate::repo::Repo;
use crate::{npm, package};

pub(crate) fn run(repo: &Repo, args: &[String]) -> Result<ExitCode> {
    package::build(repo)?;
    npm::ensure_in(repo, "benches")?;
    say("running the benchmarks");
    let mut node = command(repo, "node");
    run_to_end(node.arg("benches/run.mjs").args(args), "See what the benchmark wrote above.")?;
    Ok(ExitCode::SUCCESS)
}
