//! The last-writer-wins map: entries, stamps, tombstones, merge.
//!
//! Every entry carries the stamp of the change that wrote it, a hybrid logical clock (Kulkarni et al. 2014) with a random
//! tie-break. [`Entries::merge`] keeps the newer entry per key. It is commutative, associative and idempotent, so copies
//! of a session that met in any order, any number of times, end up the same.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::sort::sorted;
use crate::time::Timestamp;

/// When an entry was written, so that no two changes are ever equal and what was seen is never later than what comes next.
///
/// Ordered by time, then by the random tie-break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Milliseconds since 1970 in the upper 48 bits, a counter in the lower 16.
    time: u64,
    tie: u32,
}

impl Stamp {
    /// Earlier than every change.
    pub const ZERO: Self = Self { time: 0, tie: 0 };
    pub(crate) const BYTES: usize = 12;

    /// The stamp of a change made at `now` by someone who has seen `newest`: later than both. `tie` is random.
    #[must_use]
    pub fn next(now: Timestamp, newest: Self, tie: u32) -> Self {
        let wall = now.as_millis().checked_shl(16).unwrap_or(u64::MAX);
        Self { time: wall.max(newest.time.saturating_add(1)), tie }
    }

    /// The physical part of the clock.
    pub const fn time(self) -> Timestamp {
        Timestamp::from_millis(self.time >> 16)
    }

    pub(crate) const fn to_bytes(self) -> [u8; Self::BYTES] {
        let [a, b, c, d, e, f, g, h] = self.time.to_be_bytes();
        let [i, j, k, l] = self.tie.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l]
    }

    pub(crate) const fn from_bytes([a, b, c, d, e, f, g, h, i, j, k, l]: [u8; Self::BYTES]) -> Self {
        Self { time: u64::from_be_bytes([a, b, c, d, e, f, g, h]), tie: u32::from_be_bytes([i, j, k, l]) }
    }
}

/// One key of a namespace. Key and value are JSON text that is never parsed here; the key is a JSON string literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The key, quotes included: `"color"`.
    pub key: &'a str,
    /// The value; `None` is a tombstone, the trace of a deleted key.
    pub value: Option<&'a str>,
    /// The change that wrote it.
    pub stamp: Stamp,
}

impl Entry<'_> {
    /// The newer of two entries. Equal stamps come from one change, or from a fault: then the values decide, so that
    /// the order of merging still does not.
    fn precedence(&self) -> (Stamp, Option<&str>) {
        (self.stamp, self.value)
    }
}

/// The entries of one namespace, sorted by key, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries<'a>(Vec<Entry<'a>>);

impl<'a> Entries<'a> {
    /// No entries.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// All entries, tombstones included, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = Entry<'a>> {
        self.0.iter().copied()
    }

    /// The entry of this key, tombstones included.
    pub fn get(&self, key: &str) -> Option<Entry<'a>> {
        let at = self.0.binary_search_by(|entry| entry.key.cmp(key)).ok()?;
        self.0.get(at).copied()
    }

    /// Whether there is nothing at all, not even a tombstone.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The newest stamp; [`Stamp::ZERO`] when empty.
    pub fn newest(&self) -> Stamp {
        self.0.iter().map(|entry| entry.stamp).max().unwrap_or_default()
    }

    /// How many tombstones there are.
    pub fn tombstones(&self) -> usize {
        self.0.iter().filter(|entry| entry.value.is_none()).count()
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, keep: impl FnMut(&Entry<'a>) -> bool) {
        self.0.retain(keep);
    }

    /// Both maps together; of two entries with the same key, the newer.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let mut merged = Vec::with_capacity(self.0.len().saturating_add(other.0.len()));
        self.walk(&other, &mut |mine, theirs| {
            let newer = match (mine, theirs) {
                (Some(mine), Some(theirs)) if mine.precedence() < theirs.precedence() => Some(theirs),
                (mine, theirs) => mine.or(theirs),
            };
            merged.extend(newer);
        });
        Self(merged)
    }

    /// Visits every key of both maps once, in their order, with the entry that each map has for it.
    #[inline(never)] // all that compares two maps goes through here
    pub(crate) fn walk<'b>(&self, other: &Entries<'b>, visit: Visit<'_, 'a, 'b>) {
        let (mut left, mut right) = (self.0.as_slice(), other.0.as_slice());
        loop {
            let order = match (left.first(), right.first()) {
                (Some(a), Some(b)) => a.key.cmp(b.key),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return,
            };
            let mine = if order == Ordering::Greater { None } else { left.split_off_first() };
            let theirs = if order == Ordering::Less { None } else { right.split_off_first() };
            visit(mine, theirs);
        }
    }

    /// An entry whose key is known to come after all others: how a decoder fills the map. `None` if it does not.
    pub(crate) fn push(&mut self, entry: Entry<'a>) -> Option<()> {
        if self.0.last().is_some_and(|last| last.key >= entry.key) {
            return None;
        }
        self.append(entry);
        Some(())
    }

    /// The same where the order is certain: what [`Entries::walk`] visits.
    pub(crate) fn append(&mut self, entry: Entry<'a>) {
        self.0.push(entry);
    }
}

/// What [`Entries::walk`] calls for a key.
pub(crate) type Visit<'f, 'a, 'b> = &'f mut dyn FnMut(Option<&Entry<'a>>, Option<&Entry<'b>>);

impl<'a> FromIterator<Entry<'a>> for Entries<'a> {
    /// Of several entries with one key, the newest.
    fn from_iter<I: IntoIterator<Item = Entry<'a>>>(entries: I) -> Self {
        Self::sort(entries.into_iter().collect())
    }
}

impl<'a> Entries<'a> {
    fn sort(entries: Vec<Entry<'a>>) -> Self {
        let order = sorted(entries.len(), &|a, b| match (entries.get(a), entries.get(b)) {
            (Some(a), Some(b)) => (a.key, a.precedence()) < (b.key, b.precedence()),
            _ => false,
        });
        let mut unique: Vec<Entry<'a>> = Vec::with_capacity(entries.len());
        for entry in order.into_iter().filter_map(|at| entries.get(at)) {
            match unique.last_mut() {
                Some(older) if older.key == entry.key => *older = *entry,
                _ => unique.push(*entry),
            }
        }
        Self(unique)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn a_stamp_is_later_than_the_clock_and_than_all_that_was_seen() {
        let ahead = Stamp::next(NOW.after(Span::from_secs(3)), Stamp::ZERO, 7);
        let behind = Stamp::next(NOW, ahead, 1);
        assert!(behind > ahead, "a clock three seconds behind still comes after what it has seen");
        assert_eq!(Stamp::next(NOW, Stamp::ZERO, 0).time(), NOW);
        assert_eq!(Stamp::from_bytes(behind.to_bytes()), behind);
        assert!(behind.to_bytes() > ahead.to_bytes(), "bytes sort as stamps do");
    }

    #[test]
    fn the_tie_break_orders_changes_of_the_same_millisecond() {
        assert!(Stamp::next(NOW, Stamp::ZERO, 1) < Stamp::next(NOW, Stamp::ZERO, 2));
    }
}
