//! A store in memory with compare-and-set, which can be told to show something else than it holds.

use std::collections::BTreeMap;

use edge_session::Stored;
use edge_session::plan::Write;

/// The records by key, and how often they were asked for.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) records: Records,
    pub(crate) shows: Shows,
    /// Writes fail.
    pub(crate) refuses: bool,
    pub(crate) reads: usize,
    pub(crate) writes: usize,
}

/// The version counts up, so that no two records of a key have the same.
pub(crate) type Records = BTreeMap<String, (Vec<u8>, usize)>;

/// What a read shows.
#[derive(Default)]
pub(crate) enum Shows {
    /// What was written last.
    #[default]
    Latest,
    /// What was there at some earlier time.
    Old(Records),
    /// These bytes, whatever is asked for.
    Bytes(Vec<u8>),
    /// Reads fail.
    Unavailable,
}

/// What a read answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Shown(Vec<u8>, usize),
    Missing,
    Unavailable,
}

impl Store {
    pub(crate) fn read(&mut self, key: &str) -> Answer {
        self.reads += 1;
        let records = match &self.shows {
            Shows::Latest => &self.records,
            Shows::Old(records) => records,
            Shows::Bytes(bytes) => return Answer::Shown(bytes.clone(), 0),
            Shows::Unavailable => return Answer::Unavailable,
        };
        records.get(key).cloned().map_or(Answer::Missing, |(bytes, version)| Answer::Shown(bytes, version))
    }

    /// `expected`: the version that the record must have, `Some(None)` for no record at all. `None`: the write failed.
    pub(crate) fn write(&mut self, write: &Write, expected: Option<Option<usize>>) -> Option<bool> {
        if self.refuses {
            return None;
        }
        let current = self.records.get(&write.key).map(|(_, version)| *version);
        // A store that shows old records cannot compare.
        if matches!(self.shows, Shows::Latest) && expected.is_some_and(|expected| expected != current) {
            return Some(false);
        }
        self.writes += 1;
        self.records.insert(write.key.clone(), (write.bytes.clone(), self.writes));
        Some(true)
    }

    /// From now on reads show what is there now.
    pub(crate) fn freeze(&mut self) {
        self.shows = Shows::Old(self.records.clone());
    }

    /// The bytes of the only record.
    pub(crate) fn only(&self) -> &[u8] {
        assert_eq!(self.records.len(), 1, "one record");
        &self.records.values().next().expect("one record").0
    }
}

impl Answer {
    pub(crate) fn as_stored(&self) -> Stored<'_> {
        match self {
            Self::Shown(bytes, _) => Stored::Shown(bytes),
            Self::Missing => Stored::Missing,
            Self::Unavailable => Stored::Unavailable,
        }
    }

    pub(crate) const fn version(&self) -> Option<usize> {
        match self {
            Self::Shown(_, version) => Some(*version),
            Self::Missing | Self::Unavailable => None,
        }
    }
}
