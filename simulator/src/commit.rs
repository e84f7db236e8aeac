//! A request ends: what it changed, decided by the core and performed as planned.

use edge_session::plan::{Commit, Role};
use edge_session::{Change, Error, Plan, Put};

use crate::content::Content;
use crate::era::{Checked, Era, Event, Fault};
use crate::history::Knowledge;
use crate::judge_put::Author;
use crate::perform::Late;
use crate::process::Waiting;
use crate::request::{Act, Answer, Request, Written, action, level, snapshots};
use crate::store::{Outcome, Shown};
use crate::visitor::Life;
use crate::weakness::Weakness;

/// More often than this, two plans keep undoing each other.
const ATTEMPTS: usize = 20;
/// How often a put is tried that came too soon.
const PATIENCE: usize = 4;

impl Era {
    /// Goes on with a request: from deciding, or in the middle of its writes. Its process may be gone.
    pub(crate) fn resume(&mut self, mut request: Request) -> Checked {
        if self.processes[request.process].generation != request.generation {
            self.visitors[request.visitor].under_way -= 1;
            return Ok(());
        }
        if let Some((commit, from)) = request.rest.take() {
            let author = self.author(&request);
            return self.awaited(request, commit, from, &author).map(drop);
        }
        for _ in 0..ATTEMPTS {
            let plan = self.decide(&mut request);
            if self.is_unfounded(&mut request, &plan)? {
                continue;
            }
            let plan = match plan {
                Ok(plan) => plan,
                Err(error) => {
                    self.visitors[request.visitor].under_way -= 1;
                    return self.refuse(&request, &error);
                }
            };
            match plan {
                Plan::Nothing => return self.finish(request, None),
                Plan::Ended => {
                    self.judge_ended(&request.key)?;
                    self.visitors[request.visitor].under_way -= 1;
                    return Ok(());
                }
                Plan::Follow { session, read } => {
                    request.detained = true;
                    request.session = session;
                    self.look_for_truth(&mut request, &read)?;
                }
                Plan::Write(commit) => {
                    // Who signs out by an id that is over ends the session.
                    if request.act == Act::Logout && commit.writes.iter().all(|write| write.role != Role::Session) {
                        request.act = Act::Destroy;
                    }
                    match self.perform(request, commit)? {
                        Some(again) => request = again,
                        None => return Ok(()),
                    }
                }
            }
        }
        Err(format!("still not committed after {ATTEMPTS} attempts"))
    }

    fn decide(&mut self, request: &mut Request) -> Result<Plan, Error> {
        let recent = self.recent(request);
        let known = self.known(request, &recent);
        let (user, level, values) =
            (Self::user_name(self.visitors[request.visitor].user), level(request), request.values());
        let action = action(request.act, &user, &level);
        let change = Change { action, snapshots: snapshots(request, &values), keeps: None };
        let now = self.clock(request.process, self.now);
        let entropy = self.random.entropy();
        self.sessions[request.tenant].commit(&request.session, &request.view, &known, &change, now, &entropy)
    }

    /// `None`: the request is done with, or goes on later.
    fn perform(&mut self, mut request: Request, commit: Commit) -> Checked<Option<Request>> {
        self.tell(|| {
            let Request { visitor, process, act, .. } = request;
            let writes: Vec<&str> = commit.writes.iter().map(|write| &write.key[..9]).collect();
            format!(
                "visitor {visitor} at {process}: {act:?}, {:?} {writes:?}, cookie {}",
                commit.put,
                !commit.cookies.is_empty()
            )
        });
        for change in request.changes.iter().flatten() {
            self.histories[request.history as usize].decided(change.place.change, self.now);
        }
        self.judge_cost(&request, &commit)?;
        self.prepare(&request, &commit)?;
        let author = self.author(&request);
        let put = match commit.put {
            Put::At(_) | Put::Joined if self.is_weak(Weakness::NoSlot) => Put::Behind,
            put => put,
        };
        if put == Put::Awaited && !request.truth && !commit.writes.is_empty() {
            return self.give_up(&request);
        }
        if put == Put::Awaited {
            return self.awaited(request, commit, 0, &author);
        }
        if self.profile.tiered {
            return self.covered(request, commit, &author);
        }
        let mut after = self.expected(&request);
        for write in &commit.writes {
            let kept = self.kept(request.process, write)?;
            after = self.judge_own(&request, &kept.content)?;
            let kept = std::rc::Rc::new(kept);
            self.processes[request.process].wrote(&write.key, kept, self.now);
        }
        match put {
            Put::At(clock) => self.schedule(&request, &commit, self.time(request.process, clock).max(self.now)),
            Put::Joined => self.join(&request, &commit),
            Put::Carried => {}
            Put::Behind | Put::Awaited => self.put_behind(&request, &commit, author)?,
        }
        request.key = commit.writes.first().map_or(request.key, |write| write.key.clone());
        self.respond(request, commit, after)?;
        Ok(None)
    }

