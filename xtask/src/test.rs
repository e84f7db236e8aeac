//! `cargo xtask test`: runs the suites one after another and sums up what they counted.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::command::{command, say, transcribe};
use crate::failure::{Failure, Result};
use crate::needs::Provided;
use crate::repo::Repo;
use crate::suites::{Runner, SUITES, Suite};
use crate::tally::{self, Reader, Tally};
use crate::{check, npm};

pub(crate) fn run(repo: &Repo, names: &[String]) -> Result<ExitCode> {
    let (mut provided, mut rows) = (Provided::default(), Vec::new());
    for suite in chosen(names)? {
        say(&format!("suite {}: {}", suite.name, suite.what));
        let started = Instant::now();
        let tally = counted(run_suite(repo, suite, &mut provided));
        rows.push((suite.name, tally, started.elapsed()));
    }
    let mut total = Tally::default();
    for (_, tally, _) in &rows {
        total += *tally;
    }
    print!("\n{}\n", table(&rows));
    println!("tests: {} passed, {} failed", total.passed, total.failed);
    Ok(total.exit_code())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Suite>> {
    let is_known = |name: &&String| SUITES.iter().any(|suite| suite.name == **name);
    if let Some(name) = names.iter().find(|name| !is_known(name)) {
        let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        let remedy = format!("The suites are {}.", known.join(", "));
        return Err(Failure::new(format!("there is no suite `{name}`"), remedy));
    }
    let is_chosen = |suite: &&Suite| names.is_empty() || names.iter().any(|name| name == suite.name);
    Ok(SUITES.iter().filter(is_chosen).collect())
}

/// A suite that could not run has failed, and the others still run.
fn counted(outcome: Result<Tally>) -> Tally {
    outcome.unwrap_or_else(|failure| {
        eprintln!("xtask: {failure}");
        Tally::ONE_FAILURE
    })
}

fn table(rows: &[(&str, Tally, Duration)]) -> String {
    let mut table = String::from("suite      passed  failed  skipped    time  result\n");
    for (name, tally, time) in rows {
        let Tally { passed, failed, skipped } = tally;
        let (time, result) = (time.as_secs(), if tally.is_good() { "ok" } else { "FAILED" });
        table += &format!("{name:<10} {passed:>6}  {failed:>6}  {skipped:>7}  {time:>4} s  {result}\n");
    }
    table
}

fn run_suite(repo: &Repo, suite: &Suite, provided: &mut Provided) -> Result<Tally> {
    require_home(repo, suite)?;
    let mut variables = Vec::new();
    for need in suite.needs {
        variables.extend(provided.provide(repo, *need)?);
    }
    if repo.path(suite.home).join("package.json").exists() {
        npm::ensure_in(repo, suite.home)?;
    }
    let (mut program, read) = match suite.runner {
        Runner::Check => return Ok(check::tally(repo)),
        Runner::Program(words, read) => (program(repo, words), read),
        Runner::Vitest => (vitest(repo, suite), tally::vitest as Reader),
    };
    let remedy = "Install what it needs, or run `cargo xtask build`.";
    let transcript = transcribe(program.envs(variables), remedy)?;
    judge(suite, read(&transcript.text), transcript.ended_well)
}

fn require_home(repo: &Repo, suite: &Suite) -> Result {
    if repo.path(suite.home).exists() {
        return Ok(());
    }
    let what = format!("suite {}: {} does not exist", suite.name, suite.home);
    Err(Failure::new(what, "Add its tests, or take it out of xtask/src/suites.rs."))
}

fn program(repo: &Repo, words: &[&str]) -> Command {
    let mut program = command(repo, words[0]);
    program.args(&words[1..]);
    program
}

fn vitest(repo: &Repo, suite: &Suite) -> Command {
    let home = repo.path(suite.home);
    let mut vitest = command(repo, repo.npm_bin("vitest"));
    vitest.arg("run").env("PWD", &home).current_dir(home);
    vitest
}

/// A runner that ran nothing, or that failed without a failed test, counts as one failure.
fn judge(suite: &Suite, mut tally: Tally, ended_well: bool) -> Result<Tally> {
    if tally.passed + tally.failed == 0 {
        let what = format!("suite {} ran no test", suite.name);
        return Err(Failure::new(what, "See what its runner wrote above."));
    }
    if !ended_well && tally.failed == 0 {
        eprintln!("xtask: suite {}: no test failed, but its runner did.", suite.name);
        tally.failed = 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_that_ran_nothing_has_failed() {
        assert!(judge(&SUITES[0], Tally::default(), true).is_err());
        assert_eq!(counted(judge(&SUITES[0], Tally::default(), true)), Tally::ONE_FAILURE);
    }

    #[test]
    fn a_runner_that_failed_is_a_failure_even_if_every_test_passed() {
        let passed = Tally { passed: 3, ..Tally::default() };
        assert_eq!(judge(&SUITES[0], passed, true).unwrap(), passed);
        assert_eq!(judge(&SUITES[0], passed, false).unwrap(), Tally { failed: 1, ..passed });
    }

    #[test]
    fn suites_are_chosen_by_name_in_the_order_of_the_table() {
        let names = |chosen: Vec<&Suite>| chosen.iter().map(|suite| suite.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(&["node".into(), "native".into()]).unwrap()), ["native", "node"]);
        assert_eq!(chosen(&[]).unwrap().len(), SUITES.len());
        assert!(chosen(&["nonsense".into()]).is_err());
    }

    #[test]
    fn the_table_says_of_each_suite_what_it_counted() {
        let good = ("native", Tally { passed: 12, failed: 0, skipped: 1 }, Duration::from_secs(3));
        let bad = ("web", Tally::ONE_FAILURE, Duration::ZERO);
        let table = table(&[good, bad]);
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = table.lines().map(words).collect();
        assert_eq!(lines[1], "native 12 0 1 3 s ok");
        assert_eq!(lines[2], "web 0 1 0 0 s FAILED");
    }
}
