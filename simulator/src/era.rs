//! One day: visitors come, requests wait for each other, puts for their time.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use edge_session::Sessions;
use edge_session::time::{Span, Timestamp};

use crate::history::History;
use crate::perform::Late;
use crate::process::Process;
use crate::profile::Profile;
use crate::random::Random;
use crate::report::Report;
use crate::request::Request;
use crate::respond::Response;
use crate::store::Store;
use crate::user::{SignIn, User};
use crate::visitor::{Life, Visitor};
use crate::weakness::Weakness;

/// When every day begins, by a clock that is right.
const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const LOCATIONS: usize = 3;
/// Processes of each location.
const PROCESSES: usize = 2;
const VISITORS: usize = 8;
/// Browsers that sign in as the same user.
const BROWSERS: usize = 2;
const USERS: usize = VISITORS / BROWSERS;
/// The applications that share a store and their secrets.
const AUDIENCES: [&str; 2] = ["shop", "forum"];

/// What must hold does not; in words.
pub(crate) type Checked<T = ()> = Result<T, String>;

pub(crate) struct Era {
    pub(crate) random: Random,
    pub(crate) profile: Profile,
    pub(crate) weakness: Option<Weakness>,
    /// Milliseconds since the day began, by the store's clock.
    pub(crate) now: u64,
    pub(crate) sessions: Vec<Sessions>,
    /// How often there were new secrets.
    pub(crate) secrets: u32,
    skews: Vec<u64>,
    pub(crate) store: Store,
    pub(crate) processes: Vec<Process>,
    pub(crate) visitors: Vec<Visitor>,
    pub(crate) users: Vec<User>,
    /// What was done to all sessions there are.
    pub(crate) everybody: User,
    sign_ins: u64,
    pub(crate) histories: Vec<History>,
    pub(crate) lives: HashMap<String, Life>,
    queue: BTreeMap<(u64, u64), Event>,
    queued: u64,
    /// The store is down until then, for reads, for writes; and the cache of a tiered one.
    outages: [u64; 3],
    last_visitor: usize,
    pub(crate) report: Report,
    /// What happens is told on standard error.
    told: bool,
}

/// What happens at its time.
pub(crate) enum Event {
    Commit(Box<Request>),
    Deliver(Box<Response>),
    Put(Box<Late>),
    Flush {
        process: usize,
        generation: u32,
        key: String,
    },
    /// A put into the cache of a tiered store, once more.
    Near {
        location: usize,
        key: String,
        retries: u32,
    },
}

/// Whether a call of the store fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Failed,
    /// It failed, and was done all the same.
    DoneAndFailed,
}

impl Era {
    pub(crate) fn new(seed: u64, weakness: Option<Weakness>) -> Result<Self, edge_session::Error> {
        let mut random = Random::new(seed);
        let profile = Profile::draw(&mut random);
        let skews = (0..LOCATIONS).map(|_| random.below(2 * profile.skew + 1)).collect();
        let visitor = |number| Visitor {
            tenant: number % AUDIENCES.len(),
            user: number % USERS,
            jar: None,
            old: Vec::new(),
            under_way: 0,
        };
        let mut era = Self {
            store: Store::new(profile.store(), profile.staleness, LOCATIONS),
            processes: (0..LOCATIONS * PROCESSES).map(|number| Process::new(number / PROCESSES)).collect(),
            visitors: (0..VISITORS).map(visitor).collect(),
            random,
            profile,
            weakness,
            now: 10_000,
            sessions: Vec::new(),
            secrets: 0,
            skews,
            users: (0..USERS).map(|_| User::default()).collect(),
            everybody: User::default(),
            sign_ins: 0,
            histories: Vec::new(),
            lives: HashMap::new(),
            queue: BTreeMap::new(),
            queued: 0,
            outages: [0; 3],
            last_visitor: 0,
            report: Report::default(),
            told: false,
        };
        era.deploy()?;
        Ok(era)
    }

    /// So many requests, or what went wrong.
    pub(crate) fn run(mut self, requests: u64) -> Result<Report, Box<(Report, String)>> {
        while self.report.requests < requests {
            if let Err(what) = self.pass().and_then(|()| self.arrive()) {
                let what = format!("{what}\n  the day: {:?}", self.profile);
                return Err(Box::new((self.report, what)));
            }
        }
        self.report.millis = self.now;
        Ok(self.report)
    }

