//! When a record is put: at most once per interval, and the last change of a burst as well.

use edge_session::plan::{Commit, Put};
use edge_session::time::{Span, Timestamp};
use edge_session::{Action, Code, Consistency, Entropy, Plan};

use crate::strong::contains;
use crate::world::{Jar, SHOP, START, Shows, World};

fn paced(interval: u64) -> (World, Jar) {
    let world = World::with(Consistency::Eventual, |options| options.write_interval = Span::from_millis(interval));
    (world, Jar::default())
}

fn at(millis: u64) -> Timestamp {
    START.after(Span::from_millis(millis))
}

/// A change, answered but not put. `waits`: a put of the session waits in this process.
fn change(world: &mut World, jar: &mut Jar, key: &str, waits: bool) -> Commit {
    let mut visit = world.visit(jar);
    visit.scheduled = waits;
    visit.set(SHOP, key, "1");
    let Plan::Write(commit) = world.plan(&visit).expect("a plan") else { panic!("a change is to be put") };
    jar.take(&commit.cookies);
    commit
}

fn put(world: &mut World, commit: &Commit) {
    world.store.write(&commit.writes[0], None).expect("the store takes it");
}

/// What is left to put of what waited.
fn flush(world: &mut World, commit: &Commit) -> Result<Option<edge_session::plan::Write>, edge_session::Error> {
    let stored = world.store.read(&commit.writes[0].key);
    let known = edge_session::Known::of(stored.as_stored(), world.now);
    let entropy: Entropy = world.random.entropy();
    world.sessions.flush(&commit.session, &commit.writes[0].bytes, &known, world.now, &entropy)
}

#[test]
fn without_an_interval_every_change_is_put_at_once() {
    let (mut world, mut jar) = paced(0);
    for key in ["a", "b", "c"] {
        assert_eq!(change(&mut world, &mut jar, key, false).put, Put::Behind);
    }
}

#[test]
fn the_first_change_is_put_at_once_and_the_next_when_the_interval_is_over() {
    let (mut world, mut jar) = paced(1000);
    assert_eq!(change(&mut world, &mut jar, "a", false).put, Put::Behind);
    world.pass(Span::from_millis(300));
    let second = change(&mut world, &mut jar, "b", false);
    assert_eq!((second.put, second.writes.len()), (Put::At(at(1000)), 1));
    assert!(second.is_covered() && second.cookies.len() == 1);
    world.now = at(2000);
    assert_eq!(change(&mut world, &mut jar, "c", false).put, Put::Behind, "the interval is over");
}

#[test]
fn a_change_joins_the_put_that_waits_in_its_process_and_leaves_nothing_of_it_out() {
    let (mut world, mut jar) = paced(1000);
    for (key, waits) in [("first", false), ("second", false)] {
        change(&mut world, &mut jar, key, waits);
    }
    let third = change(&mut world, &mut jar, "third", true);
    assert_eq!(third.put, Put::Joined);
    for key in ["first", "second", "third"] {
        assert!(contains(&third.writes[0].bytes, key.as_bytes()), "{key}");
    }
}

#[test]
fn another_place_plans_its_put_for_later_than_all_that_the_token_tells_of() {
    let (mut world, mut jar) = paced(1000);
    let puts: Vec<Put> = ["a", "b", "c"].map(|key| change(&mut world, &mut jar, key, false).put).into();
    assert_eq!(puts, [Put::Behind, Put::At(at(1000)), Put::At(at(2000))]);
}

#[test]
fn no_put_is_planned_for_later_than_a_worker_may_wait() {
    let (mut world, mut jar) = paced(10_000);
    for key in ["a", "b", "c"] {
        change(&mut world, &mut jar, key, false);
    }
    let late = change(&mut world, &mut jar, "d", false);
    assert_eq!((late.put, late.writes.len()), (Put::Carried, 1), "this process is to know of it all the same");
    assert_eq!(world.visit(&jar).all(SHOP).len(), 4);
    world.now = at(36_000);
    assert_eq!(change(&mut world, &mut jar, "e", false).put, Put::Behind);
}

