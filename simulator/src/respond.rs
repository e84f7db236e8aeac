//! A response on its way back: delivered, late, or lost.

use std::rc::Rc;

use edge_session::plan::Commit;

use crate::era::{Checked, Era, Event};
use crate::history::Knowledge;
use crate::request::{Act, Request};
use crate::visitor::Held;
use crate::weakness::Weakness;

/// Old cookies that are kept of a visitor.
const OLD: usize = 6;

pub(crate) struct Response {
    visitor: usize,
    /// The cookie that the request came with.
    held: Option<Rc<Held>>,
    old: Option<usize>,
    cookie: Sent,
    /// What it showed; `None` for what was said to be behind.
    shows: Option<Knowledge>,
}

enum Sent {
    Nothing,
    Cookie(Rc<Held>),
    Deletion,
}

impl Era {
    /// Answers a request that there was nothing to do for.
    pub(crate) fn finish(&mut self, request: Request, cookie: Option<Held>) -> Checked {
        self.judge_nothing(&request)?;
        let cookie = cookie.map_or(Sent::Nothing, |held| Sent::Cookie(Rc::new(held)));
        let shows = request.sees;
        self.send(request, cookie, shows);
        Ok(())
    }

    /// Answers a request whose plan was performed; `after`: what is known then.
    pub(crate) fn respond(&mut self, request: Request, commit: Commit, after: Knowledge) -> Checked {
        let touched = (if request.fresh { request.opened } else { self.accessed(&request) }, self.now);
        let sent = match commit.cookies.first().and_then(|line| line.split_once("; ")) {
            None => Sent::Nothing,
            Some((_, attributes)) if attributes.starts_with("Max-Age=0") => Sent::Deletion,
            Some(_) if self.keeps_cookie_back(&request) => Sent::Nothing,
            Some((pair, _)) => Sent::Cookie(Rc::new(Held {
                cookie: pair.into(),
                key: self.key_of(&request, &commit),
                knows: after,
                touched,
            })),
        };
        self.send(request, sent, after);
        Ok(())
    }

    /// A session that is looked up now and then was accessed when it was.
    fn accessed(&self, request: &Request) -> u64 {
        let signed_in = self.lives.get(&request.key).is_some_and(|life| life.signed_in.is_some());
        let looks = self.profile.global_epoch || signed_in && !self.profile.strong;
        if looks { request.looked } else { self.now }
    }

    fn keeps_cookie_back(&self, request: &Request) -> bool {
        self.is_weak(Weakness::NoOverlay)
            && request.act == Act::Keep
            && request.held.as_ref().is_some_and(|held| held.key == request.key)
    }

    /// The store key of the session as it goes on.
    fn key_of(&self, request: &Request, commit: &Commit) -> String {
        commit.writes.first().map_or_else(|| request.key.clone(), |write| write.key.clone())
    }

    fn send(&mut self, request: Request, cookie: Sent, shows: Knowledge) {
        let shows = (!request.stale).then_some(shows);
        let response = Response { visitor: request.visitor, held: request.held, old: request.old, cookie, shows };
        if self.profile.losses && self.random.chance(25) {
            self.visitors[response.visitor].under_way -= 1;
            return;
        }
        match self.random.chance(6) {
            false => self.deliver(response),
            true => {
                let time = self.now + self.random.pick(&[50, 700, 3000]);
                self.at(time, Event::Deliver(Box::new(response)));
            }
        }
    }

    pub(crate) fn deliver(&mut self, response: Response) {
        let keeps_old = !self.profile.calm && self.random.chance(10);
        let place = self.random.index(OLD);
        self.tell(|| {
            let cookie = match &response.cookie {
                Sent::Nothing => "no cookie",
                Sent::Cookie(held) => &held.key[..9],
                Sent::Deletion => "its deletion",
            };
            format!("visitor {} gets {cookie} with {:?}", response.visitor, response.shows)
        });
        let visitor = &mut self.visitors[response.visitor];
        visitor.under_way -= 1;
        if let (true, Some(held)) = (keeps_old, &visitor.jar) {
            match visitor.old.get_mut(place) {
                Some(old) => *old = Rc::clone(held),
                None => visitor.old.push(Rc::clone(held)),
            }
        }
        let jar = match response.old {
            None => &mut visitor.jar,
            Some(old) => return visitor.give(old, &response),
        };
        match response.cookie {
            Sent::Cookie(held) => *jar = Some(held),
            Sent::Deletion => *jar = None,
            Sent::Nothing => raise(jar.as_mut(), response.held.as_ref(), response.shows),
        }
    }
}

impl crate::visitor::Visitor {
    fn give(&mut self, old: usize, response: &Response) {
        match &response.cookie {
            Sent::Cookie(held) => self.old[old] = Rc::clone(held),
            Sent::Deletion => {} // a thief keeps it
            Sent::Nothing => raise(self.old.get_mut(old), response.held.as_ref(), response.shows),
        }
    }
}

/// Whoever still has the cookie that a request came with knows what its response showed.
fn raise(jar: Option<&mut Rc<Held>>, sent: Option<&Rc<Held>>, shows: Option<Knowledge>) {
    if let (Some(held), Some(sent), Some(knows)) = (jar, sent, shows)
        && Rc::ptr_eq(held, sent)
    {
        *held = Rc::new(Held { knows, ..Held::clone(held) });
    }
}
