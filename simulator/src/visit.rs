//! A request begins: the cookie in, the store asked, what it shows judged.

use std::array::from_fn;
use std::rc::Rc;

use edge_session::cookie::Origin;
use edge_session::plan::{Opened, Read};
use edge_session::{Code, Error, Known, Loaded, Session, Stored, View};

use crate::content::{Content, LEVEL, SLOTS, Slot};
use crate::era::{Checked, Era, Event, Fault};
use crate::profile::Profile;
use crate::request::{Act, Answer, Change, Request};
use crate::store::Shown;
use crate::visitor::{Held, Life};
use crate::weakness::{self, Weakness};

/// More often than this, two ids lead to each other.
const ATTEMPTS: usize = 20;

impl Era {
    pub(crate) fn visit(&mut self, visitor: usize, process: usize) -> Checked {
        self.knock_elsewhere(visitor, process)?;
        let old = self.old_cookie(visitor);
        let held = old.map_or_else(|| self.jar_of(visitor), |old| Some(Rc::clone(&self.visitors[visitor].old[old])));
        let tenant = self.visitors[visitor].tenant;
        let opened = self.open(tenant, process, held.as_deref())?;
        if let (Some(held), None) = (&held, &opened.read) {
            self.tell(|| {
                format!(
                    "visitor {visitor} with {old:?} at {process} is refused {} touched {:?}",
                    held.key, held.touched
                )
            });
            self.judge_refusal(held, opened.refused[0])?;
        }
        let read = opened.read;
        let knew = held.as_ref().filter(|_| read.is_some()).map_or([0; SLOTS], |held| held.knows);
        if let (Some(held), Some(_)) = (&held, &read) {
            self.judge_lifetime(held)?;
        }
        let mut request = self.request(visitor, tenant, process, opened.session);
        (request.held, request.old, request.knew) = (held, old, knew);
        if let Some(read) = read
            && !self.load(&mut request, read)?
        {
            return Ok(());
        }
        self.visitors[visitor].under_way += 1;
        self.sign_out_everywhere(&mut request)?;
        self.end_everybody(&mut request)?;
        self.intend(&mut request);
        match self.random.chance(4) {
            false => self.resume(request),
            true => {
                let time = self.now + self.random.pick(&[20, 400, 1500, 5000, 40_000]);
                self.at(time, Event::Commit(Box::new(request)));
                Ok(())
            }
        }
    }

    /// Somebody tries a cookie at an application that did not give it.
    fn knock_elsewhere(&mut self, visitor: usize, process: usize) -> Checked {
        if !self.random.chance(50) {
            return Ok(());
        }
        let Some(held) = self.jar_of(visitor) else { return Ok(()) };
        let other = (self.visitors[visitor].tenant + 1) % self.sessions.len();
        match self.open(other, process, Some(&held))?.read {
            None => Ok(()),
            Some(_) => Err("another application's cookie was accepted".into()),
        }
    }

    fn old_cookie(&mut self, visitor: usize) -> Option<usize> {
        let old = self.visitors[visitor].old.len();
        (old > 0 && self.random.chance(4)).then(|| self.random.index(old))
    }

    fn open(&mut self, tenant: usize, process: usize, held: Option<&Held>) -> Checked<Opened> {
        let now = self.clock(process, self.now);
        let header = held.map_or("", |held| &held.cookie);
        let opened = self.sessions[tenant].open(header, Origin::Secure, now, || Ok(self.random.entropy()));
        opened.map_err(|error| format!("opening failed: {error}"))
    }

    fn request(&self, visitor: usize, tenant: usize, process: usize, session: Session) -> Request {
        Request {
            visitor,
            tenant,
            held: None,
            old: None,
            process,
            generation: self.processes[process].generation,
            opened: self.now,
            secret: self.secrets,
            fresh: session.is_fresh(),
            session,
            key: String::new(),
            end_key: None,
            epoch_keys: Vec::new(),
            history: u32::MAX,
            stored: Answer::Read(None),
            end: Answer::Read(None),
            epochs: Vec::new(),
            looked: self.now,
            view: Rc::default(),
            seen: Content::EMPTY,
            knew: [0; SLOTS],
            sees: [0; SLOTS],
            stale: false,
            due: false,
            truth: true,
            asked: false,
            act: Act::Keep,
            changes: [None; SLOTS],
            rounds: 0,
            detained: false,
            tries: 0,
            rest: None,
        }
    }

