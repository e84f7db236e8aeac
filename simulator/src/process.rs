//! One process (isolate) of a location: what it wrote itself lately, and the puts that wait for their time in it.

use std::collections::HashMap;
use std::rc::Rc;

use edge_session::Session;

use crate::store::{Kept, Shown};

/// How long a process remembers what it wrote, in milliseconds.
const REMEMBERS: u64 = 10_000;

pub(crate) struct Process {
    pub(crate) location: usize,
    /// Counts its restarts.
    pub(crate) generation: u32,
    pub(crate) waiting: HashMap<String, Waiting>,
    recent: HashMap<String, (Rc<Kept>, u64)>,
}

/// A put that waits: what it puts is the newest record that this process made of the session.
pub(crate) struct Waiting {
    pub(crate) at: u64,
    pub(crate) session: Session,
    /// The key of its end.
    pub(crate) end: Option<String>,
    pub(crate) tries: u32,
}

impl Process {
    pub(crate) fn new(location: usize) -> Self {
        Self { location, generation: 0, waiting: HashMap::new(), recent: HashMap::new() }
    }

    /// The record of this key that this process wrote in the last seconds, or is about to.
    pub(crate) fn recent(&self, key: &str, now: u64) -> Shown {
        let (kept, at) = self.recent.get(key)?;
        (now < at + REMEMBERS || self.waiting.contains_key(key)).then(|| Rc::clone(kept))
    }

    pub(crate) fn wrote(&mut self, key: &str, kept: Rc<Kept>, now: u64) {
        if self.recent.len() > 20 {
            let waiting = &self.waiting;
            self.recent.retain(|key, (_, at)| now < *at + REMEMBERS || waiting.contains_key(key));
        }
        self.recent.insert(key.into(), (kept, now));
    }

    pub(crate) fn restart(&mut self) {
        self.generation += 1;
        self.waiting.clear();
        self.recent.clear();
    }
}
