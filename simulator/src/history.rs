//! What was done to a session, as a tree of changes: what each change replaced, so that what is older can be told without
//! trusting a clock.

use edge_session::merge::Stamp;
use edge_session::time::Timestamp;

use crate::content::{Content, SLOTS, Slot};

/// One change of one history. Change 0 is "nothing yet".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) history: u32,
    pub(crate) change: u32,
}

/// What somebody knows of a session: the change last seen of each slot; 0 for none.
pub(crate) type Knowledge = [u32; SLOTS];

/// All that was ever done to one session, under whichever ids.
pub(crate) struct History {
    number: u32,
    changes: Vec<Change>,
    deletions: [Vec<u32>; SLOTS],
}

#[derive(Clone, Copy)]
struct Change {
    slot: usize,
    dead: bool,
    /// What whoever made it saw in its place.
    parent: u32,
    stamp: Option<Stamp>,
    /// Somebody who could not know of it put a record without it.
    buried: bool,
    /// When somebody wanted it, and when it was last decided on, in milliseconds of the store's clock.
    made: (u64, u64),
}

impl History {
    pub(crate) fn new(number: u32) -> Self {
        let nothing = Change { slot: SLOTS, dead: true, parent: 0, stamp: None, buried: false, made: (0, 0) };
        Self { number, changes: vec![nothing], deletions: Default::default() }
    }

    /// A change of what `parent` wrote.
    pub(crate) fn change(&mut self, slot: usize, dead: bool, parent: u32, now: u64) -> Place {
        let change = self.changes.len() as u32;
        self.changes.push(Change { slot, dead, parent, stamp: None, buried: false, made: (now, now) });
        if dead {
            self.deletions[slot].push(change);
        }
        Place { history: self.number, change }
    }

    /// Notes the stamp that the core gives to a change: another one each time it decides anew.
    pub(crate) fn stamp(&mut self, change: u32, stamp: Stamp) {
        self.changes[change as usize].stamp = Some(stamp);
    }

    /// Notes when a change was decided on.
    pub(crate) fn decided(&mut self, change: u32, now: u64) {
        self.changes[change as usize].made.1 = now;
    }

    pub(crate) fn slot(&self, change: u32) -> usize {
        self.changes[change as usize].slot
    }

    /// When a change was made: not before, not after.
    pub(crate) fn made(&self, change: u32) -> (u64, u64) {
        self.changes[change as usize].made
    }

    /// When a value was set, if it was by then; 0 for a deletion.
    pub(crate) fn value_made(&self, change: u32, by: u64) -> u64 {
        if self.is_dead(change) || self.made(change).1 >= by { 0 } else { self.made(change).0 }
    }

    /// When one of these slots was last changed, seen or not.
    pub(crate) fn last_made(&self, slots: std::ops::Range<usize>) -> u64 {
        self.changes
            .iter()
            .filter(|change| slots.contains(&change.slot))
            .map(|change| change.made.1)
            .max()
            .unwrap_or_default()
    }

    pub(crate) fn is_dead(&self, change: u32) -> bool {
        self.changes[change as usize].dead
    }

    /// Whether `old` came before `new`: it was seen by whoever made it, or by somebody before, or its stamp says so.
    pub(crate) fn is_older(&self, old: u32, new: u32) -> bool {
        if old == new {
            return false;
        }
        let stamps = (self.changes[old as usize].stamp, self.changes[new as usize].stamp);
        self.is_ancestor(old, new)
            || !self.is_ancestor(new, old) && matches!(stamps, (Some(old), Some(new)) if old < new)
    }

    fn is_ancestor(&self, old: u32, new: u32) -> bool {
        let mut at = new;
        while at > old {
            at = self.changes[at as usize].parent;
        }
        at == old
    }

    /// Each slot of `content` as a change of this history; `None` if a value is of another one.
    pub(crate) fn know(&mut self, content: &Content) -> Option<Knowledge> {
        let mut knowledge = [0; SLOTS];
        for (at, slot) in content.slots.iter().enumerate() {
            knowledge[at] = match *slot {
                Slot::Absent => 0,
                Slot::Dead(stamp) => self.deletion(at, stamp),
                Slot::Value(place, stamp) => self.value(at, place, stamp)?,
            };
        }
        Some(knowledge)
    }

    fn value(&mut self, slot: usize, place: Place, stamp: Stamp) -> Option<u32> {
        let known = self.changes.get(place.change as usize)?;
        if place.history != self.number || known.slot != slot || known.dead {
            return None;
        }
        self.changes[place.change as usize].stamp.get_or_insert(stamp);
        Some(place.change)
    }

    /// The deletion of this stamp; 0 if the core never told its stamp, since no record of it was put.
    fn deletion(&self, slot: usize, stamp: Stamp) -> u32 {
        let is_it = |change: &&u32| self.changes[**change as usize].stamp == Some(stamp);
        self.deletions[slot].iter().rev().find(is_it).copied().unwrap_or_default()
    }

    /// Whether a change was made before this time and is not known to have been put since.
    pub(crate) fn is_from_before(&self, change: u32, time: Timestamp) -> bool {
        self.changes[change as usize].stamp.is_none_or(|stamp| stamp.time() < time)
    }

    /// A deletion that `change` did not see: why its slot may be empty.
    pub(crate) fn deletion_since(&self, change: u32) -> Option<u32> {
        let slot = self.changes[change as usize].slot;
        self.deletions.get(slot)?.iter().rev().copied().find(|deletion| !self.is_older(*deletion, change))
    }

    /// Notes that a record without `change` was put by somebody who could not know of it.
    pub(crate) fn bury(&mut self, change: u32) {
        self.changes[change as usize].buried = true;
    }

    /// Whether `change`, or one that it was made of and that came after `shown`, was buried.
    pub(crate) fn was_buried(&self, change: u32, shown: u32) -> bool {
        let mut at = change;
        while at > shown || at == change && at > 0 {
            if self.changes[at as usize].buried {
                return true;
            }
            at = self.changes[at as usize].parent;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_replaced_is_older_and_what_it_never_saw_is_not() {
        let mut history = History::new(1);
        let first = history.change(0, false, 0, 0).change;
        let [left, right] = [(); 2].map(|()| history.change(0, false, first, 0).change);
        let last = history.change(0, true, right, 0).change;
        assert!(history.is_older(first, last) && history.is_older(right, last) && !history.is_older(last, first));
        assert!(!history.is_older(left, last) && !history.is_older(last, left));
        assert_eq!((history.deletion_since(right), history.deletion_since(left)), (Some(last), Some(last)));
        assert_eq!(history.deletion_since(last), Some(last));
    }

    #[test]
    fn a_buried_change_excuses_what_was_made_of_it_and_nothing_else() {
        let mut history = History::new(1);
        let first = history.change(0, false, 0, 0).change;
        let second = history.change(0, false, first, 0).change;
        let other = history.change(1, false, 0, 0).change;
        history.bury(first);
        assert!(history.was_buried(second, 0) && !history.was_buried(second, first) && !history.was_buried(other, 0));
    }
}
