//! The store: one that shows every write and compares, one like Workers KV, with places that cache what they have read, or
//! the first with the second in front of it.

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

/// What kind of store it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It shows every write, and compares.
    Strong,
    /// Like Workers KV.
    Eventual,
    /// A strong one, and one like Workers KV in front of it for the sessions' records.
    Tiered,
}

/// Whether a tiered store keeps a copy of this key near.
pub(crate) fn is_near(key: &str) -> bool {
    key.starts_with("s1:")
}

type Records = HashMap<String, (Rc<Kept>, u64)>;

pub(crate) struct Store {
    kind: Kind,
    staleness: u64,
    records: Records,
    /// The copies of a tiered store.
    near: Records,
    caches: Vec<HashMap<String, (Shown, u64)>>,
    versions: u64,
}

impl Store {
    pub(crate) fn new(kind: Kind, staleness: u64, locations: usize) -> Self {
        let caches = (0..locations * CACHES).map(|_| HashMap::new()).collect();
        Self { kind, staleness, records: HashMap::new(), near: HashMap::new(), caches, versions: 0 }
    }

    /// What is shown at `location`: misses are cached as well.
    pub(crate) fn read(&mut self, location: usize, key: &str, now: u64, random: &mut Random) -> Shown {
        if self.kind == Kind::Strong || self.kind == Kind::Tiered && !is_near(key) {
            return self.current(key, now);
        }
        let cache = location * CACHES + random.index(CACHES);
        if let Some((shown, until)) = self.caches[cache].get(key)
            && now < *until
        {
            return shown.clone();
        }
        let shown = match self.kind {
            Kind::Tiered => current(&self.near, key, now),
            Kind::Strong | Kind::Eventual => self.current(key, now),
        };
        let until = now + random.pick(&[0, self.staleness / 4, self.staleness, self.staleness]);
        self.caches[cache].insert(key.into(), (shown.clone(), until));
        shown
    }

    /// What was put last.
    pub(crate) fn current(&self, key: &str, now: u64) -> Shown {
        current(&self.records, key, now)
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
        if self.kind != Kind::Eventual {
            let current = self.current(key, now).map(|kept| kept.version);
            if expected.is_some_and(|expected| expected != current) {
                return Outcome::Lost;
            }
        } else if is_too_soon(&self.records, key, now) {
            return Outcome::TooSoon;
        }
        self.versions += 1;
        let kept = Rc::new(Kept { version: self.versions, ..kept });
        self.records.insert(key.into(), (Rc::clone(&kept), now));
        if self.kind == Kind::Eventual {
            self.show(location, key, &kept, now, random);
        }
        Outcome::Done
    }

    /// Puts a copy where a tiered store reads sessions.
    pub(crate) fn put_near(
        &mut self,
        location: usize,
        key: &str,
        kept: Rc<Kept>,
        now: u64,
        random: &mut Random,
    ) -> Outcome {
        if is_too_soon(&self.near, key, now) {
            return Outcome::TooSoon;
        }
        self.near.insert(key.into(), (Rc::clone(&kept), now));
        self.show(location, key, &kept, now, random);
        Outcome::Done
    }

    /// "Usually immediately" visible where it was written, "not guaranteed".
    fn show(&mut self, location: usize, key: &str, kept: &Rc<Kept>, now: u64, random: &mut Random) {
        for cache in 0..CACHES {
            if !random.chance(3) {
                self.caches[location * CACHES + cache]
                    .insert(key.into(), (Some(Rc::clone(kept)), now + self.staleness));
            }
        }
    }
}

fn current(records: &Records, key: &str, now: u64) -> Shown {
    records.get(key).map(|(kept, _)| kept).filter(|kept| now < kept.expires).cloned()
}

fn is_too_soon(records: &Records, key: &str, now: u64) -> bool {
    records.get(key).is_some_and(|(_, at)| now < at + WRITES_APART)
}
