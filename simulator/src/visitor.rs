//! Visitors and their cookies, and what is known of every id.

use std::rc::Rc;

use crate::history::Knowledge;
use crate::user::SignIn;

/// One browser.
pub(crate) struct Visitor {
    /// Which application it visits.
    pub(crate) tenant: usize,
    /// Whom it signs in as.
    pub(crate) user: usize,
    pub(crate) jar: Option<Rc<Held>>,
    /// Cookies of earlier days: a second tab, or a thief.
    pub(crate) old: Vec<Rc<Held>>,
    /// Requests under way.
    pub(crate) under_way: usize,
}

/// A cookie, and what its holder knows.
#[derive(Clone)]
pub(crate) struct Held {
    /// `name=value`.
    pub(crate) cookie: String,
    /// The store key of the session.
    pub(crate) key: String,
    pub(crate) knows: Knowledge,
    /// When the last access that the cookie tells was: not before, not after.
    pub(crate) touched: (u64, u64),
}

/// What became of one id. Times in milliseconds of the store's clock.
pub(crate) struct Life {
    pub(crate) history: u32,
    /// When the first of its ids was made: not before, not after.
    pub(crate) created: (u64, u64),
    /// When its lifetimes began.
    pub(crate) began: u64,
    /// Who is signed in.
    pub(crate) signed_in: Option<SignIn>,
    /// When the store was asked for what made it the new id of another one.
    pub(crate) renewed: Option<u64>,
    /// Which secret names it in the store.
    pub(crate) secret: u32,
    /// Somebody tried to end it, answered or not.
    pub(crate) end_tried: bool,
    /// From when on it must be dead, once its end was answered.
    pub(crate) dead_from: Option<u64>,
    /// Its end is kept a second time.
    pub(crate) end_known: bool,
    /// A save from where the end was not seen yet was put over it.
    pub(crate) end_buried: bool,
    /// When it got a new id, and which.
    pub(crate) moved: Vec<(u64, String)>,
    /// When the store took the last puts that could have waited, the latest first.
    pub(crate) puts: [Option<u64>; 3],
}

impl Life {
    pub(crate) const fn new(history: u32, began: u64, signed_in: Option<SignIn>, secret: u32) -> Self {
        Self {
            history,
            created: (began, began),
            began,
            signed_in,
            renewed: None,
            secret,
            end_tried: false,
            dead_from: None,
            end_known: false,
            end_buried: false,
            moved: Vec::new(),
            puts: [None; 3],
        }
    }

    /// When the third put before this one was.
    pub(crate) fn put(&mut self, now: u64) -> Option<u64> {
        let [last, before, third] = self.puts;
        self.puts = [Some(now), last, before];
        third
    }
}
