//! The stored record: a last-writer-wins map per namespace. Its one versioned byte layout is drawn at [`Record::encode`].
//!
//! A record is read lazily. Its directory says where each namespace lies and how new it is, so a request pays for the
//! namespaces it touches and not for what is stored; all others are copied as they are. The text of a namespace stands in
//! it as one JSON object, so that the host can hand it to `JSON.parse` without the core looking at a single value.

mod layout;

use alloc::vec::Vec;

use crate::merge::{Entries, Stamp};
use crate::time::Timestamp;

pub use layout::TextRange;
pub(crate) use layout::{decode_namespaces, encode_namespaces};

/// What a record says of its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record<'a> {
    /// The session lives.
    Live(Live<'a>),
    /// The session was destroyed. Wins over every other record.
    Ended,
    /// The session goes on under another id, which only the keyring can read; the old one leads there until `until`.
    Moved {
        /// The end of the grace.
        until: Timestamp,
        /// The new id, sealed.
        successor: &'a [u8],
    },
}

/// A live session's values and what is known of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live<'a> {
    /// When the last change was written.
    pub modified: Timestamp,
    /// When the store may drop the record. It is not served afterwards, dropped or not.
    pub expires: Timestamp,
    /// The newest stamp of the tombstones that were collected.
    pub floor: Stamp,
    /// Sorted by name, each name once.
    pub namespaces: Vec<Namespace<'a>>,
}

/// One namespace of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace<'a> {
    /// The name, a JSON string literal: `"shop.cart"`.
    pub name: &'a str,
    newest: Stamp,
    tombstones: usize,
    body: Body<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body<'a> {
    Encoded { table: &'a [u8], text: &'a [u8] },
    Decoded(Entries<'a>),
}

impl<'a> Namespace<'a> {
    /// A namespace of these entries.
    pub fn new(name: &'a str, entries: Entries<'a>) -> Self {
        let (newest, tombstones) = (entries.newest(), entries.tombstones());
        Self { name, newest, tombstones, body: Body::Decoded(entries) }
    }

    /// The newest stamp in it; nothing is decoded to tell.
    pub const fn newest(&self) -> Stamp {
        self.newest
    }

    /// How many tombstones are in it; nothing is decoded to tell.
    pub const fn tombstones(&self) -> usize {
        self.tombstones
    }

    /// It stands as it was read: no entry of it was looked at or changed.
    pub(crate) const fn is_stored(&self) -> bool {
        matches!(self.body, Body::Encoded { .. })
    }

    /// Both stand as they were read, and hold the same entries. Their stamps tell, since no two changes have the same one:
    /// nothing has to be decoded, and no value looked at.
    pub(crate) fn has_same_stamps(&self, other: &Namespace<'_>) -> bool {
        matches!((&self.body, &other.body), (Body::Encoded { table, .. }, Body::Encoded { table: others, .. }) if table == others)
    }

    /// Its entries. `None`: the bytes are no entries, or not those that the directory tells of. By a directory that told of an
    /// older state a change would get a stamp that loses, and a deletion would never be collected.
    pub fn entries(&self) -> Option<Entries<'a>> {
        match &self.body {
            Body::Decoded(entries) => Some(entries.clone()),
            Body::Encoded { table, text } => layout::decode_entries(table, text)
                .filter(|entries| entries.newest() == self.newest && entries.tombstones() == self.tombstones),
        }
    }
}

impl<'a> Live<'a> {
    /// A session that holds nothing yet.
    pub const fn empty() -> Self {
        let never = Timestamp::from_millis(0);
        Self { modified: never, expires: never, floor: Stamp::ZERO, namespaces: Vec::new() }
    }

    /// The newest stamp of anything this record ever held.
    pub fn newest(&self) -> Stamp {
        self.namespaces.iter().map(Namespace::newest).max().unwrap_or_default().max(self.floor)
    }

