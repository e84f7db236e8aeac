//! One request on its way: what it found out, and what it is going to do.

use std::rc::Rc;

use edge_session::plan::Commit;
use edge_session::{Action, Login, Session, Snapshot, Stored};

use crate::content::{Content, LEVEL, NAMESPACES, SLOTS, Slot, key, text};
use crate::history::{Knowledge, Place};
use crate::store::{Kept, Shown};
use crate::visitor::Held;

pub(crate) struct Request {
    pub(crate) visitor: usize,
    pub(crate) tenant: usize,
    /// The cookie it came with.
    pub(crate) held: Option<Rc<Held>>,
    /// Which of the visitor's old cookies that is; `None`: the one in the jar.
    pub(crate) old: Option<usize>,
    pub(crate) process: usize,
    pub(crate) generation: u32,
    pub(crate) opened: u64,
    /// How often there were new secrets then.
    pub(crate) secret: u32,
    pub(crate) session: Session,
    pub(crate) key: String,
    /// The key of its end.
    pub(crate) end_key: Option<String>,
    /// The keys of its user's records and of everybody's, where those were to be read.
    pub(crate) epoch_keys: Vec<String>,
    pub(crate) history: u32,
    pub(crate) stored: Answer,
    pub(crate) end: Answer,
    pub(crate) epochs: Vec<Answer>,
    /// When the store answered.
    pub(crate) looked: u64,
    pub(crate) view: Rc<Vec<u8>>,
    pub(crate) seen: Content,
    /// What it knew when it came, and what it was shown.
    pub(crate) knew: Knowledge,
    pub(crate) sees: Knowledge,
    pub(crate) stale: bool,
    pub(crate) due: bool,
    pub(crate) fresh: bool,
    pub(crate) act: Act,
    pub(crate) changes: [Option<Change>; SLOTS],
    /// Nothing truer is to be had than what was answered; and that was asked for in vain.
    pub(crate) truth: bool,
    pub(crate) asked: bool,
    /// Rounds of reads.
    pub(crate) rounds: usize,
    /// Something came between: another id, another writer, too many puts.
    pub(crate) detained: bool,
    pub(crate) tries: usize,
    /// Writes that are still to be made, from this one on.
    pub(crate) rest: Option<(Commit, usize)>,
}

/// How far the writes of a plan got.
pub(crate) enum Written {
    All,
    /// Somebody else wrote meanwhile: decide anew.
    Lost,
    /// The request waits, or has failed.
    Gone,
}

/// What a read answered.
#[derive(Clone)]
pub(crate) enum Answer {
    Read(Shown),
    Failed,
}

/// What happens to the session itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Keep,
    Rotate,
    Login,
    Logout,
    Destroy,
}

/// What happens to one key.
#[derive(Clone, Copy)]
pub(crate) struct Change {
    pub(crate) place: Place,
    pub(crate) dead: bool,
}

impl Answer {
    pub(crate) fn as_stored(&self) -> Stored<'_> {
        match self {
            Self::Read(Some(kept)) => Stored::Shown(&kept.bytes),
            Self::Read(None) => Stored::Missing,
            Self::Failed => Stored::Unavailable,
        }
    }

    pub(crate) fn kept(&self) -> Option<&Rc<Kept>> {
        match self {
            Self::Read(kept) => kept.as_ref(),
            Self::Failed => None,
        }
    }
}

impl Request {
    /// The slots of the namespaces it touched, with all their values.
    pub(crate) fn values(&self) -> Vec<(usize, String)> {
        let touched = |range: &std::ops::Range<usize>| range.clone().any(|slot| self.changes[slot].is_some());
        let slots = NAMESPACES.iter().filter(|(_, range)| touched(range)).flat_map(|(_, range)| range.clone());
        slots.filter_map(|slot| self.value(slot).map(|place| (slot, text(slot, place)))).collect()
    }

    fn value(&self, slot: usize) -> Option<Place> {
        match (self.changes[slot], self.seen.slots[slot]) {
            (Some(change), _) => (!change.dead).then_some(change.place),
            (None, Slot::Value(place, _)) => Some(place),
            (None, Slot::Absent | Slot::Dead(_)) => None,
        }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.act == Act::Keep && self.changes.iter().all(Option::is_none)
    }
}

/// The namespaces that were touched, as the core wants them.
pub(crate) fn snapshots<'a>(request: &Request, values: &'a [(usize, String)]) -> Vec<Snapshot<'a>> {
    let touched = NAMESPACES.iter().filter(|(_, range)| range.clone().any(|slot| request.changes[slot].is_some()));
    let of = |range: &std::ops::Range<usize>| {
        values.iter().filter(|(slot, _)| range.contains(slot)).map(|(slot, text)| (key(*slot), text.as_str())).collect()
    };
    touched.map(|(namespace, range)| Snapshot { namespace, values: of(range) }).collect()
}

/// `user` and `level` as JSON text.
pub(crate) fn action<'a>(act: Act, user: &'a str, level: &'a str) -> Action<'a> {
    match act {
        Act::Keep => Action::Keep,
        Act::Rotate => Action::Rotate,
        Act::Login => Action::Login(Login { user, level: Some(level), device: None }),
        Act::Logout => Action::Logout,
        Act::Destroy => Action::Destroy,
    }
}

/// The level of a sign-in, which tells which one it was.
pub(crate) fn level(request: &Request) -> String {
    request.changes[LEVEL].map_or_else(String::new, |change| text(LEVEL, change.place))
}
