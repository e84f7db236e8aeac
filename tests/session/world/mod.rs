//! A tiny deterministic host: a store, a clock, a cookie jar, and entropy from a counter. It performs plans and decides nothing.

mod jar;
#[path = "../../../simulator/src/random.rs"]
mod random;
mod store;
mod visit;

use edge_session::cookie::Origin;
use edge_session::named::Realm;
use edge_session::plan::{Commit, Guard, Put, Read, Write};
use edge_session::time::{Span, Timestamp};
use edge_session::{
    Change, Code, Consistency, Error, Keyring, Loaded, Opened, Options, Plan, Request, Sessions, Snapshot, Way,
};

pub(crate) use jar::Jar;
pub(crate) use random::Random;
pub(crate) use store::{Answer, Shows, Store};
pub(crate) use visit::Visit;

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// The namespace of most tests.
pub(crate) const SHOP: &str = "\"shop\"";
/// More often than this, two plans keep undoing each other, or two ids lead to each other.
const ATTEMPTS: usize = 20;

/// An application with its store, at a point in time.
pub(crate) struct World {
    pub(crate) sessions: Sessions,
    pub(crate) store: Store,
    pub(crate) now: Timestamp,
    pub(crate) random: Random,
}

/// What a commit came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    Nothing,
    Ended,
    Written(Box<Commit>),
}

impl World {
    pub(crate) fn strong() -> Self {
        Self::with(Consistency::Strong, |_| {})
    }

    pub(crate) fn eventual() -> Self {
        Self::with(Consistency::Eventual, |_| {})
    }

    /// Without a store: the cookies are the whole session.
    pub(crate) fn whole() -> Self {
        Self::with(Consistency::None, |_| {})
    }

    pub(crate) fn with(consistency: Consistency, adjust: impl FnOnce(&mut Options)) -> Self {
        let sessions = sessions(&[1], consistency, adjust);
        Self { sessions, store: Store::default(), now: START, random: Random::new(1) }
    }

    /// The same store, under other options or secrets: a new release of the application.
    pub(crate) fn deploy(&mut self, secrets: &[u8], consistency: Consistency, adjust: impl FnOnce(&mut Options)) {
        self.sessions = sessions(secrets, consistency, adjust);
    }

    pub(crate) fn pass(&mut self, span: Span) {
        self.now = self.now.after(span);
    }

    /// Header in, values out; a session that goes on under another id is followed.
    pub(crate) fn try_visit(&mut self, jar: &Jar) -> Result<Visit, Error> {
        self.try_visit_with(jar, None)
    }

    /// The same in a process that wrote this record of the session a moment ago.
    pub(crate) fn try_visit_with(&mut self, jar: &Jar, recent: Option<&[u8]>) -> Result<Visit, Error> {
        let opened = self.sessions.open(&jar.header(), Origin::Secure, self.now, || Ok(self.random.entropy()))?;
        self.arrived(opened, recent)
    }

    /// What came by several transports in, values out.
    pub(crate) fn try_arrive(&mut self, texts: &[(Way, &str)], method: &str) -> Result<Visit, Error> {
        let sent = [Way::Cookie, Way::Header, Way::Form, Way::Url].map(|way| {
            let of_way: Vec<&str> = texts.iter().filter(|(by, _)| *by == way).map(|(_, text)| *text).collect();
            if of_way == [""] { ",".into() } else { of_way.join(",") }
        });
        let sent = sent.each_ref().map(|text| text.as_str());
        let request = Request { sent, origin: Origin::Secure, method };
        let opened = self.sessions.open_request(&request, self.now, || Ok(self.random.entropy()))?;
        self.arrived(opened, None)
    }

    pub(crate) fn arrive(&mut self, sent: &[(Way, &str)]) -> Visit {
        self.try_arrive(sent, "GET").expect("the store answers")
    }

    /// What the store has of an opened session.
    pub(crate) fn arrived(&mut self, opened: Opened, recent: Option<&[u8]>) -> Result<Visit, Error> {
        let mut visit = Visit::new(opened.session, opened.refused, opened.expired);
        visit.recent = recent.map(<[u8]>::to_vec);
        self.load(visit, opened.read)
    }

    /// One request that opens a session under an id of the application's own.
    pub(crate) fn try_named(&mut self, realm: Realm, id: &str) -> Result<Visit, Error> {
        self.try_part(realm, id, Timestamp::default())
    }

    /// One request that opens what belongs to something that began then.
    pub(crate) fn try_part(&mut self, realm: Realm, id: &str, since: Timestamp) -> Result<Visit, Error> {
        let (session, read) = self.sessions.open_named(realm, id, since, self.now)?;
        self.load(Visit::new(session, [None; 4], None), Some(read))
    }

    fn load(&mut self, mut visit: Visit, mut next: Option<Read>) -> Result<Visit, Error> {
        for _ in 0..ATTEMPTS {
            let Some(read) = next.take() else { return Ok(visit) };
            self.look(&mut visit, &read);
            match self.sessions.load(&visit.session, &visit.known(), self.now, || Ok(self.random.entropy()))? {
                Loaded::View(view) => visit.show(view),
                Loaded::Follow { session, read } => {
                    (visit.session, visit.recent, next) = (session, None, Some(read));
                }
                Loaded::New { session, read } => {
                    visit.session = session;
                    self.look(&mut visit, &read);
                }
                Loaded::Ended { session } => visit.end(session),
            }
        }
        panic!("still led on after {ATTEMPTS} reads");
    }

