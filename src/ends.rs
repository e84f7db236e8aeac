//! What ends a session: rotation, login, logout, destroy; and what the store keeps of it.

use alloc::vec::Vec;

use crate::commit::Step;
use crate::error::Error;
use crate::index;
use crate::merge::Stamp;
use crate::options::Consistency;
use crate::plan::{Action, Commit, Guard, Plan, Put, Role, Write};
use crate::reading::{Merge, Plain};
use crate::record::Record;
use crate::sealed;
use crate::session::{Session, Stored, foreign};
use crate::store_key::{Handle, end_key};
use crate::time::{Span, Timestamp};
use crate::token::Client;
use crate::wire::{Reader, Writer};

/// How long a rotated id still leads to the new one, so that requests in flight are not logged out.
const GRACE: Span = Span::from_secs(10);

/// Over for whoever asks by the time; but not for who signs out, and asks at no time at all.
const LONG_AGO: Timestamp = Timestamp::from_millis(1);

const END: [u8; 2] = [1, 4];

impl Step<'_> {
    /// What becomes of the old id: after a login or logout it is dead, after a rotation it leads on for a short grace. Where a
    /// login was its end, it says which id that made, for who signs out at the same time.
    /// Kept as long as a token for it could live, so that a store that shows nothing is never mistaken for it.
    pub(crate) fn write_old(&self, new: &Client, newest: Stamp) -> Result<Write, Error> {
        let Session { client: old, handle, .. } = self.session;
        let bytes = match self.action {
            // Whoever sent a link may have the old id as well: no grace for that.
            Action::Rotate if self.session.way.carries() => self.moved(self.now.after(GRACE), new, newest, handle)?,
            Action::Login(_) if self.session.way.carries() => self.moved(LONG_AGO, new, newest, handle)?,
            _ => Record::Ended.encode(handle),
        };
        let expires = match self.session.named {
            true => self.now.after(self.sessions.options.horizon), // longer than a save that began before it may take
            false => self.sessions.options.lifetime.record_end(old.began, self.now),
        };
        // A new id is made of what is still there: what was written meanwhile must not be left behind.
        Ok(Write { key: self.session.key(), bytes, expires, guard: Guard::Unchanged, role: Role::End, meta: None })
    }

    /// The old id's end, also where saves never write; nothing for a visitor who is not signed in, or where no save can
    /// bury an end.
    pub(crate) fn write_end(&self) -> Option<Write> {
        let Session { client: old, handle, .. } = self.session;
        if !self.is_eventual() || old.user.is_none() {
            return None;
        }
        // An end counts at once, also where the clock is behind the one that brought it about.
        let from = match self.action {
            Action::Rotate if self.session.way.carries() => self.now.after(GRACE),
            Action::Login(_) if self.session.way.carries() => LONG_AGO,
            _ => Timestamp::default(),
        };
        Some(write_end(handle, from, self.sessions.options.lifetime.record_end(old.began, self.now)))
    }

    fn moved(&self, until: Timestamp, new: &Client, newest: Stamp, old: &Handle) -> Result<Vec<u8>, Error> {
        let mut successor = new.clone();
        // Whoever is led there carries nothing, so a store that does not show the new record yet is known to be behind.
        successor.overlay.clear();
        successor.seen = newest;
        let (keys, nonce) = (self.sessions.newest()?, self.entropy.successor_nonce());
        let successor = sealed::seal_successor(&successor.encode(), keys, old, &nonce).ok_or_else(foreign)?;
        Ok(Record::Moved { until, successor: &successor }.encode(old))
    }

    pub(crate) fn follow(&self, session: Session) -> Plan {
        let (session, read) = self.sessions.look(session, self.now);
        Plan::Follow { session, read }
    }

    /// An end is written over whatever is there, garbage too; but where a rotation made a new id of the session meanwhile,
    /// it is that id that must end. Where a store that shows every write has the end already, somebody else wrote it: then
    /// nothing is written, so that the host announces one end and not two.
    pub(crate) fn destroy(&self) -> Result<Plan, Error> {
        if self.session.fresh {
            return Ok(Plan::Nothing);
        }
        if self.read_too_long_ago(true) {
            return Ok(self.follow(self.session.clone()));
        }
        if let Ok(plain) = self.sessions.unseal_all(self.session, self.known)
            && let Some(session) = self.successor(&plain)
        {
            return Ok(self.follow(Session { outdated: self.session.outdated, ..session }));
        }
        let session = self.session.clone();
        let shown = matches!(self.known.stored, Stored::Shown(_));
        let guard = if shown { Guard::Unchanged } else { Guard::Always };
        let mut writes = Vec::new();
        if !self.sessions.options.is_whole() && !self.is_over() {
            writes.push(Write { guard, ..self.write_old(&session.client, Stamp::ZERO)? });
            writes.extend(self.write_end());
            writes.extend(index::over(&session.client, &session.handle, self.now));
        }
        let cookies = if session.way.carries() { self.sessions.forget(&session)? } else { Vec::new() };
        let read = self.sessions.read(&session, self.now);
        Ok(Plan::Write(Commit { session, read, writes, cookies, put: Put::Awaited }))
    }

    fn is_over(&self) -> bool {
        let Stored::Shown(bytes) = self.known.stored else { return false };
        let strong = self.sessions.options.consistency == Consistency::Strong;
        strong && Record::decode(bytes, &self.session.handle) == Some(Record::Ended)
    }

    /// A change of a session that is over comes to nothing. But whoever signs out means the session that they have, whatever
    /// its id is by now, and however long ago it got it. It ends then, and nothing of it goes on: who has an id from before a
    /// sign-in may have planted it.
    pub(crate) fn ended(&self, plain: &Plain) -> Plan {
        match self.successor(plain).filter(|_| matches!(self.action, Action::Logout)) {
            Some(session) => self.follow(Session { outdated: true, ..session }),
            None => Plan::Ended,
        }
    }

    /// The session that an id led to, its grace over or not.
    fn successor(&self, plain: &Plain) -> Option<Session> {
        let whenever = Timestamp::default();
        match self.sessions.merge(self.session, self.known, plain, whenever) {
            Ok(Merge::Moved(session)) => Some(session),
            _ => None,
        }
    }
}

/// The end of a session where saves never write: `version 1 | kind 4 | handle 32 | from when on 6`.
pub(crate) fn write_end(handle: &Handle, from: Timestamp, expires: Timestamp) -> Write {
    let mut bytes = Vec::from(END);
    bytes.put(handle);
    bytes.put_time(from);
    Write { key: end_key(handle), bytes, expires, guard: Guard::Always, role: Role::Safeguard, meta: None }
}

/// From when on the session is over. `None`: garbage, or another session's end.
pub(crate) fn decode_end(bytes: &[u8], handle: &Handle) -> Option<Timestamp> {
    let mut reader = Reader::new(bytes);
    let whole = reader.array()? == END && reader.array()? == *handle;
    reader.time().filter(|_| whole && reader.rest().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_read_back_and_another_sessions_or_a_damaged_one_is_garbage() {
        let from = Timestamp::from_millis(1_800_000_000_000);
        let mut bytes = write_end(&[7; 32], from, from).bytes;
        assert_eq!(decode_end(&bytes, &[7; 32]), Some(from));
        assert_eq!(decode_end(&bytes, &[8; 32]), None);
        assert!((0..bytes.len()).all(|length| decode_end(&bytes[..length], &[7; 32]).is_none()));
        bytes.push(0);
        assert_eq!(decode_end(&bytes, &[7; 32]), None);
    }
}
