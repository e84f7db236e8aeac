//! Puts: at once, behind the response, at their time.

use std::rc::Rc;

use edge_session::plan::{Guard, Role, Write};
use edge_session::time::Timestamp;
use edge_session::{Known, Session};

use crate::content::{Kind, SLOTS};
use crate::era::{Checked, Era, Event, Fault};
use crate::judge_put::Author;
use crate::process::Waiting;
use crate::request::Answer;
use crate::store::{Kept, Outcome};
use crate::weakness::Weakness;

/// How often a put that waited is tried.
const PATIENCE: u32 = 5;

/// A put behind the response, under way.
pub(crate) struct Late {
    pub(crate) process: usize,
    pub(crate) generation: u32,
    /// Key, bytes, and when the store may drop it.
    pub(crate) write: (String, Vec<u8>, Timestamp),
    pub(crate) session: Session,
    /// The key of its end.
    pub(crate) end: Option<String>,
    pub(crate) author: Author,
}

impl Era {
    /// One put, judged by what it takes away.
    pub(crate) fn put(
        &mut self,
        process: usize,
        write: &Write,
        kept: Kept,
        version: Option<Option<u64>>,
        author: &Author,
    ) -> Checked<Outcome> {
        let expected = match write.guard {
            _ if self.is_weak(Weakness::NoCompareAndSet) => None,
            Guard::Unchanged => version,
            Guard::Absent => Some(None),
            Guard::Always => None,
        };
        let before = self.store.current(&write.key, self.now);
        let (content, location) = (kept.content.clone(), self.processes[process].location);
        let remembered = Rc::new(kept.copy());
        let outcome = self.store.put(location, &write.key, kept, expected, self.now, &mut self.random);
        if outcome != Outcome::Done {
            self.report.refused += 1;
            return Ok(outcome);
        }
        self.report.puts += 1;
        self.put_near(location, &write.key, 0);
        if content.kind != Kind::End {
            self.judge_put(&write.key, before.as_deref(), &content, author)?;
            self.processes[process].wrote(&write.key, remembered, self.now);
        }
        Ok(outcome)
    }

    /// A put behind the response: if it fails, it is tried again like one that waits for its time.
    pub(crate) fn put_late(&mut self, late: Late) -> Checked {
        let Late { process, generation, write: (key, bytes, expires), session, end, author } = late;
        if self.processes[process].generation != generation {
            return Ok(());
        }
        let fault = self.write_fault();
        let kept = self.kept_bytes(process, bytes, expires)?;
        let write = Write { key, bytes: Vec::new(), expires, guard: Guard::Always, role: Role::Session, meta: None };
        let done = fault != Fault::Failed && self.put(process, &write, kept, None, &author)? == Outcome::Done;
        if done {
            self.judge_pace(&write.key)?;
        }
        if !done || fault == Fault::DoneAndFailed {
            self.wait(process, &write.key, Waiting { at: self.now + 1000, session, end, tries: 0 });
        }
        Ok(())
    }

    pub(crate) fn wait(&mut self, process: usize, key: &str, waiting: Waiting) {
        let time = waiting.at;
        let place = &mut self.processes[process];
        let generation = place.generation;
        // One put of a session waits at a time: the earliest.
        if place.waiting.get(key).is_some_and(|known| known.at <= time && waiting.tries == 0) {
            return;
        }
        place.waiting.insert(key.into(), waiting);
        self.at(time, Event::Flush { process, generation, key: key.into() });
    }

    /// A put whose time has come.
    pub(crate) fn flush(&mut self, process: usize, generation: u32, key: &str) -> Checked {
        let place = &self.processes[process];
        let is_due = place.waiting.get(key).is_some_and(|waiting| waiting.at <= self.now);
        let record = place.recent(key, self.now);
        if place.generation != generation || !is_due {
            return Ok(());
        }
        let Some(waiting) = self.processes[process].waiting.remove(key) else { return Ok(()) };
        let Some(record) = record else { return Err("a put that waited was forgotten".into()) };
        self.report.flushes += 1;
        if !self.flush_now(process, key, &waiting, &record)? && waiting.tries < PATIENCE {
            self.processes[process].wrote(key, record, self.now);
            let at = self.now + (1000 << waiting.tries);
            self.wait(process, key, Waiting { at, tries: waiting.tries + 1, ..waiting });
        }
        Ok(())
    }

    /// Whether nothing is left to put.
    fn flush_now(&mut self, process: usize, key: &str, waiting: &Waiting, record: &Rc<Kept>) -> Checked<bool> {
        let stored = self.read(process, key);
        self.report.reads += 1;
        let end = match &waiting.end {
            Some(end) => self.read(process, end),
            None => Answer::Read(None),
        };
        let now = self.clock(process, self.now);
        let known = Known { end: end.as_stored(), ..Known::of(stored.as_stored(), now) };
        let entropy = self.random.entropy();
        // Which application's it is makes no difference to a record.
        let flushed = self.sessions[0].flush(&waiting.session, &record.bytes, &known, now, &entropy);
        let write = match flushed {
            Err(_) => return Ok(false),
            Ok(None) => return Ok(true),
            Ok(Some(write)) => write,
        };
        let fault = self.write_fault();
        let author = Author {
            sees: [0; SLOTS],
            read: stored.kept().cloned(),
            recent: Some(Rc::clone(record)),
            looked: self.now,
            decided: self.now,
        };
        let kept = self.kept(process, &write)?;
        let done = fault != Fault::Failed && self.put(process, &write, kept, None, &author)? == Outcome::Done;
        if done {
            self.judge_pace(key)?;
        }
        Ok(done && fault != Fault::DoneAndFailed)
    }
}
