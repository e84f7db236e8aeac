//! What is known of a user across sessions: which of them have ended.
//!
//! A store without compare-and-set can lose the end of a session: a save from a location that has not seen it yet is put
//! over it. So the end of a signed-in session is kept a second time, in a record which saves never write. It is read together
//! with the session. Every id has its own: two ends put at two places within a minute would bury each other in a common one.

use alloc::vec::Vec;

use crate::options::Handle;
use crate::time::Timestamp;
use crate::wire::{Reader, Writer};

const VERSION: u8 = 1;
const KIND: u8 = 4;
const OWNER_BYTES: usize = 16;
const NAME_BYTES: usize = 16;
/// More ends than anybody brings about while tokens live; the oldest go first.
const MOST_ENDS: usize = 1_000;

/// The hash that names a user in the store.
pub(crate) type UserKey = [u8; 32];

/// A user's record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct User {
    ends: Vec<Ending>,
}

/// The end of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// The first bytes of its handle.
    name: [u8; NAME_BYTES],
    /// From when on it is dead.
    from: Timestamp,
    /// When no token for it can live any more.
    until: Timestamp,
}

impl Ending {
    pub(crate) fn of(handle: &Handle, from: Timestamp, until: Timestamp) -> Self {
        Self { name: name(handle), from, until }
    }
}

impl User {
    /// `version 1 | kind 4 | owner 16 | per end: name 16 | from 6 | until 6`
    pub(crate) fn encode(&self, owner: &UserKey) -> Vec<u8> {
        let mut bytes = Vec::from([VERSION, KIND]);
        bytes.extend(owner.iter().take(OWNER_BYTES));
        for Ending { name, from, until } in &self.ends {
            bytes.put(name);
            bytes.put_time(*from);
            bytes.put_time(*until);
        }
        bytes
    }

    /// What [`User::encode`] wrote for the same user. `None`: garbage, or another user's record.
    pub(crate) fn decode(bytes: &[u8], owner: &UserKey) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        if reader.array()? != [VERSION, KIND] || !owner.starts_with(reader.take(OWNER_BYTES)?) {
            return None;
        }
        let mut ends = Vec::new();
        while !reader.rest().is_empty() {
            ends.push(Ending { name: reader.array()?, from: reader.time()?, until: reader.time()? });
        }
        Some(Self { ends })
    }

    /// When the record may be dropped: when no token for any of these sessions can live.
    pub(crate) fn last(&self) -> Timestamp {
        self.ends.iter().map(|end| end.until).max().unwrap_or_default()
    }

    /// Whether this session of the user's is over.
    pub(crate) fn ended(&self, handle: &Handle, now: Timestamp) -> bool {
        let name = name(handle);
        self.ends.iter().any(|end| end.name == name && now >= end.from)
    }

    /// The record with one more end; those that no token can ask for any more are dropped.
    pub(crate) fn with(mut self, end: Ending, now: Timestamp) -> Self {
        self.ends.retain(|known| known.until > now && known.name != end.name);
        let first = self.ends.len().saturating_sub(MOST_ENDS - 1);
        self.ends.drain(..first);
        self.ends.push(end);
        self
    }
}

fn name(handle: &Handle) -> [u8; NAME_BYTES] {
    handle.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn ending(of: u8, lives: u64) -> Ending {
        Ending::of(&[of; 32], NOW, NOW.after(Span::from_secs(lives)))
    }

    #[test]
    fn an_end_is_read_back_and_holds_for_its_session_from_its_time_on() {
        let user = User::default().with(ending(1, 60), NOW).with(ending(2, 60), NOW);
        let read = User::decode(&user.encode(&[7; 32]), &[7; 32]).unwrap();
        assert_eq!(read, user);
        assert!(read.ended(&[1; 32], NOW) && read.ended(&[2; 32], NOW) && !read.ended(&[3; 32], NOW));
        assert!(!read.ended(&[1; 32], NOW.before(Span::from_millis(1))));
    }

    #[test]
    fn another_users_record_and_every_cut_of_it_are_garbage() {
        let bytes = User::default().with(ending(1, 60), NOW).encode(&[7; 32]);
        assert_eq!(User::decode(&bytes, &[8; 32]), None);
        let whole = bytes.len() - 28;
        assert!((0..bytes.len()).all(|length| length == whole || User::decode(&bytes[..length], &[7; 32]).is_none()));
    }

    #[test]
    fn ends_that_nobody_can_ask_for_are_dropped_and_there_are_never_too_many() {
        let later = NOW.after(Span::from_secs(60));
        let user = User::default().with(ending(1, 60), NOW).with(ending(2, 90), later);
        assert!(!user.ended(&[1; 32], later) && user.ended(&[2; 32], later));
        let many = (0..3_000_u32).fold(User::default(), |user, n| {
            let mut handle = [0; 32];
            handle[..4].copy_from_slice(&n.to_be_bytes());
            user.with(Ending::of(&handle, NOW, later), NOW)
        });
        assert_eq!(many.ends.len(), MOST_ENDS);
    }
}
