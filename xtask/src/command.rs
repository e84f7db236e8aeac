//! Running programs.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use crate::failure::{Failure, Result};
use crate::repo::Repo;

/// Says in one line what is being done. On standard error: standard output is for results.
pub(crate) fn say(doing: &str) {
    eprintln!("xtask: {doing}");
}

/// A program started in the root of the checkout, with the pinned tools first on `PATH`.
pub(crate) fn command(repo: &Repo, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(repo.path("")).env("PATH", repo.search_path());
    // Counts are read from the runners' plain output.
    command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    command
}

/// Runs it to a good end, its output passing through.
pub(crate) fn run(command: &mut Command, remedy: &str) -> Result {
    let status = command.status().map_err(|error| not_started(command, &error, remedy))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{}` failed ({status})", text(command)), remedy)) }
}

/// Runs it to a good end and returns what it printed. What it complained about is shown if it fails.
pub(crate) fn output(command: &mut Command, remedy: &str) -> Result<String> {
    let output = command.output().map_err(|error| not_started(command, &error, remedy))?;
    if !output.status.success() {
        eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        return Err(Failure::new(format!("`{}` failed ({})", text(command), output.status), remedy));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What it prints, or `None` if it is not there or fails: for looking whether a tool is installed.
pub(crate) fn probe(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a program printed, on both streams, and whether it ended well.
#[derive(Debug)]
pub(crate) struct Transcript {
    pub(crate) text: String,
    pub(crate) ended_well: bool,
}

/// Runs it, showing what it prints and keeping it as well.
pub(crate) fn transcribe(command: &mut Command, remedy: &str) -> Result<Transcript> {
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|error| not_started(command, &error, remedy))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let errors = thread::spawn(move || stderr.map(|stream| pass_through(stream, io::stderr())).unwrap_or_default());
    let mut text = stdout.map(|stream| pass_through(stream, io::stdout())).unwrap_or_default();
    let status = child.wait().map_err(|error| not_started(command, &error, remedy))?;
    text.push_str(&errors.join().unwrap_or_default());
    Ok(Transcript { text, ended_well: status.success() })
}

fn pass_through(from: impl Read, mut to: impl Write) -> String {
    let mut kept = String::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        // A closed terminal is no reason to stop counting.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}

fn not_started(command: &Command, error: &io::Error, remedy: &str) -> Failure {
    Failure::new(format!("`{}` could not be started: {error}", text(command)), remedy)
}

/// The command as a person would type it, without the folders of its program.
pub(crate) fn text(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