    pub(crate) fn visit(&mut self, jar: &Jar) -> Visit {
        self.try_visit(jar).expect("the store answers")
    }

    /// Changes in, record and cookie out. Nothing is sent when a write fails that the token does not cover.
    pub(crate) fn try_commit(&mut self, jar: &mut Jar, visit: &mut Visit) -> Result<Outcome, Error> {
        for _ in 0..ATTEMPTS {
            match self.plan(visit)? {
                Plan::Nothing => return Ok(Outcome::Nothing),
                Plan::Ended => return Ok(Outcome::Ended),
                Plan::Follow { session, read } => {
                    visit.session = session;
                    self.look(visit, &read);
                }
                Plan::Write(commit) => {
                    if self.perform(visit, &commit)? {
                        if commit.session.way() != Way::Header {
                            jar.take(&commit.cookies);
                        }
                        visit.session = commit.session.clone();
                        return Ok(Outcome::Written(Box::new(commit)));
                    }
                }
            }
        }
        panic!("still not committed after {ATTEMPTS} attempts");
    }

    pub(crate) fn commit(&mut self, jar: &mut Jar, visit: &mut Visit) -> Outcome {
        self.try_commit(jar, visit).expect("the commit holds")
    }

    /// What the core would have the host do, which does not do it.
    pub(crate) fn plan(&mut self, visit: &Visit) -> Result<Plan, Error> {
        let snapshots: Vec<Snapshot<'_>> = visit.snapshots();
        let change = Change { action: visit.action.clone(), snapshots, keeps: visit.keeps.clone() };
        self.sessions.commit(&visit.session, &visit.view, &visit.known(), &change, self.now, &self.random.entropy())
    }

    fn look(&mut self, visit: &mut Visit, read: &Read) {
        visit.stored = self.store.read(&read.key);
        visit.end = read.end.as_ref().map_or(Answer::Missing, |key| self.store.read(key));
        visit.epochs = read.epochs.iter().map(|key| self.store.read(key)).collect();
        visit.at = self.now;
    }

    /// Whether all was written; `false` after a lost compare-and-set, when `visit` knows the record that won.
    fn perform(&mut self, visit: &mut Visit, commit: &Commit) -> Result<bool, Error> {
        for write in &commit.writes {
            match self.write(write, visit) {
                Some(true) => {}
                Some(false) => {
                    assert_eq!(write.guard, Guard::Unchanged, "only a record that was read can be lost to another");
                    visit.stored = self.store.read(&write.key);
                    return Ok(false);
                }
                None if commit.put != Put::Awaited => {}
                None => return Err(Error::new(Code::Store, "the store refused a write")),
            }
        }
        Ok(true)
    }

    fn write(&mut self, write: &Write, visit: &Visit) -> Option<bool> {
        let expected = match write.guard {
            Guard::Unchanged => Some(visit.stored.version()),
            Guard::Absent => Some(None),
            Guard::Always => None,
        };
        self.store.write(write, expected)
    }

    /// One whole request that sets a key of [`SHOP`].
    pub(crate) fn set(&mut self, jar: &mut Jar, key: &str, value: &str) -> Outcome {
        let mut visit = self.visit(jar);
        visit.set(SHOP, key, value);
        self.commit(jar, &mut visit)
    }

    /// One whole request that removes a key of [`SHOP`].
    pub(crate) fn remove(&mut self, jar: &mut Jar, key: &str) -> Outcome {
        let mut visit = self.visit(jar);
        visit.remove(SHOP, key);
        self.commit(jar, &mut visit)
    }

    /// One whole request that looks at a key of [`SHOP`] and commits, as an adapter does after every handler.
    pub(crate) fn get(&mut self, jar: &mut Jar, key: &str) -> Option<String> {
        let mut visit = self.visit(jar);
        self.commit(jar, &mut visit);
        visit.get(SHOP, key)
    }

    /// One whole request that does nothing but `action`.
    pub(crate) fn act(&mut self, jar: &mut Jar, action: edge_session::Action<'static>) -> Outcome {
        let mut visit = self.visit(jar);
        visit.action = action;
        self.commit(jar, &mut visit)
    }
}

impl Outcome {
    pub(crate) fn written(self) -> Commit {
        match self {
            Self::Written(commit) => *commit,
            other => panic!("{other:?} where something should have been written"),
        }
    }
}

/// A keyring of the secrets with these seeds, newest first.
pub(crate) fn keyring(seeds: &[u8]) -> Keyring {
    let secrets: Vec<Vec<u8>> =
        seeds.iter().map(|seed| (0..32).map(|i: u8| i.wrapping_mul(37) ^ seed).collect()).collect();
    Keyring::new(&secrets.iter().map(Vec::as_slice).collect::<Vec<_>>()).expect("a keyring")
}

fn sessions(secrets: &[u8], consistency: Consistency, adjust: impl FnOnce(&mut Options)) -> Sessions {
    let mut options = Options::new(keyring(secrets), consistency);
    adjust(&mut options);
    Sessions::new(options).expect("options")
}