    /// The namespace of this name.
    pub fn namespace(&self, name: &str) -> Option<&Namespace<'a>> {
        let at = self.namespaces.binary_search_by(|namespace| namespace.name.cmp(name)).ok()?;
        self.namespaces.get(at)
    }

    /// The entries of the namespace of this name; none when there is no such namespace. `None`: garbage.
    pub(crate) fn entries(&self, name: &str) -> Option<Entries<'a>> {
        self.namespace(name).map_or_else(|| Some(Entries::new()), Namespace::entries)
    }

    /// The record with these entries merged in. `None`: a namespace that had to be decoded is garbage.
    #[must_use]
    pub fn merge(mut self, others: Vec<Namespace<'a>>) -> Option<Self> {
        for other in others {
            match self.namespaces.binary_search_by(|namespace| namespace.name.cmp(other.name)) {
                Err(at) => self.namespaces.insert(at, other),
                Ok(at) => {
                    let slot = self.namespaces.get_mut(at)?;
                    *slot = Namespace::new(slot.name, slot.entries()?.merge(other.entries()?));
                }
            }
        }
        Some(self)
    }

    /// Forgets tombstones older than `before`; the floor remembers that there were some. `None`: garbage.
    #[must_use]
    pub fn collect(self, before: Timestamp) -> Option<Self> {
        self.collect_except(before, &[], &|_| false)
    }

    /// Without what a later record of the session has forgotten: what it lacks, at or below its floor, was deleted. `None`:
    /// garbage.
    pub(crate) fn without_forgotten(mut self, later: &Live<'_>) -> Option<Self> {
        if later.floor <= self.floor {
            return Some(self);
        }
        for slot in &mut self.namespaces {
            let (mut entries, kept) = (slot.entries()?, later.entries(slot.name)?);
            entries.retain(|entry| entry.stamp > later.floor || kept.get(entry.key).is_some());
            *slot = Namespace::new(slot.name, entries);
        }
        self.namespaces.retain(|namespace| namespace.newest > Stamp::ZERO);
        self.floor = later.floor;
        Some(self)
    }

    /// The same, but keeps the tombstones that are also in `kept`, and of a namespace that `ages` the one that tells when it was
    /// last changed.
    pub(crate) fn collect_except(
        mut self,
        before: Timestamp,
        kept: &[Namespace<'_>],
        ages: &dyn Fn(&str) -> bool,
    ) -> Option<Self> {
        let mut floor = self.floor;
        for slot in self.namespaces.iter_mut().filter(|namespace| namespace.tombstones > 0) {
            let mut entries = slot.entries()?;
            let kept = match kept.iter().find(|kept| kept.name == slot.name) {
                Some(kept) => kept.entries()?,
                None => Entries::new(),
            };
            let lives = entries.iter().any(|entry| entry.value.is_some());
            let last = if lives && ages(slot.name) { slot.newest } else { Stamp::ZERO };
            entries.retain(|entry| {
                let is_old = entry.stamp.time() < before && entry.stamp != last;
                let collected = entry.value.is_none() && is_old && kept.get(entry.key).is_none();
                floor = if collected { floor.max(entry.stamp) } else { floor };
                !collected
            });
            *slot = Namespace::new(slot.name, entries);
        }
        self.namespaces.retain(|namespace| namespace.newest > Stamp::ZERO);
        self.floor = floor;
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::Entry;

    /// A tombstone.
    fn entry(key: &'static str, time: u64) -> Entry<'static> {
        Entry { key, value: None, stamp: Stamp::next(Timestamp::from_millis(time), Stamp::ZERO, 1) }
    }

    #[test]
    fn collected_tombstones_leave_their_stamp_as_the_floor() {
        let mut live = Live::empty();
        let entries = |key, time| Entries::from_iter([entry(key, time)]);
        live.namespaces.push(Namespace::new("\"gone\"", entries("\"x\"", 5)));
        live.namespaces.push(Namespace::new("\"shop.cart\"", entries("\"note\"", 30)));
        let live = live.collect(Timestamp::from_millis(29)).unwrap();
        assert_eq!(live.floor.time(), Timestamp::from_millis(5));
        assert!(live.namespace("\"gone\"").is_none());
        assert_eq!(live.namespace("\"shop.cart\"").unwrap().tombstones(), 1);
        let live = live.collect(Timestamp::from_millis(31)).unwrap();
        assert_eq!(live.floor.time(), Timestamp::from_millis(30));
        assert_eq!(live.newest().time(), Timestamp::from_millis(30));
    }
}