    fn put_behind(&mut self, request: &Request, commit: &Commit, author: Author) -> Checked {
        let Some(write) = commit.writes.first() else { return Ok(()) };
        let late = Late {
            process: request.process,
            generation: request.generation,
            write: (write.key.clone(), write.bytes.clone(), write.expires),
            session: commit.session.clone(),
            end: request.end_key.clone(),
            author,
        };
        if self.random.chance(2) {
            return self.put_late(late);
        }
        let time = self.now + self.random.pick(&[10, 300, 900]);
        self.at(time, Event::Put(Box::new(late)));
        Ok(())
    }

    fn schedule(&mut self, request: &Request, commit: &Commit, time: u64) {
        let Some(write) = commit.writes.first() else { return };
        self.wait(
            request.process,
            &write.key,
            Waiting { at: time, session: commit.session.clone(), end: request.end_key.clone(), tries: 0 },
        );
    }

    fn join(&mut self, request: &Request, commit: &Commit) {
        let waiting =
            commit.writes.first().and_then(|write| self.processes[request.process].waiting.get_mut(&write.key));
        if let Some(waiting) = waiting {
            waiting.session = commit.session.clone();
        }
    }

    /// Makes the writes of a plan one after the other, from this one on, before the response.
    fn awaited(
        &mut self,
        mut request: Request,
        commit: Commit,
        from: usize,
        author: &Author,
    ) -> Checked<Option<Request>> {
        let mut after = self.expected(&request);
        for at in from..commit.writes.len() {
            match self.write_awaited(&mut request, &commit, at, author, &mut after)? {
                Written::All => {}
                Written::Lost => return Ok(Some(request)),
                Written::Gone if request.tries > PATIENCE => return self.give_up(&request),
                Written::Gone => {
                    request.rest = (at > 0).then_some((commit, at));
                    let time = self.now + 1000 + self.random.below(500);
                    self.at(time, Event::Commit(Box::new(request)));
                    return Ok(None);
                }
            }
        }
        self.ended(&request, &commit)?;
        request.key = commit.writes.first().map_or(request.key, |write| write.key.clone());
        self.respond(request, commit, after)?;
        Ok(None)
    }

    fn give_up(&mut self, request: &Request) -> Checked<Option<Request>> {
        self.report.failed += 1;
        self.visitors[request.visitor].under_way -= 1;
        Ok(None)
    }

    pub(crate) fn write_awaited(
        &mut self,
        request: &mut Request,
        commit: &Commit,
        at: usize,
        author: &Author,
        after: &mut Knowledge,
    ) -> Checked<Written> {
        let write = &commit.writes[at];
        let is_end = write.key.starts_with("e1:");
        // Nobody lists sessions here.
        if write.role == Role::Entry || is_end && self.is_weak(Weakness::NoSecondEnd) {
            self.wrote_of(request, commit, at)?;
            return Ok(Written::All);
        }
        let fault = self.write_fault();
        // A change that was refused and is there all the same is like one whose response is lost.
        if fault == Fault::Failed || fault == Fault::DoneAndFailed && self.goes_straight() {
            request.tries = PATIENCE + 1;
            return Ok(Written::Gone);
        }
        // Where the store did not answer there is nothing to compare with: what is written all the same is an end.
        let version = match &request.stored {
            Answer::Read(kept) => Some(kept.as_ref().map(|kept| kept.version)),
            Answer::Failed => None,
        };
        let kept = self.kept(request.process, write)?;
        if at == 0 && request.act != Act::Destroy {
            *after = self.judge_own(request, &kept.content)?;
        }
        match self.put(request.process, write, kept, version, author)? {
            Outcome::Done => {}
            Outcome::Lost => {
                request.detained = true;
                self.look_again(request)?;
                return Ok(Written::Lost);
            }
            Outcome::TooSoon => {
                (request.detained, request.tries) = (true, request.tries + 1);
                return Ok(Written::Gone);
            }
        }
        self.wrote_of(request, commit, at)?;
        if fault == Fault::DoneAndFailed {
            request.tries = PATIENCE + 1;
            return Ok(Written::Gone);
        }
        Ok(Written::All)
    }