    /// Asks the store, and asks on where it leads. `false`: the request failed, as it had to.
    fn load(&mut self, request: &mut Request, read: Read) -> Checked<bool> {
        let mut next = read;
        for _ in 0..ATTEMPTS {
            request.truth = !self.profile.tiered;
            self.look(request, &next)?;
            let mut loaded = self.understand(request);
            if self.doubts(request, &loaded)? {
                loaded = self.understand(request);
            }
            let recent = self.recent(request);
            match loaded {
                Err(error) => return self.refuse(request, &error).map(|()| false),
                Ok(Loaded::View(view)) => return self.show(request, view, &recent).map(|()| true),
                Ok(Loaded::Follow { session, read }) => {
                    self.report.followed += 1;
                    (request.session, request.detained, next) = (session, true, read);
                }
                Ok(Loaded::New { .. }) => return Err("a session under an id of the application's own".into()),
                Ok(Loaded::Ended { session }) => {
                    self.judge_ended(&request.key)?;
                    (request.session, request.fresh, request.truth) = (session, true, true);
                    request.stored = Answer::Read(None);
                    (request.epochs, request.epoch_keys) = (Vec::new(), Vec::new());
                    (request.knew, request.key) = ([0; SLOTS], String::new());
                    return Ok(true);
                }
            }
        }
        Err(format!("still led on after {ATTEMPTS} reads"))
    }

    fn understand(&mut self, request: &Request) -> Result<Loaded, Error> {
        let recent = self.recent(request);
        let known = self.known(request, &recent);
        let now = self.clock(request.process, self.now);
        self.sessions[request.tenant].load(&request.session, &known, now, || Ok(self.random.entropy()))
    }

    /// One round of reads; near or true, as the request has it.
    fn look(&mut self, request: &mut Request, read: &Read) -> Checked {
        let Some(handle) = read.key.strip_prefix("s1:").and_then(edge_session_aead::from_base64url) else {
            return Err("a session whose key is none".into());
        };
        let handle = handle.try_into().map_err(|_| "a handle that is none".to_owned())?;
        let now = self.clock(request.process, self.now);
        request.stored = match self.read_session(request, &read.key) {
            Answer::Read(shown) => Answer::Read(weakness::shown(self.weakness, shown, &handle, now)),
            failed @ Answer::Failed => failed,
        };
        request.end = read.end.as_ref().map_or(Answer::Read(None), |key| self.read(request.process, key));
        self.look_for_epochs(request, read);
        self.fail_together(request, read);
        request.history = self.life(&read.key)?.history;
        request.key.clone_from(&read.key);
        request.end_key.clone_from(&read.end);
        request.looked = self.now;
        request.rounds += 1;
        self.report.reads += 1;
        Ok(())
    }

    /// The same where every write shows, if there is such a place.
    pub(crate) fn look_for_truth(&mut self, request: &mut Request, read: &Read) -> Checked {
        request.truth = true;
        self.look(request, read)
    }

    /// The same keys once more, where every write shows.
    pub(crate) fn look_again(&mut self, request: &mut Request) -> Checked {
        let Request { key, end_key, epoch_keys, .. } = &*request;
        let read = Read { key: key.clone(), end: end_key.clone(), epochs: epoch_keys.clone() };
        self.look_for_truth(request, &read)
    }

    /// The user's record, and everybody's. All keys are read in one call: if it fails, none was answered.
    fn look_for_epochs(&mut self, request: &mut Request, read: &Read) {
        request.epoch_keys.clone_from(&read.epochs);
        request.epochs = read.epochs.iter().map(|key| self.look_for(request, key)).collect();
        if request.epochs.iter().any(|answer| matches!(answer, Answer::Failed)) {
            self.leave_unanswered(request, read);
        }
    }

    pub(crate) fn leave_unanswered(&mut self, request: &mut Request, read: &Read) {
        for answer in [&mut request.stored, &mut request.end].into_iter().chain(&mut request.epochs) {
            *answer = Answer::Failed;
        }
        if read.epochs.iter().any(|key| self.is_everybodys(request, key)) {
            self.everybody.unanswered = self.now;
        }
        let sign_in = self.lives.get(&read.key).and_then(|life| life.signed_in);
        if let Some(sign_in) = sign_in.filter(|_| read.epochs.iter().any(|key| !self.is_everybodys(request, key))) {
            self.users[sign_in.user].unanswered = self.now;
        }
    }

    fn is_everybodys(&self, request: &Request, key: &str) -> bool {
        self.sessions[request.tenant].user_keys("").iter().any(|keys| keys.record == key)
    }

    /// A record that this process may have put itself. Without its protection it is never there.
    fn look_for(&mut self, request: &Request, key: &str) -> Answer {
        let is_unprotected = match self.weakness {
            Some(Weakness::NoEpoch) => !self.is_everybodys(request, key),
            Some(Weakness::NoGlobalEpoch) => self.is_everybodys(request, key),
            _ => false,
        };
        if is_unprotected {
            return Answer::Read(None);
        }
        let process = request.process;
        match self.processes[process].recent(key, self.now) {
            Some(own) => Answer::Read(Some(own)),
            None => self.read(process, key),
        }
    }

