//! Random walks of one visitor over three places of a store that caches for a minute, drops writes that come too fast, and
//! fails now and then. What the visitor sees must be what the visitor did, or be called stale.

use std::collections::BTreeMap;

use edge_session::lifetime::Lifetime;
use edge_session::time::{Span, Timestamp};
use edge_session::{Code, Consistency, Error};

use crate::location::Location;
use crate::world::{Jar, Outcome, Random, SHOP, START, Shows, Visit, World};

const WALKS: u64 = 50;
const STEPS: usize = 60;
/// A visitor who comes back every 45 seconds sees the end of a cached minute before this many visits.
const MOST_STALE_VISITS: usize = 12;

/// What goes wrong on a walk.
#[derive(Clone, Copy, Default)]
struct Trouble {
    /// The token has room for two entries.
    tiny: bool,
    /// The clocks of the places are up to three seconds wrong.
    skew: bool,
    /// The store fails for 40 steps out of 120.
    outages: bool,
    /// The store takes no writes for 25 steps out of 30, and is read all the while.
    refusals: bool,
    /// Somebody sends old cookies again.
    replays: bool,
}

struct Walk {
    trouble: Trouble,
    random: Random,
    world: World,
    locations: [Location; 3],
    skews: [u64; 3],
    /// The store's clock.
    now: Timestamp,
    last_write: Timestamp,
    jar: Jar,
    old: Vec<Jar>,
    truth: BTreeMap<String, String>,
    number: usize,
    stale_visits: usize,
}

#[test]
fn a_visitor_sees_what_the_visitor_did() {
    walks(Trouble::default());
}

#[test]
fn wrong_clocks_change_nothing_of_that() {
    walks(Trouble { skew: true, ..Trouble::default() });
}

#[test]
fn a_store_that_fails_loses_nothing() {
    walks(Trouble { outages: true, ..Trouble::default() });
}

#[test]
fn a_store_that_takes_no_writes_for_a_long_time_loses_nothing() {
    walks(Trouble { refusals: true, ..Trouble::default() });
}

#[test]
fn old_cookies_undo_nothing() {
    walks(Trouble { replays: true, skew: true, ..Trouble::default() });
}

#[test]
fn what_the_token_has_no_room_for_is_shown_or_called_stale() {
    walks(Trouble { tiny: true, ..Trouble::default() });
}

#[test]
fn so_it_is_when_all_goes_wrong_at_once() {
    walks(Trouble { tiny: true, skew: true, outages: true, ..Trouble::default() });
}

fn walks(trouble: Trouble) {
    for seed in 0..WALKS {
        let mut walk = Walk::new(seed, trouble);
        for step in 0..STEPS {
            if let Err(what) = walk.step(step) {
                panic!("seed {seed}, step {step}: {what}");
            }
        }
        assert!(walk.number > STEPS / 5, "seed {seed}: hardly anything was changed");
    }
}

impl Walk {
    fn new(seed: u64, trouble: Trouble) -> Self {
        let world = World::with(Consistency::Eventual, |options| {
            options.lifetime = Lifetime::AAL1;
            options.budget = if trouble.tiny { 260 } else { options.budget };
        });
        let mut random = Random::new(seed);
        let skews = [0; 3].map(|_| if trouble.skew { random.below(6000) } else { 3000 });
        Self {
            trouble,
            random,
            world,
            locations: Default::default(),
            skews,
            now: START,
            last_write: Timestamp::from_millis(0),
            jar: Jar::default(),
            old: Vec::new(),
            truth: BTreeMap::new(),
            number: 0,
            stale_visits: 0,
        }
    }

