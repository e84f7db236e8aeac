//! What must hold of a namespace whose values have lifetimes of their own.

use crate::content::{AGING, Slot};
use crate::era::{Checked, Era};
use crate::profile::{VALUE_ABSOLUTE, VALUE_IDLE};
use crate::request::Request;

impl Era {
    /// Whether a value may be over: whoever does not see a later change of its namespace counts from its own.
    pub(crate) fn may_have_aged(&self, history: u32, change: u32) -> bool {
        let history = &self.histories[history as usize];
        let ages = self.profile.aging && AGING.contains(&history.slot(change));
        ages && self.now + self.skew() >= history.made(change).0 + VALUE_IDLE.min(VALUE_ABSOLUTE)
    }

    /// What is over is not seen after its end; where every write shows, nothing is gone before it.
    pub(crate) fn judge_aging(&self, request: &Request) -> Checked {
        if !self.profile.aging {
            return Ok(());
        }
        let (history, now, skew) = (&self.histories[request.history as usize], self.now, self.skew());
        let last = history.last_made(AGING);
        for slot in AGING {
            let (knew, sees) = (request.knew[slot], request.sees[slot]);
            if matches!(request.seen.slots[slot], Slot::Value(..)) {
                let end = (history.made(sees).1 + VALUE_ABSOLUTE).min(last + VALUE_IDLE);
                if now >= end + skew {
                    return Err(format!(
                        "slot {slot}, change {sees}, was seen after its end: {:?}, last {last}, {}",
                        history.made(sees),
                        request.key
                    ));
                }
            } else if self.profile.strong && self.is_gone(request.history, knew) {
                // What was set while it lived lets it live on.
                let (made, _) = history.made(knew);
                let kept = |slot| match request.knew[slot] {
                    // What this visitor knew of may have been deleted since.
                    known if known != 0 && history.deletion_since(known).is_some() => 0,
                    known => history.value_made(known, (made + VALUE_IDLE).saturating_sub(skew)),
                };
                let newest = AGING.map(kept).max().unwrap_or_default().max(made);
                if now + skew < (made + VALUE_ABSOLUTE).min(newest + VALUE_IDLE) {
                    return Err(format!(
                        "slot {slot}, change {knew}, is gone before its end: {:?}, newest {newest}, {}",
                        history.made(knew),
                        request.key
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether a value is nowhere to be seen, and nobody deleted it.
    pub(crate) fn is_gone(&self, history: u32, known: u32) -> bool {
        let history = &self.histories[history as usize];
        known != 0 && !history.is_dead(known) && history.deletion_since(known).is_none()
    }
}
