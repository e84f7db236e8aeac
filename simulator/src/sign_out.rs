//! Somebody signs a user out everywhere: the user, from one of their devices, which is spared; or an administrator. And
//! sometimes an administrator ends all sessions there are.

use std::rc::Rc;

use crate::era::{Checked, Era, Fault};
use crate::judge_put::FRESH;
use crate::profile::RESOLUTION;
use crate::request::{Answer, Request};
use crate::store::Outcome;
use crate::user::SignOut;
use crate::visitor::Life;

impl Era {
    /// One request in so many does so, before it does anything else.
    pub(crate) fn sign_out_everywhere(&mut self, request: &mut Request) -> Checked {
        if !self.random.chance(150) {
            return Ok(());
        }
        let own = self.lives.get(&request.key).and_then(|life| life.signed_in);
        let (user, spared) = match own {
            Some(own) if !self.random.chance(3) => (own.user, Some(own.number)),
            _ => (self.random.index(self.users.len()), None),
        };
        let handle = spared.and_then(|_| request.key.strip_prefix("s1:"));
        let now = self.clock(request.process, self.now);
        let name = Self::user_name(user);
        let before = if handle.is_some() { self.ended_before(request, &name) } else { Vec::new() };
        if before.iter().any(|answer| matches!(answer, Answer::Failed)) {
            return Ok(());
        }
        let before: Vec<_> = before.iter().map(Answer::as_stored).collect();
        let sparing = handle.map(|handle| (handle, before.as_slice()));
        let writes = self.sessions[request.tenant].revoke_user(&name, sparing, now);
        let writes = writes.map_err(|error| format!("signing out everywhere failed: {error}"))?;
        self.tell(|| format!("user {user} is signed out everywhere at {} but for {handle:?}", request.process));
        let is_done = self.put_epochs(request, &writes)?;
        let is_late = spared.is_some() && !self.life(&request.key)?.moved.is_empty();
        self.users[user].sign_outs.push(SignOut { at: self.now, is_done, spared, is_late });
        self.report.signed_out += u64::from(is_done);
        Ok(())
    }

    /// What is shown of when this user was signed out everywhere before.
    fn ended_before(&mut self, request: &Request, user: &str) -> Vec<Answer> {
        let keys = self.sessions[request.tenant].user_keys(user);
        keys.iter().map(|keys| self.read(request.process, &keys.record)).collect()
    }

    /// Where sessions look for it, one request in so many ends them all.
    pub(crate) fn end_everybody(&mut self, request: &mut Request) -> Checked {
        if !self.profile.global_epoch || !self.random.chance(400) {
            return Ok(());
        }
        let now = self.clock(request.process, self.now);
        let writes = self.sessions[request.tenant].revoke_user("", None, now);
        let writes = writes.map_err(|error| format!("ending all sessions failed: {error}"))?;
        self.tell(|| format!("all sessions are ended at {}", request.process));
        let is_done = self.put_epochs(request, &writes)?;
        self.everybody.sign_outs.push(SignOut { at: self.now, is_done, spared: None, is_late: false });
        self.report.ended_all += u64::from(is_done);
        Ok(())
    }

    /// Whether all of them were put.
    fn put_epochs(&mut self, request: &mut Request, writes: &[edge_session::plan::Write]) -> Checked<bool> {
        let mut are_done = true;
        for write in writes {
            are_done &= self.put_epoch(request, write)?;
        }
        Ok(are_done)
    }

    /// Whether a user's record, or everybody's, was put. A process of a store that may not show it remembers it.
    fn put_epoch(&mut self, request: &mut Request, write: &edge_session::plan::Write) -> Checked<bool> {
        let fault = self.write_fault();
        if fault == Fault::Failed {
            return Ok(false);
        }
        let (location, kept) = (self.processes[request.process].location, self.kept(request.process, write)?);
        let remembered = Rc::new(kept.copy());
        if self.store.put(location, &write.key, kept, None, self.now, &mut self.random) != Outcome::Done {
            self.report.refused += 1;
            return Ok(false);
        }
        self.report.puts += 1;
        if !self.profile.compares() && fault == Fault::None {
            self.processes[request.process].wrote(&write.key, Rc::clone(&remembered), self.now);
            if let Some(number) = request.epoch_keys.iter().position(|key| *key == write.key) {
                request.epochs[number] = Answer::Read(Some(remembered));
            }
        }
        Ok(fault == Fault::None)
    }

    /// Who was signed out everywhere is let in nowhere: at once where the store shows every write, else once every place
    /// shows it and every token was to look.
    pub(crate) fn judge_signed_out(&self, request: &Request, life: &Life) -> Checked {
        let Some(sign_in) = life.signed_in else { return Ok(()) };
        let user = &self.users[sign_in.user];
        let Some(at) = user.ended_at(sign_in, life.began, self.skew()) else { return Ok(()) };
        let last = match self.profile.strong {
            true => at,
            false => (at + self.profile.shows_after()).max(user.unanswered) + RESOLUTION + FRESH + self.skew(),
        };
        if request.looked > last {
            Err(format!(
                "a session lives on whose user was signed out everywhere at {at}: {:?} {}",
                life.signed_in, request.key
            ))
        } else {
            Ok(())
        }
    }

    /// What was there when all sessions were ended is let in nowhere, once every place shows that and every token was to look.
    pub(crate) fn judge_everybody(&self, request: &Request, life: &Life) -> Checked {
        let everybody = &self.everybody;
        let ends = everybody.sign_outs.iter().find(|end| end.is_done && life.created.1 + self.skew() < end.at);
        let Some(&SignOut { at, .. }) = ends else { return Ok(()) };
        let shows = at + self.profile.shows_after();
        let last = shows.max(everybody.unanswered) + RESOLUTION + FRESH + self.skew();
        match request.looked > last {
            true => Err(format!("a session lives on though all were ended at {at}: {}", request.key)),
            false => Ok(()),
        }
    }

    /// Whether a session may be over since its user was signed out everywhere, or all were ended. The one that was spared may
    /// be, if it got its id where that did not show yet.
    pub(crate) fn may_be_signed_out(&self, life: &Life) -> bool {
        if self.everybody.sign_outs.iter().any(|end| life.created.0 <= end.at + self.skew()) {
            return true;
        }
        let Some(sign_in) = life.signed_in else { return false };
        let user = &self.users[sign_in.user];
        let is_unsure = |out: &SignOut| {
            let shows = user.unanswered.max(out.at + self.profile.staleness);
            out.is_late || !self.profile.strong && life.renewed.is_some_and(|at| at <= shows)
        };
        user.may_have_ended(sign_in, life.began, self.skew(), is_unsure)
    }

    /// Whether it was spared, and its old id cannot tell where it does not show yet that it leads on.
    pub(crate) fn is_hardly_spared(&self, life: &Life) -> bool {
        let Some(sign_in) = life.signed_in.filter(|_| !self.profile.strong) else { return false };
        self.users[sign_in.user].sign_outs.iter().any(|out| out.spared == Some(sign_in.number))
    }
}
