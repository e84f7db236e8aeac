//! The overlay: what the token carries because the store may not show it yet.
//!
//! It holds the session's entries that are younger than the horizon, or that the store did not show at this request, as
//! far as they fit the cookie's budget. With it a client reads its own writes at every location of an eventually
//! consistent store. What does not fit is remembered by its newest stamp, `seen`, which tells a store that is behind.

use alloc::vec;
use alloc::vec::Vec;

use crate::merge::{Entries, Entry, Stamp};
use crate::record::{Live, Namespace, encode_namespaces};
use crate::sort::sorted;
use crate::time::{Span, Timestamp};
use crate::token::{Client, decode_overlay};

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
    /// The token before carried something that the store does not show, for which there is no room any more.
    pub(crate) loses: bool,
}

impl Carried {
    /// Where a store shows every write.
    pub(crate) const fn nothing() -> Self {
        Self { overlay: Vec::new(), seen: Stamp::ZERO, complete: true, loses: false }
    }
}

/// An entry that the token may carry, and the place of its namespace.
struct Candidate<'a> {
    namespace: usize,
    entry: Entry<'a>,
    shown: bool,
    carried: bool,
}

/// Those entries that the record does not show, and that no deletion since has outlived. `None`: garbage.
pub(crate) fn newer<'a>(namespaces: Vec<Namespace<'a>>, record: &Live<'_>) -> Option<Vec<Namespace<'a>>> {
    let mut added = Vec::new();
    for namespace in namespaces {
        if record.namespace(namespace.name).is_some_and(|shown| shown.has_same_stamps(&namespace)) {
            continue;
        }
        let mut entries = Entries::new();
        namespace.entries()?.walk(&record.entries(namespace.name)?, &mut |carried, stored| {
            // At or below the floor, an entry that the record lacks is a collected deletion.
            let known = stored.map_or(record.floor, |stored| stored.stamp);
            if let Some(carried) = carried.filter(|carried| carried.stamp > known) {
                entries.append(*carried);
            }
        });
        if !entries.is_empty() {
            added.push(Namespace::new(namespace.name, entries));
        }
    }
    Some(added)
}

/// Whether `view` shows something that a token with this overlay and this `seen` does not know of: by another cookie's
/// change, which a place that shows less would take back. `None`: garbage.
pub(crate) fn is_news(view: &Live<'_>, carried: &[Namespace<'_>], seen: Stamp) -> Option<bool> {
    for namespace in view.namespaces.iter().filter(|namespace| namespace.newest() > seen) {
        let carried = carried.iter().find(|carried| carried.name == namespace.name);
        if carried.is_some_and(|carried| carried.has_same_stamps(namespace)) {
            continue;
        }
        let carried = carried.map_or_else(|| Some(Entries::new()), Namespace::entries)?;
        let is_known = |entry: Entry<'_>| carried.get(entry.key).is_some_and(|carried| carried.stamp >= entry.stamp);
        if namespace.entries()?.iter().any(|entry| entry.stamp > seen && !is_known(entry)) {
            return Some(true);
        }
    }
    Some(false)
}