    /// Notes what a write does to the old id.
    fn wrote_of(&mut self, request: &Request, commit: &Commit, at: usize) -> Checked {
        let write = &commit.writes[at];
        let (since, successor) = (request.looked, commit.writes[0].key.clone());
        if write.key.starts_with("e1:") {
            self.life(&request.key)?.end_known = true;
        } else if at == 1 && request.act == Act::Rotate {
            self.life(&request.key)?.moved.push((since, successor));
        }
        Ok(())
    }

    /// New ids get a life, and what is to end is known to have been tried.
    fn prepare(&mut self, request: &Request, commit: &Commit) -> Checked {
        let ends = matches!(request.act, Act::Login | Act::Logout | Act::Destroy) && !request.fresh;
        if ends {
            self.life(&request.key)?.end_tried = true;
        }
        let moves = ends || request.act == Act::Rotate;
        if !(request.fresh || moves && request.act != Act::Destroy) {
            return Ok(());
        }
        let Some(write) = commit.writes.first() else { return Ok(()) };
        let began = match (request.fresh, request.act) {
            (_, Act::Login | Act::Logout) => self.now,
            (true, _) => request.opened,
            (false, _) => self.life(&request.key)?.began,
        };
        let created = if request.fresh { (request.opened, self.now) } else { self.life(&request.key)?.created };
        let signed_in = match request.act {
            Act::Login => Some(self.sign_in(request.visitor)),
            Act::Rotate => self.life(&request.key)?.signed_in,
            _ => None,
        };
        let secret = if request.fresh { request.secret } else { self.secrets };
        let renewed = (request.act == Act::Rotate).then_some(request.looked);
        let life = Life { created, renewed, ..Life::new(request.history, began, signed_in, secret) };
        self.lives.insert(write.key.clone(), life);
        Ok(())
    }

    /// An end that is about to be answered.
    fn ended(&mut self, request: &Request, commit: &Commit) -> Checked {
        let grace = if request.act == Act::Rotate { self.grace() } else { 0 };
        if request.act == Act::Keep || request.fresh || commit.writes.is_empty() {
            return Ok(());
        }
        let from = self.now + grace;
        let life = self.life(&request.key)?;
        life.dead_from = Some(life.dead_from.map_or(from, |known| known.min(from)));
        Ok(())
    }

    /// What whoever gets the answer knows, whatever others did meanwhile.
    pub(crate) fn expected(&self, request: &Request) -> Knowledge {
        let mut after = request.sees;
        for (known, change) in after.iter_mut().zip(&request.changes) {
            *known = change.map_or(*known, |change| change.place.change);
        }
        after
    }

    fn author(&self, request: &Request) -> Author {
        let recent: Shown = self.recent(request);
        let read = request.stored.kept().cloned();
        Author { sees: request.sees, read, recent, looked: request.looked, decided: self.now }
    }

    /// What a write puts, as it will be kept.
    pub(crate) fn kept(&self, process: usize, write: &edge_session::plan::Write) -> Checked<crate::store::Kept> {
        self.kept_bytes(process, write.bytes.clone(), write.expires)
    }

    pub(crate) fn kept_bytes(
        &self,
        process: usize,
        bytes: Vec<u8>,
        expires: edge_session::time::Timestamp,
    ) -> Checked<crate::store::Kept> {
        let bytes = crate::weakness::written(self.weakness, bytes, self.clock(process, self.now));
        let content = Content::read(&bytes).ok_or("a record with a value that nobody wrote")?;
        Ok(crate::store::Kept {
            bytes: std::rc::Rc::new(bytes),
            content,
            version: 0,
            expires: Self::stored_time(expires),
        })
    }
}
