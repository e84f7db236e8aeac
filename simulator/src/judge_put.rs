//! What must hold of every put.

use std::rc::Rc;

use crate::content::{Content, Kind, SLOTS, Slot};
use crate::era::{Checked, Era};
use crate::history::Knowledge;
use crate::request::Request;
use crate::store::{Kept, Shown};

/// How old what was read may be as the base of a put, in milliseconds.
pub(crate) const FRESH: u64 = 1000;

/// Whoever puts a record: what could be known then.
pub(crate) struct Author {
    /// What the request was shown.
    pub(crate) sees: Knowledge,
    /// What the store showed, when, and when it was decided what to put.
    pub(crate) read: Option<Rc<Kept>>,
    pub(crate) looked: u64,
    pub(crate) decided: u64,
    /// What the process wrote itself a moment ago.
    pub(crate) recent: Shown,
}

/// One slot of a record before and after a put.
struct Exchange {
    slot: usize,
    old: u32,
    new: u32,
}

impl Era {
    /// A put takes nothing away that whoever makes it could know of.
    pub(crate) fn judge_put(&mut self, key: &str, before: Option<&Kept>, new: &Content, author: &Author) -> Checked {
        let Some(before) = before.filter(|_| new.kind == Kind::Live) else { return Ok(()) };
        if before.content.kind != Kind::Live {
            return self.judge_save_over_end(key, author);
        }
        let newest = before.content.slots.into_iter().map(Slot::stamp).max().unwrap_or_default();
        let life = self.life(key)?;
        let (history, is_over) = (life.history, !life.moved.is_empty() || life.end_tried);
        let (before, after) = (self.know(history, &before.content), self.know(history, new));
        self.tell(|| format!("put of {}: {before:?} becomes {after:?}", &key[..9]));
        for slot in 0..SLOTS {
            let exchange = Exchange { slot, old: before[slot], new: after[slot] };
            let is_late = new.slots[slot].stamp() < newest;
            if exchange.old != exchange.new && (is_over || is_late) {
                // Under an id that is no more, or late: no stamp tells a record that lacks it.
                self.histories[history as usize].bury(exchange.new);
            }
            if self.is_lost(history, exchange.old, exchange.new) {
                self.judge_loss(history, &exchange, author)?;
            }
        }
        Ok(())
    }

    fn know(&mut self, history: u32, content: &Content) -> Knowledge {
        self.histories[history as usize].know(content).unwrap_or_default()
    }

    fn judge_save_over_end(&mut self, key: &str, author: &Author) -> Checked {
        let is_over = |kept: &Option<Rc<Kept>>| kept.as_ref().is_some_and(|kept| kept.content.kind != Kind::Live);
        if self.profile.compares() || is_over(&author.read) || is_over(&author.recent) {
            return Err("a save was put over an end that it could know of".into());
        }
        self.life(key)?.end_buried = true;
        Ok(())
    }

    /// Only who could not know of a change may put a record without it, and only on a store that cannot compare.
    fn judge_loss(&mut self, history: u32, exchange: &Exchange, author: &Author) -> Checked {
        self.report.buried += 1;
        let Exchange { slot, old, .. } = *exchange;
        let [read, recent] = [&author.read, &author.recent].map(|kept| match kept {
            Some(kept) => self.know(history, &kept.content),
            None => [0; SLOTS],
        });
        let known = [("the view", author.sees[slot]), ("the store", read[slot]), ("the process", recent[slot])];
        let tells = |known: u32| known >= old && !self.histories[history as usize].is_older(known, old);
        let lost = format!("a put took away change {old} of slot {slot}");
        if let Some((who, _)) = known.into_iter().find(|(_, known)| tells(*known)) {
            return Err(format!("{lost}, of which {who} told"));
        }
        if self.profile.compares() {
            return Err(format!("{lost} on a strong store"));
        }
        if author.decided - author.looked >= FRESH {
            return Err(format!("{lost}, and had not looked again"));
        }
        self.histories[history as usize].bury(old);
        Ok(())
    }

    /// A record has in it what its request changed; returns what is known after it.
    pub(crate) fn judge_own(&mut self, request: &Request, content: &Content) -> Checked<Knowledge> {
        let history = &mut self.histories[request.history as usize];
        for (slot, change) in request.changes.iter().enumerate() {
            match (change, content.slots[slot]) {
                (Some(change), Slot::Dead(stamp)) if change.dead => history.stamp(change.place.change, stamp),
                (Some(change), Slot::Value(place, stamp)) if change.place == place => {
                    history.stamp(place.change, stamp)
                }
                _ => {}
            }
        }
        let mut after = history.know(content).ok_or("a record with a value of somebody else's session")?;
        for (slot, after) in after.iter_mut().enumerate() {
            let mine = request.changes[slot].map(|change| change.place.change);
            if mine.is_some_and(|mine| self.is_lost(request.history, mine, *after)) {
                return Err(format!("a record lacks the change it is put for: slot {slot}"));
            }
            if *after == 0 {
                *after = mine.unwrap_or(request.sees[slot]);
            }
        }
        Ok(after)
    }

    /// Puts that could wait are an interval apart; one that failed at first may come late.
    pub(crate) fn judge_pace(&mut self, key: &str) -> Checked {
        let (now, interval) = (self.now, self.profile.write_interval);
        if interval == 0 || self.profile.skew > 0 || self.profile.faults || !self.goes_straight() {
            return Ok(());
        }
        match self.life(key)?.put(now) {
            Some(third) if now - third < 2 * interval => Err(format!("four puts within {} ms", now - third)),
            _ => Ok(()),
        }
    }
}
