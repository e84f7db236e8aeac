//! `cargo xtask serve`: the demo, with everything it needs, on this machine alone.

use std::fs::File;
use std::io::Read;
use std::process::{Command, ExitCode};

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::command::{command, say};
use crate::failure::{Failure, Result};
use crate::repo::Repo;
use crate::{files, package};

const PORT: &str = "8787";

pub(crate) fn run(repo: &Repo, args: &[String]) -> Result<ExitCode> {
    package::build(repo)?;
    ensure_secret(repo, "SESSION_SECRET")?;
    let token = ensure_secret(repo, "ADMIN_TOKEN")?;
    let port = port(args);
    say(&format!("starting the demo on http://localhost:{port} (Ctrl-C ends it)"));
    say(&format!("its administration is http://localhost:{port}/admin/, with the token {token}"));
    become_wrangler(wrangler(repo, args))
}

/// wrangler takes another port silently when the one it wants is taken, unless it was named one.
fn wrangler(repo: &Repo, args: &[String]) -> Command {
    let mut wrangler = command(repo, repo.npm_bin("wrangler"));
    wrangler.args(["dev", "--port", port(args)]).args(without_port(args));
    // Nothing asks the network, so that it works offline and without an account.
    wrangler.env("WRANGLER_HIDE_BANNER", "true").env("WRANGLER_SEND_METRICS", "false");
    wrangler.env("WRANGLER_SEND_ERROR_REPORTS", "false").env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    wrangler
}

/// Takes this process's place, so that whoever ends the command ends the server.
#[cfg(unix)]
fn become_wrangler(mut wrangler: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let error = wrangler.exec();
    Err(Failure::io("start wrangler", &error))
}

#[cfg(not(unix))]
fn become_wrangler(mut wrangler: Command) -> Result<ExitCode> {
    crate::command::run(&mut wrangler, "See what wrangler wrote above.").map(|()| ExitCode::SUCCESS)
}

/// The port given by `--port 9000` or `--port=9000`, else the usual one.
fn port(args: &[String]) -> &str {
    let named = args.iter().position(|arg| arg == "--port").and_then(|at| args.get(at + 1));
    let joined = || args.iter().find_map(|arg| arg.strip_prefix("--port="));
    named.map(String::as_str).or_else(joined).unwrap_or(PORT)
}

fn without_port(args: &[String]) -> Vec<&String> {
    let mut rest = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--port" => drop(args.next()),
            joined if joined.starts_with("--port=") => {}
            _ => rest.push(arg),
        }
    }
    rest
}

/// The secret of this name for development, made once, in the file that wrangler reads secrets from and git ignores.
fn ensure_secret(repo: &Repo, name: &str) -> Result<String> {
    let path = repo.path(".dev.vars");
    let mut kept = if path.exists() { files::read_text(&path)? } else { String::new() };
    if let Some(secret) = secret_in(&kept, name) {
        return Ok(secret.to_owned());
    }
    if !kept.is_empty() && !kept.ends_with('\n') {
        kept.push('\n');
    }
    say(&format!("making a development {name} in .dev.vars"));
    let secret = secret()?;
    files::write(&path, format!("{kept}{name}={secret}\n"))?;
    Ok(secret)
}

/// The value that a file of variables gives to a name, without the quotes that it may stand in.
fn secret_in<'a>(variables: &'a str, name: &str) -> Option<&'a str> {
    let value = variables.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.trim().trim_matches(['"', '\'']))
}

/// 32 random bytes as 43 characters of base64url.
fn secret() -> Result<String> {
    let mut bytes = [0; 32];
    let read = File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes));
    read.map_err(|error| Failure::io("draw a random secret", &error))?;
    Ok(Base64UrlUnpadded::encode_string(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_port_is_the_one_given_and_is_given_to_wrangler_once() {
        for (args, expected, rest) in [("", PORT, ""), ("--port 9 --x", "9", "--x"), ("--y --port=10 z", "10", "--y z")]
        {
            assert_eq!(port(&words(args)), expected);
            assert_eq!(without_port(&words(args)), words(rest).iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_secret_that_is_there_is_kept() {
        let variables = "A=1\nADMIN_TOKEN_OLD=no\nADMIN_TOKEN=\"yes\"\n";
        assert_eq!(secret_in(variables, "ADMIN_TOKEN"), Some("yes"));
        assert_eq!((secret_in(variables, "A"), secret_in(variables, "SESSION_SECRET")), (Some("1"), None));
    }

    #[test]
    fn every_secret_is_32_bytes_and_another() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_eq!(Base64UrlUnpadded::decode_vec(&one).unwrap().len(), 32);
        assert_ne!(one, other);
    }
}
