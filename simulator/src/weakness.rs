//! Protections that can be switched off, to see that something is found then.
//!
//! The core has no switch for them: the host performs its plans wrongly, or shows it something else than there is.

use std::rc::Rc;

use edge_session::merge::{Entries, Entry, Stamp};
use edge_session::record::{Live, Namespace, Record};
use edge_session::time::Timestamp;

use crate::content::{Content, Kind, SLOTS, Slot, owner};
use crate::store::{Kept, Shown};

/// A protection that is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// The overlay: a visitor does not get the cookie that carries a change.
    NoOverlay,
    /// The hybrid clock: no stored stamp is ever later than the clock, whatever was seen before.
    NoHybridClock,
    /// Tombstones: none is stored.
    NoTombstones,
    /// The floor: nothing remembers the tombstones that were collected.
    NoFloor,
    /// Stale detection: every record looks as if it had just been put.
    NoStaleDetection,
    /// The grace after a rotation.
    NoGrace,
    /// Compare-and-set: every put of a strong store succeeds.
    NoCompareAndSet,
    /// The end where saves never write: it is not kept.
    NoSecondEnd,
    /// What a process wrote itself: it is not told.
    NoRecent,
    /// The fresh look before a put: what was read is always said to be new.
    NoSecondLook,
    /// Waiting for the slot: every put is made at once.
    NoSlot,
    /// The lifetimes: the clock of one location stands still.
    NoClock,
    /// The binding of a token to its application: every application has the same audience.
    NoAudience,
    /// Signing out everywhere: the user's record is not looked at.
    NoEpoch,
    /// The end of all sessions: everybody's record is not looked at.
    NoGlobalEpoch,
    /// The lifetimes of values.
    NoAging,
    /// The truth of a tiered store: what is near is never doubted.
    NoTruth,
}

impl Weakness {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::NoOverlay,
        Self::NoHybridClock,
        Self::NoTombstones,
        Self::NoFloor,
        Self::NoStaleDetection,
        Self::NoGrace,
        Self::NoCompareAndSet,
        Self::NoSecondEnd,
        Self::NoRecent,
        Self::NoSecondLook,
        Self::NoSlot,
        Self::NoClock,
        Self::NoAudience,
        Self::NoEpoch,
        Self::NoGlobalEpoch,
        Self::NoAging,
        Self::NoTruth,
    ];
}

/// What is stored in place of `bytes`.
pub(crate) fn written(weakness: Option<Weakness>, bytes: Vec<u8>, now: Timestamp) -> Vec<u8> {
    if weakness.is_none() {
        return bytes;
    }
    let Some(owner) = owner(&bytes) else { return bytes };
    let changed = match (weakness, Record::decode(&bytes, &owner)) {
        (Some(Weakness::NoGrace), Some(Record::Moved { successor, .. })) => {
            Some(Record::Moved { until: now, successor }.encode(&owner))
        }
        (Some(Weakness::NoFloor), Some(Record::Live(live))) => {
            Some(Record::Live(Live { floor: Stamp::ZERO, ..live }).encode(&owner))
        }
        (Some(Weakness::NoTombstones), Some(Record::Live(live))) => {
            each(live, |entry| entry.value.is_some().then_some(entry)).map(|live| Record::Live(live).encode(&owner))
        }
        (Some(Weakness::NoHybridClock), Some(Record::Live(live))) => {
            each(live, |entry| Some(Entry { stamp: by_the_clock(entry.stamp, now), ..entry }))
                .map(|live| Record::Live(live).encode(&owner))
        }
        _ => None,
    };
    changed.unwrap_or(bytes)
}

/// What is shown in place of what was read under the key of the session with this handle.
pub(crate) fn shown(weakness: Option<Weakness>, shown: Shown, handle: &[u8; 32], now: Timestamp) -> Shown {
    if weakness != Some(Weakness::NoStaleDetection) {
        return shown;
    }
    let fresh = Entry { key: "\"new\"", value: Some("1"), stamp: Stamp::next(now, Stamp::ZERO, 0) };
    let fresh = vec![Namespace::new("\"fresh\"", [fresh].into_iter().collect())];
    let live = match shown.as_ref().map(|kept| Record::decode(&kept.bytes, handle)) {
        Some(Some(Record::Live(live))) => live.merge(fresh),
        Some(_) => None,
        None => Some(Live { expires: Timestamp::NEVER, namespaces: fresh, ..Live::empty() }),
    };
    let Some(bytes) = live.map(|live| Record::Live(live).encode(handle)) else { return shown };
    let nothing = Content { kind: Kind::Live, slots: [Slot::Absent; SLOTS] };
    let content = shown.as_ref().map_or(nothing, |kept| kept.content.clone());
    let (version, expires) = shown.map_or((0, 0), |kept| (kept.version, kept.expires));
    Some(Rc::new(Kept { bytes: Rc::new(bytes), content, version, expires }))
}

fn each<'a>(mut live: Live<'a>, mut change: impl FnMut(Entry<'a>) -> Option<Entry<'a>>) -> Option<Live<'a>> {
    for namespace in &mut live.namespaces {
        let entries: Entries<'a> = namespace.entries()?.iter().filter_map(&mut change).collect();
        *namespace = Namespace::new(namespace.name, entries);
    }
    Some(live)
}

fn by_the_clock(stamp: Stamp, now: Timestamp) -> Stamp {
    if stamp.time() > now { Stamp::next(now, Stamp::ZERO, 0) } else { stamp }
}
