//! The tiered store: read near, where it may show an older state; written, and read again where it matters, where it is true.
//!
//! What stands here is the host's, as in `sight.ts`, `settling.ts`, `records.ts` and `stores/tiered.ts` of `pkg/src/`: when it asks for
//! the truth, and that it writes nothing that is not built on it.

use edge_session::plan::{Commit, Read};
use edge_session::{Code, Error, Loaded, Plan, View};

use crate::era::{Checked, Era, Event};
use crate::judge_put::Author;
use crate::request::{Answer, Request, Written};
use crate::store::{Outcome, is_near};
use crate::weakness::Weakness;

/// A put into the cache that came too soon is tried again after this time, in milliseconds, and how often.
const GAP: u64 = 1_100;
const RETRIES: u32 = 2;

/// Whether what was near is behind, or was taken for the truth.
fn is_behind(loaded: &Result<Loaded, Error>) -> bool {
    match loaded {
        Ok(Loaded::View(View { stale, conflict, .. })) => *stale || *conflict,
        Ok(_) => false,
        Err(error) => error.code() == Code::Stale,
    }
}

impl Era {
    /// Whether a session that was loaded like this is to be loaded again, from what is true.
    pub(crate) fn doubts(&mut self, request: &mut Request, loaded: &Result<Loaded, Error>) -> Checked<bool> {
        Ok(!request.truth && is_behind(loaded) && self.ask_for_truth(request)?)
    }

    /// Whether a plan is to be made again, of what is true.
    pub(crate) fn is_unfounded(&mut self, request: &mut Request, plan: &Result<Plan, Error>) -> Checked<bool> {
        let matters = match plan {
            Ok(Plan::Write(commit)) => !commit.writes.is_empty(),
            Ok(_) => false,
            Err(error) => error.code() == Code::Stale,
        };
        Ok(matters && !request.truth && !request.asked && self.ask_for_truth(request)?)
    }

    /// Reads the same keys where every write shows. `false`: that failed, and what was found near stays.
    fn ask_for_truth(&mut self, request: &mut Request) -> Checked<bool> {
        if self.is_weak(Weakness::NoTruth) {
            return Ok(false);
        }
        let Request { stored, end, epochs, looked, rounds, .. } = &*request;
        let (stored, end, epochs, looked, rounds) = (stored.clone(), end.clone(), epochs.clone(), *looked, *rounds);
        self.report.truths += 1;
        request.detained = true;
        self.look_again(request)?;
        if !matches!(request.stored, Answer::Failed) {
            return Ok(true);
        }
        (request.stored, request.end, request.epochs) = (stored, end, epochs);
        (request.looked, request.rounds) = (looked, rounds);
        (request.truth, request.asked) = (false, true);
        Ok(false)
    }

    /// A session's record: near, where that is enough and can be had.
    pub(crate) fn read_session(&mut self, request: &Request, key: &str) -> Answer {
        let cache_fails = self.profile.tiered && self.cache_fault();
        if request.truth || cache_fails {
            return self.read_truth(key);
        }
        if !self.profile.tiered {
            return self.read(request.process, key);
        }
        let location = self.processes[request.process].location;
        Answer::Read(self.store.read(location, key, self.now, &mut self.random))
    }

    fn read_truth(&mut self, key: &str) -> Answer {
        match self.read_fault() {
            crate::era::Fault::None => Answer::Read(self.store.current(key, self.now)),
            _ => Answer::Failed,
        }
    }

    /// All keys that the authority is asked for are read in one call: if it fails, none was answered.
    pub(crate) fn fail_together(&mut self, request: &mut Request, read: &Read) {
        if self.profile.tiered && matches!((&request.stored, &request.end), (Answer::Failed, _) | (_, Answer::Failed)) {
            self.leave_unanswered(request, read);
        }
    }

    /// Makes writes at once that the cookie covers: compared, and left out where they fail or where the truth was not to be
    /// had.
    pub(crate) fn covered(
        &mut self,
        mut request: Request,
        commit: Commit,
        author: &Author,
    ) -> Checked<Option<Request>> {
        let mut after = self.expected(&request);
        for at in 0..commit.writes.len() {
            if !request.truth {
                let kept = self.kept(request.process, &commit.writes[at])?;
                after = self.judge_own(&request, &kept.content)?;
                continue;
            }
            match self.write_awaited(&mut request, &commit, at, author, &mut after)? {
                Written::All => {}
                Written::Lost => return Ok(Some(request)),
                Written::Gone => break,
            }
        }
        request.key = commit.writes.first().map_or(request.key, |write| write.key.clone());
        self.respond(request, commit, after)?;
        Ok(None)
    }

    /// What is true of a session goes into the cache, or is lost on the way there.
    pub(crate) fn put_near(&mut self, location: usize, key: &str, retries: u32) {
        if !self.profile.tiered || !is_near(key) || self.cache_fault() {
            return;
        }
        let Some(kept) = self.store.current(key, self.now) else { return };
        let outcome = self.store.put_near(location, key, kept, self.now, &mut self.random);
        if outcome == Outcome::TooSoon && retries < RETRIES {
            self.at(self.now + GAP, Event::Near { location, key: key.into(), retries: retries + 1 });
        }
    }

    /// Nothing but the truth is called behind or lost only where the truth was not to be had.
    pub(crate) fn judge_truth(&self, request: &Request, conflict: bool) -> Checked {
        if !self.profile.tiered || request.asked || !request.stale && !conflict {
            return Ok(());
        }
        Err("called stale, or lost, although what is true was to be had".into())
    }
}
