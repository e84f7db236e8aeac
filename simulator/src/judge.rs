//! What must hold after every step.

use edge_session::Reject;
use edge_session::plan::{Commit, Role};
use edge_session::time::Timestamp;

use crate::content::{Kind, Slot};
use crate::era::{Checked, Era};
use crate::history::Knowledge;
use crate::profile::{ABSOLUTE, IDLE, MINUTE, Profile, RESOLUTION};
use crate::request::{Act, Answer, Request};
use crate::store::{self, Shown};
use crate::visitor::Held;

/// How long a rotated id leads on, in milliseconds.
const GRACE: u64 = 10_000;
/// How long a deleted key leaves a trace, in milliseconds.
const TOMBSTONE_AGE: u64 = 600_000;

impl Era {
    /// How far the clocks of two locations may be apart.
    pub(crate) const fn skew(&self) -> u64 {
        2 * self.profile.skew
    }

    pub(crate) const fn grace(&self) -> u64 {
        GRACE + self.skew()
    }

    /// No process knows less than it wrote, nothing goes back, and nobody sees another's values.
    pub(crate) fn judge_view(&mut self, request: &mut Request, conflict: bool, recent: &Shown) -> Checked {
        self.judge_alive(request)?;
        let history = &mut self.histories[request.history as usize];
        request.sees = history.know(&request.seen).ok_or("a view with a value of somebody else's session")?;
        for (sees, knew) in request.sees.iter_mut().zip(request.knew) {
            // A deletion is known for ever, though its trace is collected.
            *sees = if *sees == 0 && history.is_dead(knew) { knew } else { *sees };
        }
        self.judge_aging(request)?;
        if request.stale && self.shows_everything() {
            return Err("called stale although the cookie has room for everything".into());
        }
        self.judge_truth(request, conflict)?;
        if conflict && self.shows_everything() {
            return Err("a change was lost for good".into());
        }
        if let Some(kept) = recent.as_ref().filter(|kept| kept.content.kind == Kind::Live) {
            let wrote = self.histories[request.history as usize].know(&kept.content).unwrap_or_default();
            self.judge_progress(request, &wrote, &None, "what this very process wrote a moment ago")?;
        }
        if request.stale || conflict {
            return Ok(());
        }
        let knew = request.knew;
        self.judge_progress(request, &knew, recent, "what this visitor had seen")
    }

    /// Nothing of what was known is gone from what is seen.
    fn judge_progress(&mut self, request: &Request, knew: &Knowledge, recent: &Shown, what: &str) -> Checked {
        for (slot, (&known, seen)) in knew.iter().zip(request.sees).enumerate() {
            if !self.is_lost(request.history, known, seen) {
                continue;
            }
            let history = &self.histories[request.history as usize];
            // Where nothing is shown, no deletion is gone, whichever of several it was.
            if history.is_dead(known) && request.seen.slots[slot] == Slot::Absent {
                continue;
            }
            let unknowable =
                self.is_outrun(request, known) || seen == 0 && history.is_from_before(known, self.collected());
            let buried = history.was_buried(known, seen);
            let overwritten = self.lives.get(&request.key).is_some_and(|life| life.end_buried)
                || buried
                || self.is_hidden(request, slot, known, recent);
            let excused = match self.profile.store() {
                store::Kind::Strong => false,
                // Unless a write failed, and was made up for later by whoever had the cookie.
                store::Kind::Tiered => self.profile.faults && (unknowable || buried),
                store::Kind::Eventual => unknowable || overwritten,
            };
            if self.goes_straight() || !excused {
                return Err(format!("{what} is gone: slot {slot}, change {known}; shown is {seen}"));
            }
        }
        Ok(())
    }

    /// Whether a small cookie, which does not carry `known` itself, is shown a record that lacks it and has something newer
    /// of a parallel request: it cannot tell.
    fn is_outrun(&self, request: &Request, known: u32) -> bool {
        let newest = request.stored.kept().and_then(|kept| kept.content.slots.into_iter().map(Slot::stamp).max());
        let history = &self.histories[request.history as usize];
        let all_fits = self.profile.budget >= 3800 && self.profile.staleness < 2 * MINUTE;
        !all_fits && newest.is_some_and(|newest| history.is_from_before(known, newest.time()))
    }

    /// What is older than this, and was never put, is dropped with the tombstones of its time.
    fn collected(&self) -> Timestamp {
        self.clock(0, self.now.saturating_sub(TOMBSTONE_AGE))
    }

    /// Whether this process wrote something newer itself that could not know of `known`: a parallel request's.
    fn is_hidden(&self, request: &Request, slot: usize, known: u32, recent: &Shown) -> bool {
        let history = &self.histories[request.history as usize];
        recent.as_ref().is_some_and(|kept| match kept.content.slots[slot] {
            Slot::Value(place, _) => history.is_older(place.change, known),
            Slot::Absent | Slot::Dead(_) => true,
        })
    }

    /// Whether somebody who knew of `known` and sees `seen` has lost something.
    pub(crate) fn is_lost(&self, history: u32, known: u32, seen: u32) -> bool {
        match (known, seen) {
            (0, _) => false,
            (known, 0) => self.is_gone(history, known) && !self.may_have_aged(history, known),
            (known, seen) => {
                let all = &self.histories[history as usize];
                // An earlier deletion is all that is left to be seen of a value that is over.
                all.is_older(seen, known) && !(all.is_dead(seen) && self.may_have_aged(history, known))
            }
        }
    }