/// Chooses what the token carries of `full`, when the store shows `record` and there is `room` for so many bytes.
///
/// What the store did not show goes first, then the newest. `None`: garbage.
pub(crate) fn carry(
    client: &Client,
    full: &Live<'_>,
    record: &Live<'_>,
    now: Timestamp,
    horizon: Span,
    room: usize,
) -> Option<Carried> {
    // A change that was written late shows here and not yet elsewhere: it is carried on until the record is old enough.
    let late = if now.since(record.modified) < horizon { client.overlay()? } else { Vec::new() };
    let mut candidates = Vec::new();
    // Of an id that is new no place can show an older state.
    let mut seen = record.floor;
    for (place, namespace) in full.namespaces.iter().enumerate() {
        let late = match late.iter().find(|late| late.name == namespace.name) {
            Some(late) => late.entries()?,
            None => Entries::new(),
        };
        if late.is_empty()
            && namespace.is_stored()
            && record.namespace(namespace.name).is_some()
            && old(namespace.newest(), now, horizon)
        {
            seen = seen.max(namespace.newest());
            continue;
        }
        let entries = namespace.entries()?;
        entries.walk(&shown_of(record, namespace, &entries)?, &mut |entry, stored| {
            let Some(entry) = entry else { return };
            let shown = stored.is_some_and(|stored| stored.stamp >= entry.stamp);
            if shown && old(entry.stamp, now, horizon) && late.get(entry.key).is_none() {
                seen = seen.max(entry.stamp);
            } else {
                candidates.push(Candidate { namespace: place, entry: *entry, shown, carried: false });
            }
        });
    }
    fit(&mut candidates, &full.namespaces, room);
    let mut carried = Carried { overlay: encode(&candidates, &full.namespaces), seen, complete: true, loses: false };
    for left in candidates.iter().filter(|candidate| !candidate.carried) {
        carried.seen = carried.seen.max(left.entry.stamp);
        carried.complete &= left.shown;
    }
    if !carried.complete {
        let namespaces = decode_overlay(&carried.overlay)?;
        let kept = Live { namespaces, ..Live::empty() };
        carried.loses = !newer(newer(client.overlay()?, record)?, &kept)?.is_empty();
    }
    Some(carried)
}

/// What the record shows of a namespace whose entries are these. `None`: garbage.
fn shown_of<'a>(record: &Live<'a>, namespace: &Namespace<'a>, entries: &Entries<'a>) -> Option<Entries<'a>> {
    match record.namespace(namespace.name) {
        Some(shown) if shown.has_same_stamps(namespace) => Some(entries.clone()),
        Some(shown) => shown.entries(),
        None => Some(Entries::new()),
    }
}

/// All of `full` but the traces of what was deleted: what the token carries where there is no store. `None`: garbage.
pub(crate) fn whole(full: &Live<'_>) -> Option<Carried> {
    let full = full.clone().collect(Timestamp::NEVER)?;
    Some(Carried { overlay: encode_some(&full.namespaces), seen: full.floor, complete: true, loses: false })
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

/// Marks as many candidates as there is room for, the most needed first.
fn fit(candidates: &mut [Candidate<'_>], namespaces: &[Namespace<'_>], room: usize) {
    let need = |at: usize| candidates.get(at).map(|candidate| (!candidate.shown, candidate.entry.stamp));
    let order = sorted(candidates.len(), &|a, b| need(a) > need(b));
    let mut named = vec![false; namespaces.len()];
    let mut used = OVERLAY_COST;
    for at in order {
        let Some(next) = candidates.get_mut(at) else { return };
        if let (Some(namespace), Some(named @ false)) = (namespaces.get(next.namespace), named.get_mut(next.namespace))
        {
            *named = true;
            used = used.saturating_add(namespace.name.len()).saturating_add(NAMESPACE_COST);
        }
        let value = next.entry.value.map_or(0, str::len);
        used = used.saturating_add(next.entry.key.len()).saturating_add(value).saturating_add(ENTRY_COST);
        if used > room {
            return;
        }
        next.carried = true;
    }
}

fn encode(candidates: &[Candidate<'_>], namespaces: &[Namespace<'_>]) -> Vec<u8> {
    let mut overlay: Vec<Namespace<'_>> = Vec::new();
    for (place, namespace) in namespaces.iter().enumerate() {
        let mut entries = Entries::new();
        for candidate in candidates.iter().filter(|candidate| candidate.carried && candidate.namespace == place) {
            entries.append(candidate.entry);
        }
        if !entries.is_empty() {
            overlay.push(Namespace::new(namespace.name, entries));
        }
    }
    encode_some(&overlay)
}

fn encode_some(namespaces: &[Namespace<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if !namespaces.is_empty() {
        encode_namespaces(namespaces, &mut bytes);
    }
    bytes
}
