//! What a command says when it cannot go on.

use std::fmt;
use std::io;

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// What went wrong, in one sentence, and what to do about it, in another.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    what: String,
    remedy: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }

    /// A file operation that failed; `doing` completes "cannot ...".
    pub(crate) fn io(doing: impl fmt::Display, error: &io::Error) -> Self {
        Self::new(format!("cannot {doing}: {error}"), "Check the path, its permissions and the free space.")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}. {}", self.what, self.remedy)
    }
}