    pub(crate) fn told(mut self) -> Self {
        self.told = true;
        self
    }

    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if self.told {
            eprintln!("{:>9} {}", self.now, what());
        }
    }

    fn deploy(&mut self) -> Result<(), edge_session::Error> {
        self.sessions = AUDIENCES
            .iter()
            .map(|audience| {
                let audience = if self.is_weak(Weakness::NoAudience) { AUDIENCES[0] } else { audience };
                self.profile.sessions(audience, self.secrets, self.is_weak(Weakness::NoAging))
            })
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Time passes, and with it what was to happen meanwhile.
    fn pass(&mut self) -> Checked {
        let gap = match self.random.chance(if self.profile.busy { 800 } else { 80 }) {
            true => self.random.pick(&[8, 12, 12, 12, 20, 40, 90]) * 60_000,
            false if self.profile.busy => self.random.pick(&[2, 5, 50, 300, 900, 2000]),
            false => self.random.pick(&[2, 5, 50, 300, 900, 2000, 7000, 20_000, 60_000]),
        };
        let until = self.now + gap;
        while let Some(next) = self.queue.first_entry().filter(|next| next.key().0 <= until) {
            self.now = self.now.max(next.key().0);
            let event = next.remove();
            self.happen(event)?;
        }
        self.now = until;
        self.troubles().map_err(|error| error.to_string())
    }

    fn happen(&mut self, event: Event) -> Checked {
        match event {
            Event::Commit(request) => self.resume(*request),
            Event::Deliver(response) => {
                self.deliver(*response);
                Ok(())
            }
            Event::Put(late) => self.put_late(*late),
            Event::Flush { process, generation, key } => self.flush(process, generation, &key),
            Event::Near { location, key, retries } => {
                self.put_near(location, &key, retries);
                Ok(())
            }
        }
    }

    fn troubles(&mut self) -> Result<(), edge_session::Error> {
        if self.profile.restarts && self.random.chance(40) {
            let process = self.random.index(self.processes.len());
            self.processes[process].restart();
        }
        if self.profile.faults && self.random.chance(300) {
            let length = self.random.pick(&[3, 60, 600, 3600]) * 1000;
            let which = self.random.below(if self.profile.tiered { 4 } else { 3 });
            let down: &[usize] = [&[1][..], &[0], &[0, 1], &[2]][which as usize];
            down.iter().for_each(|number| self.outages[*number] = self.now + length);
        }
        if self.profile.new_secrets && self.random.chance(400) {
            self.secrets += 1;
            self.tell(|| format!("secret {} is new", self.secrets));
            self.deploy()?;
        }
        Ok(())
    }

    /// Somebody comes: often who was here a moment ago.
    fn arrive(&mut self) -> Checked {
        if self.random.chance(4) {
            self.last_visitor = self.random.index(self.visitors.len());
        }
        let visitor = &self.visitors[self.last_visitor];
        if self.profile.calm && visitor.under_way > 0 || visitor.under_way > 4 {
            return Ok(());
        }
        self.report.requests += 1;
        let process = self.random.index(self.processes.len());
        self.visit(self.last_visitor, process)
    }

    pub(crate) fn at(&mut self, time: u64, event: Event) {
        self.queued += 1;
        self.queue.insert((time, self.queued), event);
    }

    /// What the clock of a process reads at a time of the store's clock.
    pub(crate) fn clock(&self, process: usize, time: u64) -> Timestamp {
        let location = self.processes[process].location;
        let time = if location == 0 && self.is_weak(Weakness::NoClock) { 10_000 } else { time };
        START.after(Span::from_millis(time + self.skews[location]))
    }

    /// The same the other way round.
    pub(crate) fn time(&self, process: usize, clock: Timestamp) -> u64 {
        clock.since(START).as_millis().saturating_sub(self.skews[self.processes[process].location])
    }

    /// The store's time of a time that a record tells.
    pub(crate) fn stored_time(clock: Timestamp) -> u64 {
        clock.since(START).as_millis()
    }

    pub(crate) fn is_weak(&self, weakness: Weakness) -> bool {
        self.weakness == Some(weakness)
    }

    pub(crate) fn read_fault(&mut self) -> Fault {
        let out = self.now < self.outages[0];
        if out || self.profile.faults && self.random.chance(60) { Fault::Failed } else { Fault::None }
    }

    pub(crate) fn write_fault(&mut self) -> Fault {
        if self.now < self.outages[1] {
            return Fault::Failed;
        }
        match self.profile.faults && self.random.chance(30) {
            true => self.random.pick(&[Fault::Failed, Fault::DoneAndFailed]),
            false => Fault::None,
        }
    }

    /// Whether the cache of a tiered store fails: then the authority is asked, and what was to be put is lost.
    pub(crate) fn cache_fault(&mut self) -> bool {
        self.now < self.outages[2] || self.profile.faults && self.random.chance(40)
    }

    /// JSON text.
    pub(crate) fn user_name(user: usize) -> String {
        format!("\"user {user}\"")
    }

    pub(crate) fn sign_in(&mut self, visitor: usize) -> SignIn {
        self.sign_ins += 1;
        SignIn { user: self.visitors[visitor].user, number: self.sign_ins }
    }

    /// A history of its own for a new session.
    pub(crate) fn new_history(&mut self) -> u32 {
        let number = self.histories.len() as u32;
        self.histories.push(History::new(number));
        number
    }

    pub(crate) fn life(&mut self, key: &str) -> Checked<&mut Life> {
        self.lives.get_mut(key).ok_or_else(|| "an id that nobody ever got".to_owned())
    }

    pub(crate) fn jar_of(&self, visitor: usize) -> Option<Rc<crate::visitor::Held>> {
        self.visitors[visitor].jar.clone()
    }
}
