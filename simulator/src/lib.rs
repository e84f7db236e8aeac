//! Random days in the life of edge-session's core, in virtual time.
//!
//! # What is simulated
//!
//! Browsers that hop between locations whose clocks are wrong by seconds. Requests run beside each other, some of them for
//! a minute; visitors sign in and out, take new ids, end their sessions, are signed out everywhere and come back too late; all
//! sessions are ended at once;
//! responses are late or lost; old cookies are sent again, by a second tab or a thief. The store is one that shows every
//! write and compares, or one like Workers KV: every location shows for a minute or much longer what it has read once, misses
//! too, and a key takes one put a second; or the first with the second in front of it, where sessions are read until there is
//! reason for doubt. It fails now and then, in the middle of a put as well, or for an hour. Processes
//! restart and forget; secrets are replaced; two applications share the store and the secrets.
//!
//! Plans are performed as [`edge_session::plan`] says: what a process wrote itself it tells the core for 10 s, a put that
//! waits is made at its time by [`edge_session::Sessions::flush`], and again after a 429. There is no rule here beyond that.
//!
//! # What is checked, after every step
//!
//! - Nobody sees a session go back: neither behind what they did, nor behind what they were shown.
//! - A strong store loses nothing, nor does one with a cache in front of it; and nothing is called behind, or taken for lost, where
//!   the truth was to be had. On KV a change is lost only under a put that could not know of it, of an old cookie or
//!   of a parallel request; never one that the cookie, the store or this very process told of.
//! - What has ended is dead: at once on a strong store, on KV as soon as no location can show the time before.
//! - No session ends that nobody ended, no cookie is refused that is good, none is accepted past its end.
//! - Who was signed out everywhere is in nowhere: at once on a strong store, on KV once every location shows it and every
//!   cookie was to be looked up again. The session that was spared goes on, and so do those that begin later.
//! - Where sessions look for it, none outlives an end of all: on any store once every location shows it and every cookie was to be
//!   looked up again, whatever ids the session went through.
//! - Values with lifetimes of their own are never seen after their end; on a strong store none is gone before.
//! - Nobody sees a value of another session; no application takes another's cookie.
//! - Reads, writes and the pace of the puts are what the documentation says they cost.
//!
//! # What a store like KV cannot give, and is not held against it
//!
//! Where old cookies are sent again, requests run beside each other or responses are lost, a change may be gone that was put
//! under by one who could not know of it; that a cookie has no room for, where a parallel request's change is newer; that was
//! never put and is older than ten minutes. None of this is excused where every request comes with the last answer's cookie.
//!
//! With a cache in front of a strong store, only a write that failed and was made up for later can be hidden behind a parallel
//! request's newer change; and the end of who is not signed in may take as long to show as the cache does.
//!
//! An id that has ended and shows life again, since a save from a place that did not see the end was put over it, may lack what
//! that save could not know of.
//!
//! Whoever gives a session a new id where it does not show yet that this session was spared when its user was signed out
//! everywhere, may have given it one that is not spared. Who does not see yet that they were signed out everywhere may sign
//! out everybody but themselves.
//!
//! A location that does not show yet that values were written down as over may be called behind for it, though nothing of
//! what it shows is missing.
//!
//! What is older is told from what each change saw when it was made, not from the core's clocks.
//!
//! # To see it again
//!
//! A failure names its seed and its step. `cargo xtask simulate --seed S --requests N` does exactly the same again. That
//! the checks can fail is a test: [`Weakness`] switches off one protection at a time, and something is found each time.

mod commit;
mod content;
mod era;
mod history;
mod judge;
mod judge_aging;
mod judge_put;
mod perform;
mod process;
mod profile;
mod random;
mod report;
mod request;
mod respond;
mod sign_out;
mod store;
mod tiered;
mod user;
mod visit;
mod visitor;
mod weakness;

use std::fmt;

pub use report::Report;
pub use weakness::Weakness;

use era::Era;
use random::Random;

/// Requests of one day. Each day has its own store, options and troubles.
const DAY: u64 = 2_000;

/// What did not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The seed that does it again.
    pub seed: u64,
    /// After how many requests.
    pub request: u64,
    /// What did not hold, and what day it was.
    pub what: String,
}

/// Simulates so many requests.
///
/// # Errors
/// The first thing that did not hold.
pub fn simulate(seed: u64, requests: u64, weakness: Option<Weakness>) -> Result<Report, Box<Violation>> {
    run(seed, requests, weakness, u64::MAX)
}

/// The same, but tells on standard error what happens on the day of this request.
///
/// # Errors
/// As [`simulate`].
pub fn tell(seed: u64, requests: u64, weakness: Option<Weakness>, of: u64) -> Result<Report, Box<Violation>> {
    run(seed, requests, weakness, of)
}

fn run(seed: u64, requests: u64, weakness: Option<Weakness>, of: u64) -> Result<Report, Box<Violation>> {
    let mut seeds = Random::new(seed);
    let mut report = Report::default();
    while report.requests < requests {
        let at = |day: Report, what| Box::new(Violation { seed, request: report.requests + day.requests, what });
        let day = Era::new(seeds.next(), weakness).map_err(|error| at(Report::default(), error.to_string()))?;
        let day = if (report.requests..report.requests + DAY).contains(&of) { day.told() } else { day };
        let done = day.run(DAY.min(requests - report.requests)).map_err(|failed| at(failed.0, failed.1))?;
        report += done;
    }
    Ok(report)
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, request, what } = self;
        write!(f, "seed {seed}, request {request}: {what}")
    }
}
