//! What is known of a user across sessions: from when on none of theirs counts, and which there are. And of everybody: from
//! when on no session counts.
//!
//! A user who signs in has a record in the store, and a prefix. The record is one time (an epoch): sessions that began
//! before it are over, so that signing out everywhere is one write. Under the prefix stands an entry for each session, so that a
//! user's sessions can be listed.

use alloc::vec::Vec;

use crate::keyring::Keys;
use crate::store_key::Handle;
use crate::time::Timestamp;
use crate::wire::{Reader, Writer};

const START: [u8; 2] = [1, 6];

/// The hash that names a user in the store: 128 bits of a keyed hash, for which nobody can search a second user.
pub(crate) type UserKey = [u8; 16];

/// The name of this user, JSON text, by the keys of one secret.
pub(crate) fn user_of(keys: &Keys, user: &str) -> UserKey {
    keys.hash_user(user.as_bytes()).first_chunk().copied().unwrap_or_default()
}

/// The name under which the epoch of all sessions stands: that of no user, whose names are JSON text.
pub(crate) fn everybody(keys: &Keys) -> UserKey {
    user_of(keys, "")
}

/// A user's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Epoch {
    /// A session that began before this is over.
    pub(crate) at: Timestamp,
    /// But for this one, unless it began before that time: an epoch before this one had ended it.
    pub(crate) spared: Option<(Handle, Timestamp)>,
}

impl Epoch {
    /// `version 1 | kind 6 | user 16 | epoch 6`, and where one is spared `spared 32 | began before 6`
    pub(crate) fn encode(&self, user: &UserKey) -> Vec<u8> {
        let mut bytes = Vec::from(START);
        bytes.put(user);
        bytes.put_time(self.at);
        if let Some((spared, since)) = &self.spared {
            bytes.put(spared);
            bytes.put_time(*since);
        }
        bytes
    }

    /// What [`Epoch::encode`] wrote, and for which user. `None`: garbage.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(UserKey, Self)> {
        let mut reader = Reader::new(bytes);
        if reader.array()? != START {
            return None;
        }
        let (user, at) = (reader.array()?, reader.time()?);
        let spared = if reader.rest().is_empty() { None } else { Some((reader.array()?, reader.time()?)) };
        Some((user, Self { at, spared })).filter(|_| reader.rest().is_empty())
    }

    /// The same. `None` also for another user's record.
    pub(crate) fn decode_of(user: &UserKey, bytes: &[u8]) -> Option<Self> {
        Self::decode(bytes).filter(|(whose, _)| whose == user).map(|(_, epoch)| epoch)
    }

    /// Whether this session of the user's, which began then, is over.
    pub(crate) fn ends(&self, handle: &Handle, began: Timestamp) -> bool {
        began < self.at && !self.spared.is_some_and(|(spared, since)| spared == *handle && began >= since)
    }

    /// Since when a session must have begun to be spared by the next epoch: whom this one ends, none brings back.
    pub(crate) fn spares(&self, handle: &Handle) -> Timestamp {
        self.spared.filter(|(spared, _)| spared == handle).map_or(self.at, |(_, since)| since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const ANN: UserKey = [7; 16];

    #[test]
    fn an_epoch_ends_what_began_before_it_but_for_the_one_that_is_spared() {
        let later = NOW.after(Span::from_millis(1));
        for spared in [None, Some(([2; 32], Timestamp::default())), Some(([2; 32], later))] {
            let epoch = Epoch { at: later, spared };
            let read = Epoch::decode_of(&ANN, &epoch.encode(&ANN)).unwrap();
            assert_eq!(read, epoch);
            assert!(read.ends(&[1; 32], NOW) && !read.ends(&[1; 32], later));
            assert_eq!(read.ends(&[2; 32], NOW), spared.is_none_or(|(_, since)| since == later));
        }
    }

    #[test]
    fn another_users_record_and_every_cut_of_it_are_garbage() {
        let bytes = Epoch { at: NOW, spared: Some(([2; 32], NOW)) }.encode(&ANN);
        assert_eq!(Epoch::decode_of(&[8; 16], &bytes), None);
        let whole = bytes.len() - 32 - 6;
        assert!((0..bytes.len()).all(|length| length == whole || Epoch::decode_of(&ANN, &bytes[..length]).is_none()));
    }
}