    /// An id that has ended is dead: at once where the store shows every write, else when no place can show it alive.
    fn judge_alive(&self, request: &Request) -> Checked {
        let life = self.lives.get(&request.key).ok_or("an id that nobody ever got")?;
        self.judge_signed_out(request, life)?;
        self.judge_everybody(request, life)?;
        let Some(from) = life.dead_from else { return Ok(()) };
        let end_answered = life.end_known && !matches!(request.end, Answer::Failed);
        // A tiered store keeps ends where every write shows; what is near may show the time before for as long as KV may.
        let shows_at_once = self.profile.strong || self.profile.tiered && end_answered && request.end_key.is_some();
        let delay = if shows_at_once { 0 } else { self.profile.staleness + self.skew() + self.near_delay() };
        let shows_it = !life.end_buried && !matches!(request.stored, Answer::Failed);
        let dead = request.looked > from + delay && (shows_at_once || end_answered || shows_it);
        if dead { Err("an id lives on after its end was answered".into()) } else { Ok(()) }
    }

    /// How long a copy may take to where sessions are read: no time that is known where the cache can fail.
    const fn near_delay(&self) -> u64 {
        match (self.profile.tiered, self.profile.faults) {
            (false, _) => 0,
            (true, false) => 4_000,
            (true, true) => ABSOLUTE,
        }
    }

    /// A session is over only because somebody ended it, or its time has come.
    pub(crate) fn judge_ended(&mut self, key: &str) -> Checked {
        self.report.ended += 1;
        let life = self.lives.get(key).ok_or("an id that nobody ever got")?;
        if life.end_tried || self.now + self.skew() >= life.began + ABSOLUTE || self.may_be_signed_out(life) {
            return Ok(());
        }
        match life.moved.as_slice() {
            [] => Err(format!("a session was lost that nobody ended: {}", &key[..9])),
            [(at, next)] if self.now + self.skew() < at + GRACE => match self.lives.get(next) {
                Some(next) if !next.end_tried && next.moved.is_empty() && !self.is_hardly_spared(next) => {
                    Err(format!("an id was dead before the grace after its rotation was over: {key}"))
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// A cookie that is refused was too old, or its secret was dropped.
    pub(crate) fn judge_refusal(&mut self, held: &Held, reject: Option<Reject>) -> Checked {
        self.report.ended += 1;
        let life = self.lives.get(&held.key).ok_or("a cookie for an id that nobody ever got")?;
        let idle_end = held.touched.0 + IDLE;
        let was_due = self.now + self.skew() >= idle_end.min(life.began + ABSOLUTE);
        match reject {
            Some(Reject::Expired) if was_due => Ok(()),
            Some(Reject::UnknownKey) if !Profile::still_opens(life.secret, self.secrets) => Ok(()),
            reject => Err(format!("a good cookie was refused: {reject:?}")),
        }
    }

    /// No cookie is accepted past its end.
    pub(crate) fn judge_lifetime(&self, held: &Held) -> Checked {
        let life = self.lives.get(&held.key).ok_or("a cookie for an id that nobody ever got")?;
        let end = (held.touched.1 + IDLE + RESOLUTION).min(life.began + ABSOLUTE);
        if self.now >= end + self.skew() { Err("a cookie was accepted past its end".into()) } else { Ok(()) }
    }

    /// A visitor who stores nothing costs nothing, a request that only reads asks once.
    pub(crate) fn judge_nothing(&self, request: &Request) -> Checked {
        if request.fresh && request.held.is_none() && request.rounds > 0 {
            return Err("a visitor who stores nothing cost a read".into());
        }
        if !request.fresh && !request.is_read_only() && request.act != Act::Keep && !request.stale {
            return Err(format!("{:?} was ignored", request.act));
        }
        if !request.detained && request.rounds > 1 {
            return Err(format!("a request that nothing came between cost {} rounds of reads", request.rounds));
        }
        Ok(())
    }

    /// What a plan costs: at most one read and one write, and no write for a request that only reads.
    pub(crate) fn judge_cost(&self, request: &Request, commit: &Commit) -> Checked {
        let most = if request.act == Act::Keep { 1 } else { 3 };
        let writes = commit.writes.iter().filter(|write| write.role != Role::Entry).count();
        if writes > most {
            return Err(format!("{writes} writes for {:?}", request.act));
        }
        if !request.detained && request.rounds > 1 {
            return Err(format!("a request that nothing came between cost {} rounds of reads", request.rounds));
        }
        if request.fresh && request.is_read_only() {
            return Err("a visitor who stores nothing cost something".into());
        }
        if self.profile.strong && request.is_read_only() && !commit.writes.is_empty() {
            return Err("a request that only reads wrote".into());
        }
        Ok(())
    }

    /// Every request comes with the cookie of the last answer: whoever never got one sends an old cookie too.
    pub(crate) const fn goes_straight(&self) -> bool {
        self.profile.calm && !self.profile.losses
    }

    /// Nothing of this day could make a cookie too small, or lose what it carries.
    pub(crate) const fn shows_everything(&self) -> bool {
        let Profile { faults, budget, staleness, aging, .. } = self.profile;
        self.goes_straight() && !faults && !aging && budget >= 3800 && staleness < 2 * MINUTE
    }
}
