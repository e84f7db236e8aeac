//! What a record or a view says, entry by entry.

use edge_session::SYSTEM;
use edge_session::merge::{Entry, Stamp};
use edge_session::record::{Live, Record};

use crate::history::Place;

/// How many keys a session of the simulation has.
pub(crate) const SLOTS: usize = 9;
/// The slot that says who is signed in.
pub(crate) const LEVEL: usize = SLOTS - 1;
/// The slot whose values do not fit a small cookie.
const LARGE: usize = 5;
/// Namespace and key of each slot, sorted.
const NAMES: [(&str, &str); SLOTS] = [
    ("\"cart\"", "\"a\""),
    ("\"cart\"", "\"b\""),
    ("\"cart\"", "\"c\""),
    ("\"shop\"", "\"a\""),
    ("\"shop\"", "\"b\""),
    ("\"shop\"", "\"large\""),
    ("\"shop\"", "\"x\""),
    ("\"shop\"", "\"y\""),
    (SYSTEM, "\"level\""),
];
/// The namespaces, and the slots in each.
pub(crate) const NAMESPACES: [(&str, std::ops::Range<usize>); 2] = [("\"cart\"", 0..3), ("\"shop\"", 3..8)];

/// The slots of the first one, whose values may have lifetimes of their own.
pub(crate) const AGING: std::ops::Range<usize> = NAMESPACES[0].1.start..NAMESPACES[0].1.end;

/// What kind of record it is, and what stands in it.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) kind: Kind,
    pub(crate) slots: [Slot; SLOTS],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Live,
    Ended,
    Moved,
    /// An end that is kept where saves never write.
    End,
}

/// What stands under one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Slot {
    #[default]
    Absent,
    /// A deletion.
    Dead(Stamp),
    /// A value of this change of this history.
    Value(Place, Stamp),
}

impl Content {
    /// `None`: the bytes are no record, or a value in it is none of the simulation's.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut content = Self { kind: Kind::End, slots: [Slot::Absent; SLOTS] };
        let owner = owner(bytes)?;
        content.kind = match Record::decode(bytes, &owner) {
            Some(Record::Live(live)) => return content.fill(&live),
            Some(Record::Ended) => Kind::Ended,
            Some(Record::Moved { .. }) => Kind::Moved,
            None => Kind::End,
        };
        Some(content)
    }

    fn fill(mut self, live: &Live<'_>) -> Option<Self> {
        self.kind = Kind::Live;
        for namespace in &live.namespaces {
            for entry in namespace.entries()?.iter() {
                if let Some(at) = NAMES.iter().position(|name| *name == (namespace.name, entry.key)) {
                    self.slots[at] = slot(at, &entry)?;
                }
            }
        }
        Some(self)
    }

    /// What stands nowhere yet.
    pub(crate) const EMPTY: Self = Self { kind: Kind::Live, slots: [Slot::Absent; SLOTS] };
}

impl Slot {
    /// When it was written; [`Stamp::ZERO`] where there is nothing.
    pub(crate) const fn stamp(self) -> Stamp {
        match self {
            Self::Absent => Stamp::ZERO,
            Self::Dead(stamp) | Self::Value(_, stamp) => stamp,
        }
    }
}

/// Whose record it is: bytes 2 to 18 of every record.
pub(crate) fn owner(bytes: &[u8]) -> Option<[u8; 32]> {
    let mut owner = [0; 32];
    owner.get_mut(..16)?.copy_from_slice(bytes.get(2..18)?);
    Some(owner)
}

/// The key of a slot.
pub(crate) const fn key(slot: usize) -> &'static str {
    NAMES[slot].1
}

/// The value that a change writes: it tells whose it is and which change, so that no two are ever equal.
pub(crate) fn text(slot: usize, place: Place) -> String {
    format!("\"{}.{}.{}\"", place.history, place.change, &PADDING[..padding(slot, place)])
}

/// How long the rest of a value is.
const fn padding(slot: usize, place: Place) -> usize {
    if slot == LARGE { PADDING.len() } else { (place.change % 4) as usize * 8 }
}

static PADDING: &str = match str::from_utf8(&[b'x'; 400]) {
    Ok(text) => text,
    Err(_) => "",
};

/// `None`: no change of the simulation wrote this.
fn slot(at: usize, entry: &Entry<'_>) -> Option<Slot> {
    let Some(value) = entry.value else { return Some(Slot::Dead(entry.stamp)) };
    let mut parts = value.strip_prefix('"')?.strip_suffix('"')?.split('.');
    let place = Place { history: parts.next()?.parse().ok()?, change: parts.next()?.parse().ok()? };
    (parts.next()?.len() == padding(at, place)).then_some(Slot::Value(place, entry.stamp))
}
