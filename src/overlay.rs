//! The overlay: what the token carries because the store may not show it yet.
//!
//! It holds the session's entries that are younger than the horizon, or that the store did not show at this request, as
//! far as they fit the cookie's budget. With it a client reads its own writes at every location of an eventually
//! consistent store. What does not fit is remembered by its newest stamp, `seen`, which tells a store that is behind.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::merge::{Entries, Entry, Stamp};
use crate::record::{Live, Namespace, encode_namespaces};
use crate::time::{Span, Timestamp};
use crate::token::Client;

/// What an overlay, a namespace of it, and an entry of that cost beyond their names and texts, in bytes at most: counts,
/// lengths, stamps and punctuation.
const OVERLAY_COST: usize = 2;
const NAMESPACE_COST: usize = 12 + 4 * 3 + 2;
const ENTRY_COST: usize = 12 + 2 * 3 + 2;

/// What a token is to carry.
#[derive(Debug)]
pub(crate) struct Carried {
    /// Encoded; empty when there is nothing to carry.
    pub(crate) overlay: Vec<u8>,
    /// The newest stamp of what is not carried.
    pub(crate) seen: Stamp,
    /// Everything that the store did not show is carried.
    pub(crate) complete: bool,
}

/// An entry that the token may carry, and the place of its namespace.
struct Candidate<'a> {
    namespace: usize,
    entry: Entry<'a>,
    shown: bool,
}

/// What the store did not show goes first, then the newest.
impl Ord for Candidate<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.shown, self.entry.stamp).cmp(&(self.shown, other.entry.stamp))
    }
}

impl PartialOrd for Candidate<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate<'_> {}

/// The overlay's entries that the record does not show, and that no deletion since has outlived. `None`: garbage.
pub(crate) fn unshown<'a>(client: &'a Client<'_>, record: &Live<'_>) -> Option<Vec<Namespace<'a>>> {
    let mut added = Vec::new();
    for namespace in client.overlay()? {
        let base = entries_of(record, namespace.name)?;
        let mut entries = namespace.entries()?;
        entries.retain(|entry| match base.get(entry.key) {
            Some(stored) => stored.stamp < entry.stamp,
            None => entry.stamp > record.floor, // at or below the floor it is a collected deletion
        });
        if !entries.is_empty() {
            added.push(Namespace::new(namespace.name, entries));
        }
    }
    Some(added)
}

/// Chooses what the token carries of `full`, when the store shows `record` and there is `room` for so many bytes.
///
/// What the store did not show goes first, then the newest. `None`: garbage.
pub(crate) fn carry(full: &Live<'_>, record: &Live<'_>, now: Timestamp, horizon: Span, room: usize) -> Option<Carried> {
    let mut candidates = BinaryHeap::new();
    let mut seen = full.floor;
    for (place, namespace) in full.namespaces.iter().enumerate() {
        if namespace.is_stored() && record.namespace(namespace.name).is_some() && old(namespace.newest(), now, horizon) {
            seen = seen.max(namespace.newest());
            continue;
        }
        let base = entries_of(record, namespace.name)?;
        for entry in namespace.entries()?.iter() {
            let shown = base.get(entry.key).is_some_and(|stored| stored.stamp >= entry.stamp);
            if shown && old(entry.stamp, now, horizon) {
                seen = seen.max(entry.stamp);
            } else {
                candidates.push(Candidate { namespace: place, entry, shown });
            }
        }
    }
    let (carried, left) = fit(candidates, &full.namespaces, room);
    Some(Carried {
        overlay: encode(&carried, &full.namespaces),
        seen: left.iter().map(|candidate| candidate.entry.stamp).max().unwrap_or_default().max(seen),
        complete: left.iter().all(|candidate| candidate.shown),
    })
}

/// Whether an entry the store does not show is older than the horizon: its write must have been lost.
pub(crate) fn lost(unshown: &[Namespace<'_>], now: Timestamp, horizon: Span) -> Option<bool> {
    for namespace in unshown {
        if namespace.entries()?.iter().any(|entry| old(entry.stamp, now, horizon)) {
            return Some(true);
        }
    }
    Some(false)
}

fn old(stamp: Stamp, now: Timestamp, horizon: Span) -> bool {
    now.since(stamp.time()) >= horizon
}

fn entries_of<'a>(record: &Live<'a>, name: &str) -> Option<Entries<'a>> {
    match record.namespace(name) {
        Some(namespace) => namespace.entries(),
        None => Some(Entries::new()),
    }
}

/// As many candidates as there is room for, the most needed first; and the rest.
fn fit<'a>(
    mut candidates: BinaryHeap<Candidate<'a>>,
    namespaces: &[Namespace<'_>],
    room: usize,
) -> (Vec<Candidate<'a>>, Vec<Candidate<'a>>) {
    let mut carried: Vec<Candidate<'a>> = Vec::new();
    let mut used = OVERLAY_COST;
    while let Some(next) = candidates.peek() {
        if !carried.iter().any(|other| other.namespace == next.namespace) {
            let name = namespaces.get(next.namespace).map_or(0, |namespace| namespace.name.len());
            used = used.saturating_add(name).saturating_add(NAMESPACE_COST);
        }
        let value = next.entry.value.map_or(0, str::len);
        used = used.saturating_add(next.entry.key.len()).saturating_add(value).saturating_add(ENTRY_COST);
        if used > room {
            break;
        }
        carried.extend(candidates.pop());
    }
    (carried, candidates.into_vec())
}

fn encode(carried: &[Candidate<'_>], namespaces: &[Namespace<'_>]) -> Vec<u8> {
    let mut overlay: Vec<Namespace<'_>> = Vec::new();
    for (place, namespace) in namespaces.iter().enumerate() {
        let mine = carried.iter().filter(|candidate| candidate.namespace == place);
        let entries: Entries<'_> = mine.map(|candidate| candidate.entry).collect();
        if !entries.is_empty() {
            overlay.push(Namespace::new(namespace.name, entries));
        }
    }
    let mut bytes = Vec::new();
    if !overlay.is_empty() {
        encode_namespaces(&overlay, &mut bytes);
    }
    bytes
}
