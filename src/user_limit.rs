//! How many sessions a user may have.

use alloc::vec;
use alloc::vec::Vec;

use crate::error::{Code, Error};
use crate::sort::sorted;
use crate::text::decimal;
use crate::time::Timestamp;

/// One of a user's sessions, as its entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn<'a> {
    /// The session's handle.
    pub handle: &'a str,
    /// When it ends at the latest; 0: never.
    pub ends: Timestamp,
    /// When the user signed in there; 0: not known.
    pub since: Timestamp,
}

/// How many sessions a user may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserLimit {
    /// As many as this.
    pub sessions: usize,
    /// Whoever has as many is not signed in once more; else the oldest ends.
    pub refuses: bool,
}

impl UserLimit {
    /// Which of a user's sessions are to end, so that they may have that of the handle `own` besides: those since longest.
    ///
    /// # Errors
    /// `limit` when a session would have to end, and none is to.
    pub fn excess(self, all: &[SignedIn<'_>], own: &str, now: Timestamp) -> Result<Vec<bool>, Error> {
        let counts = |session: &SignedIn<'_>| {
            session.handle != own && (session.ends == Timestamp::default() || session.ends > now)
        };
        let others = all.iter().filter(|session| counts(session)).count();
        let excess = others.saturating_add(1).saturating_sub(self.sessions);
        if excess > 0 && self.refuses {
            let [has, may] = [others, self.sessions].map(|count| decimal(count as u64));
            return Err(Error::new(Code::Limit, ["the user has ", &has, " sessions, and may have ", &may].concat()));
        }
        let since = |at: usize| all.get(at).map(|session| (!counts(session), session.since, at));
        let mut over = vec![false; all.len()];
        for at in sorted(all.len(), &|a, b| since(a) < since(b)).into_iter().take(excess) {
            if let Some(over) = over.get_mut(at) {
                *over = true;
            }
        }
        Ok(over)
    }
}