#[test]
fn a_place_whose_clock_is_fast_does_not_keep_the_others_from_putting() {
    let (mut world, mut jar) = paced(1000);
    world.now = at(3_600_000);
    change(&mut world, &mut jar, "a", false);
    world.now = at(10_000);
    assert_eq!(change(&mut world, &mut jar, "b", false).put, Put::Behind);
    world.now = at(10_500);
    assert_eq!(change(&mut world, &mut jar, "c", false).put, Put::At(at(11_000)));
}

#[test]
fn a_counter_hit_a_hundred_times_a_minute_at_two_places_is_right_and_costs_one_put_per_interval() {
    for (interval, most) in [(1000, 60), (10_000, 7)] {
        let (mut world, mut jar) = paced(interval);
        let (mut waiting, mut puts): ([Option<Timestamp>; 2], _) = ([None; 2], 0);
        for hit in 0..100_usize {
            world.now = at(hit as u64 * 600);
            let place = &mut waiting[hit % 3 / 2];
            if place.take_if(|due| *due <= world.now).is_some() {
                puts += 1;
            }
            let mut visit = world.visit(&jar);
            assert_eq!(visit.get(SHOP, "hits"), (hit > 0).then(|| hit.to_string()));
            visit.scheduled = place.is_some();
            visit.set(SHOP, "hits", &(hit + 1).to_string());
            let Plan::Write(commit) = world.plan(&visit).expect("a plan") else { panic!("a hit is to be put") };
            jar.take(&commit.cookies);
            match commit.put {
                Put::At(due) => *place = Some(due),
                Put::Behind if !commit.writes.is_empty() => puts += 1,
                Put::Behind | Put::Joined | Put::Carried => {}
                Put::Awaited => panic!("a counter fits every cookie"),
            }
        }
        assert!(puts <= most && puts >= most / 2, "{puts} puts at {interval} ms");
    }
}

#[test]
fn what_the_token_does_not_carry_and_every_new_id_is_awaited_whatever_the_interval() {
    let (mut world, mut jar) = paced(10_000);
    change(&mut world, &mut jar, "a", false);
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "large", &format!("\"{}\"", "x".repeat(5000)));
    let Ok(Plan::Write(commit)) = world.plan(&visit) else { panic!("a change is to be put") };
    assert_eq!(commit.put, Put::Awaited);
    for action in [Action::Rotate, Action::Logout, Action::Destroy] {
        let mut visit = world.visit(&jar);
        visit.action = action.clone();
        let Ok(Plan::Write(commit)) = world.plan(&visit) else { panic!("{action:?} is to be put") };
        assert_eq!(commit.put, Put::Awaited, "{action:?}");
    }
}

#[test]
fn a_put_whose_time_has_come_puts_what_the_store_lacks_and_keeps_what_came_meanwhile() {
    let (mut world, mut jar) = paced(1000);
    let first = change(&mut world, &mut jar, "first", false);
    put(&mut world, &first);
    let waits = change(&mut world, &mut jar.clone(), "waits", false);
    let other = change(&mut world, &mut jar, "other", false);
    put(&mut world, &other);
    world.pass(Span::from_millis(1000));
    let write = flush(&mut world, &waits).unwrap().expect("something is missing");
    assert_eq!(write.key, first.writes[0].key);
    for key in ["first", "waits", "other"] {
        assert!(contains(&write.bytes, key.as_bytes()), "{key}");
    }
}

#[test]
fn a_put_whose_time_has_come_is_dropped_when_the_store_has_it_all_or_the_session_is_over() {
    let (mut world, mut jar) = paced(1000);
    let first = change(&mut world, &mut jar, "first", false);
    put(&mut world, &first);
    let waits = change(&mut world, &mut jar, "waits", false);
    put(&mut world, &waits);
    assert!(flush(&mut world, &waits).unwrap().is_none());
    world.act(&mut jar, Action::Destroy).written();
    assert!(flush(&mut world, &waits).unwrap().is_none());
}

#[test]
fn a_put_whose_time_has_come_is_not_made_blindly() {
    let (mut world, mut jar) = paced(1000);
    let waits = change(&mut world, &mut jar, "waits", false);
    for shows in [Shows::Unavailable, Shows::Bytes(b"garbage".to_vec())] {
        world.store.shows = shows;
        assert_eq!(flush(&mut world, &waits).unwrap_err().code(), Code::Store);
    }
}