    pub(crate) fn read(&mut self, process: usize, key: &str) -> Answer {
        match self.read_fault() {
            Fault::None => {
                let location = self.processes[process].location;
                Answer::Read(self.store.read(location, key, self.now, &mut self.random))
            }
            Fault::Failed | Fault::DoneAndFailed => Answer::Failed,
        }
    }

    pub(crate) fn recent(&self, request: &Request) -> Shown {
        self.processes[request.process].recent(&request.key, self.now)
    }

    pub(crate) fn known<'a>(&self, request: &'a Request, recent: &'a Shown) -> Known<'a> {
        let looked = if self.is_weak(Weakness::NoSecondLook) { self.now } else { request.looked };
        let recent = recent.as_ref().filter(|_| !self.is_weak(Weakness::NoRecent));
        Known {
            stored: request.stored.as_stored(),
            end: request.end.as_stored(),
            epochs: from_fn(|number| request.epochs.get(number).map_or(Stored::Missing, Answer::as_stored)),
            recent: recent.map(|kept| kept.bytes.as_slice()),
            at: self.clock(request.process, looked),
            scheduled: self.processes[request.process].waiting.contains_key(&request.key),
        }
    }

    fn show(&mut self, request: &mut Request, view: View, recent: &Shown) -> Checked {
        let kept = request.stored.kept();
        (request.view, request.seen) = match (view.bytes, kept) {
            (Some(bytes), _) => {
                let content = Content::read(&bytes).ok_or("a view with a value that nobody wrote")?;
                (Rc::new(bytes), content)
            }
            (None, Some(kept)) => (Rc::clone(&kept.bytes), kept.content.clone()),
            (None, None) => return Err("no view of a record that is not there".into()),
        };
        (request.stale, request.due) = (view.stale, view.due);
        self.report.stale += u64::from(view.stale);
        self.report.conflicts += u64::from(view.conflict);
        let judged = self.judge_view(request, view.conflict, recent);
        self.tell(|| {
            let Request { visitor, process, old, key, stale, knew, sees, stored, .. } = request;
            let (key, at) = (&key[..9], stored.kept().map(|kept| kept.version));
            format!("visitor {visitor} with {old:?} at {process} opens {key} {at:?}, stale {stale}, knew {knew:?}, sees {sees:?}")
        });
        judged
    }

    /// A request that fails must have a reason; nothing is sent then.
    pub(crate) fn refuse(&mut self, request: &Request, error: &Error) -> Checked {
        self.report.failed += 1;
        self.tell(|| {
            let Request { visitor, process, key, opened, looked, truth, knew, sees, .. } = request;
            format!("visitor {visitor} at {process} since {opened} is refused {key}, looked {looked}, truth {truth}, knew {knew:?}, sees {sees:?}: {error}")
        });
        let store_failed = matches!((&request.stored, &request.end), (Answer::Failed, _) | (_, Answer::Failed));
        let may_be_stale = !self.profile.strong;
        // Here a process gets new secrets while its requests are under way; elsewhere only others do.
        let is_locked_out = |life: &Life| !Profile::still_opens(life.secret, self.secrets);
        match error.code() {
            Code::Store if store_failed || self.lives.get(&request.key).is_some_and(is_locked_out) => Ok(()),
            Code::Stale if self.profile.tiered && !request.asked => {
                Err("refused as stale although what is true was to be had".into())
            }
            Code::Stale if may_be_stale && !self.shows_everything() => Ok(()),
            _ => Err(format!("a request failed for no reason: {error}")),
        }
    }

    /// What the visitor does this time.
    fn intend(&mut self, request: &mut Request) {
        request.act = match self.random.below(if self.profile.busy { 800 } else { 100 }) {
            0..=1 => Act::Rotate,
            2..=6 => Act::Login,
            7..=9 => Act::Logout,
            10 => Act::Destroy,
            _ => Act::Keep,
        };
        if request.fresh && request.act != Act::Login {
            request.act = Act::Keep;
        }
        let changes = match self.profile.busy {
            true => 1,
            false if self.random.chance(2) => self.random.below(3),
            false => 0,
        };
        if request.fresh && (changes > 0 || request.act == Act::Login) {
            request.history = self.new_history();
        }
        for _ in 0..changes {
            let slot = self.random.index(LEVEL);
            let dead = self.deletes(request, slot);
            self.change(request, slot, dead);
        }
        match request.act {
            Act::Login => self.change(request, LEVEL, false),
            Act::Logout if request.sees[LEVEL] != 0 => self.change(request, LEVEL, true),
            _ => {}
        }
    }

    fn deletes(&mut self, request: &Request, slot: usize) -> bool {
        self.random.chance(3) && matches!(request.seen.slots[slot], Slot::Value(..))
    }

    fn change(&mut self, request: &mut Request, slot: usize, dead: bool) {
        if request.changes[slot].is_none() {
            let place = self.histories[request.history as usize].change(slot, dead, request.sees[slot], self.now);
            request.changes[slot] = Some(Change { place, dead });
        }
    }
}