    /// One request, of the visitor or of somebody with an old cookie of theirs.
    fn step(&mut self, step: usize) -> Result<(), String> {
        self.now = self.now.after(Span::from_millis(self.random.pick(&[50, 300, 1500, 7000, 40_000, 70_000, 200_000])));
        let place = self.arrive(step);
        if self.trouble.replays && !self.old.is_empty() && self.random.chance(5) {
            let number = self.random.below(self.old.len() as u64) as usize;
            let mut jar = self.old[number].clone();
            let mut visit = self.world.visit(&jar);
            self.commit(&mut jar, &mut visit, place).map_err(|error| format!("an old cookie failed: {error}"))?;
            return Ok(());
        }
        let mut visit = match self.world.try_visit(&self.jar) {
            Ok(visit) => visit,
            Err(error) if error.code() == Code::Store && self.is_out(step) => return Ok(()),
            Err(error) => return Err(format!("{error}")),
        };
        self.check(&visit)?;
        let change = self.change(&mut visit);
        let mut jar = self.jar.clone();
        match self.commit(&mut jar, &mut visit, place) {
            Ok(_) => self.accept(jar, change),
            Err(error) if error.code() == Code::Stale && visit.stale => {}
            Err(error) if error.code() == Code::Store && self.world.store.refuses => {}
            Err(error) => return Err(format!("{error}")),
        }
        Ok(())
    }

    /// What the store shows and refuses at the place of this request, and what the clock reads there.
    fn arrive(&mut self, step: usize) -> usize {
        let place = self.random.below(3) as usize;
        let (out, store) = (self.is_out(step), &mut self.world.store);
        match out {
            true => store.shows = Shows::Unavailable,
            false => self.locations[place].look(store, self.now),
        }
        store.refuses =
            out || (self.trouble.refusals && step % 30 >= 5) || self.now.since(self.last_write) < Span::from_secs(1);
        self.world.now = Timestamp::from_millis(self.now.as_millis() + self.skews[place] - 3000);
        place
    }

    fn is_out(&self, step: usize) -> bool {
        self.trouble.outages && (step / 40) % 3 == 1
    }

    fn check(&mut self, visit: &Visit) -> Result<(), String> {
        if visit.ended || visit.reject.is_some() {
            return Err("the session was lost".into());
        }
        let view = visit.all(SHOP);
        if visit.conflict {
            self.truth.clone_from(&view);
            return if self.trouble.replays { Ok(()) } else { Err("a change was lost for good".into()) };
        }
        let stale = visit.stale && !matches!(self.world.store.shows, Shows::Unavailable);
        self.stale_visits = if stale { self.stale_visits + 1 } else { 0 };
        if self.stale_visits > MOST_STALE_VISITS {
            return Err("stuck in stale".into());
        }
        let Trouble { tiny, outages, refusals, replays, .. } = self.trouble;
        if stale && !(tiny || outages || refusals || replays) {
            return Err("called stale although everything fits".into());
        }
        if !visit.stale && view != self.truth {
            return Err(format!("saw {view:?}, should be {:?}", self.truth));
        }
        Ok(())
    }

    /// Sets or removes a key, or leaves things as they are.
    fn change(&mut self, visit: &mut Visit) -> Option<(String, Option<String>)> {
        if self.random.below(10) >= 6 {
            return None;
        }
        self.number += 1;
        let key = self.random.pick(&["a", "b", "c", "d", "e", "f"]);
        let value = self.number.to_string();
        let remove = self.random.below(10) < 3 && visit.get(SHOP, key).is_some();
        if remove {
            visit.remove(SHOP, key)
        } else {
            visit.set(SHOP, key, &value)
        }
        Some((format!("\"{key}\""), (!remove).then_some(value)))
    }

    fn commit(&mut self, jar: &mut Jar, visit: &mut Visit, place: usize) -> Result<Outcome, Error> {
        let writes = self.world.store.writes;
        let outcome = self.world.try_commit(jar, visit);
        if self.world.store.writes > writes {
            self.locations[place].wrote(&self.world.store, self.now);
            self.last_write = self.now;
        }
        outcome
    }

    /// The response arrived: the change holds.
    fn accept(&mut self, jar: Jar, change: Option<(String, Option<String>)>) {
        self.jar = jar;
        match change {
            Some((key, Some(value))) => drop(self.truth.insert(key, value)),
            Some((key, None)) => drop(self.truth.remove(&key)),
            None => {}
        }
        if self.trouble.replays && self.random.chance(10) {
            self.old.push(self.jar.clone());
        }
    }
}
