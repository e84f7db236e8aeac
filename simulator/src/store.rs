//! The store: one that shows every write and compares, or one like Workers KV, with places that cache what they have read.

use std::collections::HashMap;
use std::rc::Rc;

use crate::content::Content;
use crate::random::Random;

/// A put of a key within this time of the last is refused, in milliseconds.
const WRITES_APART: u64 = 1000;
/// Caches of a location; which one a request meets is left to chance.
pub(crate) const CACHES: usize = 2;

/// A record as it is kept.
pub(crate) struct Kept {
    pub(crate) bytes: Rc<Vec<u8>>,
    pub(crate) content: Content,
    /// No two records have the same.
    pub(crate) version: u64,
    /// In milliseconds of the store's clock.
    pub(crate) expires: u64,
}

impl Kept {
    /// The same, as a process remembers it: no version tells it from another.
    pub(crate) fn copy(&self) -> Self {
        Self { bytes: Rc::clone(&self.bytes), content: self.content.clone(), version: 0, expires: self.expires }
    }
}

/// What a read shows.
pub(crate) type Shown = Option<Rc<Kept>>;

/// What became of a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// The record is not the one that was to be replaced.
    Lost,
    /// 429: one was put less than a second ago.
    TooSoon,
}

pub(crate) struct Store {
    strong: bool,
    staleness: u64,
    records: HashMap<String, (Rc<Kept>, u64)>,
    caches: Vec<HashMap<String, (Shown, u64)>>,
    versions: u64,
}

impl Store {
    pub(crate) fn new(strong: bool, staleness: u64, locations: usize) -> Self {
        let caches = (0..locations * CACHES).map(|_| HashMap::new()).collect();
        Self { strong, staleness, records: HashMap::new(), caches, versions: 0 }
    }

    /// What is shown at `location`: misses are cached as well.
    pub(crate) fn read(&mut self, location: usize, key: &str, now: u64, random: &mut Random) -> Shown {
        if self.strong {
            return self.current(key, now);
        }
        let cache = location * CACHES + random.index(CACHES);
        if let Some((shown, until)) = self.caches[cache].get(key)
            && now < *until
        {
            return shown.clone();
        }
        let shown = self.current(key, now);
        let until = now + random.pick(&[0, self.staleness / 4, self.staleness, self.staleness]);
        self.caches[cache].insert(key.into(), (shown.clone(), until));
        shown
    }

    /// What was put last.
    pub(crate) fn current(&self, key: &str, now: u64) -> Shown {
        self.records.get(key).map(|(kept, _)| kept).filter(|kept| now < kept.expires).cloned()
    }

    /// `expected`: the version the record must have, `Some(None)` for no record at all; only a strong store compares.
    pub(crate) fn put(
        &mut self,
        location: usize,
        key: &str,
        kept: Kept,
        expected: Option<Option<u64>>,
        now: u64,
        random: &mut Random,
    ) -> Outcome {
        if self.strong {
            let current = self.current(key, now).map(|kept| kept.version);
            if expected.is_some_and(|expected| expected != current) {
                return Outcome::Lost;
            }
        } else if self.records.get(key).is_some_and(|(_, at)| now < at + WRITES_APART) {
            return Outcome::TooSoon;
        }
        self.versions += 1;
        let kept = Rc::new(Kept { version: self.versions, ..kept });
        self.records.insert(key.into(), (Rc::clone(&kept), now));
        // "Usually immediately" visible where it was written, "not guaranteed".
        for cache in 0..CACHES {
            if !self.strong && !random.chance(3) {
                self.caches[location * CACHES + cache]
                    .insert(key.into(), (Some(Rc::clone(&kept)), now + self.staleness));
            }
        }
        Outcome::Done
    }
}
