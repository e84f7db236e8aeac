//! `cargo xtask simulate`: random days of the core in virtual time; a failure names the seed that does it again.

use std::process::ExitCode;

use crate::command::{command, run as run_to_end};
use crate::failure::Result;
use crate::repo::Repo;

pub(crate) fn run(repo: &Repo, args: &[String]) -> Result<ExitCode> {
    let mut cargo = command(repo, "cargo");
    cargo.args(["run", "--quiet", "--profile", "simulation", "--package", "edge-session-simulator", "--"]);
    run_to_end(cargo.args(args), "What did not hold stands above, with the command that does it again.")?;
    Ok(ExitCode::SUCCESS)
}
