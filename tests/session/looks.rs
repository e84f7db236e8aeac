//! A store that shows now more, now less: what was shown once stays known; and the second look before a put.

use edge_session::time::Span;
use edge_session::{Action, Code, Consistency, Keyring, Options, Plan, Sessions};

use crate::strong::contains;
use crate::world::{Jar, Outcome, SHOP, Shows, World};

const SECOND: Span = Span::from_secs(1);

/// A session with `color`, `size` of another tab of the same browser, and what a place shows that has not seen it.
fn two_tabs() -> (World, Jar, Shows) {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.set(&mut jar, "color", "1");
    let before = Shows::Old(world.store.records.clone());
    world.set(&mut jar.clone(), "size", "2");
    (world, jar, before)
}

#[test]
fn what_another_tab_did_is_not_taken_back_once_it_was_shown() {
    let (mut world, mut jar, before) = two_tabs();
    assert_eq!(world.get(&mut jar, "size").as_deref(), Some("2"));
    assert!(matches!(world.act(&mut jar, Action::Keep), Outcome::Nothing), "the token is told once");
    world.store.shows = before;
    assert_eq!(world.get(&mut jar, "size").as_deref(), Some("2"));
}

#[test]
fn what_was_shown_at_first_is_neither_put_under_nor_forgotten_after_a_second_look_that_shows_less() {
    let (mut world, mut jar, before) = two_tabs();
    let mut visit = world.visit(&jar);
    world.store.shows = before;
    world.pass(SECOND);
    visit.set(SHOP, "weight", "3");
    let commit = world.commit(&mut jar, &mut visit).written();
    assert!(contains(&commit.writes[0].bytes, b"size"));
    assert_eq!(world.visit(&jar).all(SHOP).len(), 3);
}

#[test]
fn a_change_under_an_old_id_is_not_lost_when_its_rotation_shows() {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.set(&mut jar, "color", "1");
    let (before, mut late) = (world.store.records.clone(), jar.clone());
    world.act(&mut jar, Action::Rotate).written();
    let after = world.store.records.clone();
    world.store.shows = Shows::Old(before);
    world.set(&mut late, "size", "2").written();
    world.store.shows = Shows::Old(after);
    assert_eq!(world.get(&mut late, "size").as_deref(), Some("2"));
}

#[test]
fn before_a_put_the_store_is_asked_again_when_it_answered_a_second_ago() {
    for (wait, follows) in [(999, false), (1000, true)] {
        let (mut world, mut jar) = (World::eventual(), Jar::default());
        world.set(&mut jar, "color", "1");
        let mut visit = world.visit(&jar);
        visit.set(SHOP, "size", "2");
        world.pass(Span::from_millis(wait));
        let plan = world.plan(&visit).unwrap();
        assert_eq!(matches!(plan, Plan::Follow { .. }), follows, "after {wait} ms");
    }
}

#[test]
fn a_store_that_compares_and_a_request_without_changes_are_not_asked_again() {
    for (mut world, changes) in [(World::strong(), true), (World::eventual(), false)] {
        let mut jar = Jar::default();
        world.set(&mut jar, "color", "1");
        let mut visit = world.visit(&jar);
        if changes {
            visit.set(SHOP, "size", "2");
        }
        let reads = world.store.reads;
        world.pass(Span::from_secs(30));
        world.commit(&mut jar, &mut visit);
        assert_eq!(world.store.reads, reads);
    }
}

#[test]
fn a_new_visitor_who_stores_nothing_gets_no_session_however_long_the_request_takes() {
    for mut world in [World::strong(), World::eventual()] {
        let mut jar = Jar::default();
        let mut visit = world.visit(&jar);
        world.pass(Span::from_secs(600));
        assert!(matches!(world.commit(&mut jar, &mut visit), Outcome::Nothing));
    }
}

#[test]
fn an_application_may_have_a_stale_session_refused() {
    let refuses = |options: &mut Options| (options.budget, options.fail_on_stale) = (260, true);
    let mut world = World::with(Consistency::Eventual, refuses);
    let mut jar = Jar::default();
    for key in ["a", "b", "c", "d"] {
        world.set(&mut jar, key, "1");
    }
    let before = jar.clone();
    world.store.shows = Shows::Old(Default::default());
    assert_eq!(world.try_visit(&jar).err().unwrap().code(), Code::Stale);
    world.store.shows = Shows::Latest;
    assert_eq!((world.visit(&jar).all(SHOP).len(), jar), (4, before));
}

#[test]
fn what_does_not_fit_the_cookie_while_the_store_fails_is_a_store_error() {
    let mut world = World::with(Consistency::Eventual, |options| options.budget = 260);
    let mut jar = Jar::default();
    world.set(&mut jar, "a", "1");
    world.store.shows = Shows::Unavailable;
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "long", &format!("\"{}\"", "x".repeat(500)));
    assert_eq!(world.try_commit(&mut jar, &mut visit).unwrap_err().code(), Code::Store);
}

#[test]
fn a_longer_horizon_carries_a_change_for_longer() {
    for (horizon, carried) in [(120, false), (600, true)] {
        let adjust = |options: &mut Options| options.horizon = Span::from_secs(horizon);
        let mut world = World::with(Consistency::Eventual, adjust);
        let mut jar = Jar::default();
        world.set(&mut jar, "color", "1");
        world.pass(Span::from_secs(300));
        world.get(&mut jar, "color");
        world.store.shows = Shows::Old(Default::default());
        assert_eq!(world.visit(&jar).get(SHOP, "color").is_some(), carried, "{horizon} s");
    }
}

#[test]
fn times_out_of_bounds_are_refused_by_name() {
    let secret: Vec<u8> = (0..32).map(|i: u8| i.wrapping_mul(37)).collect();
    let sessions = |horizon, interval| {
        let mut options = Options::new(Keyring::new(&[&secret]).unwrap(), Consistency::Eventual);
        (options.horizon, options.write_interval) = (Span::from_millis(horizon), Span::from_millis(interval));
        Sessions::new(options).map(drop)
    };
    assert!(sessions(60_000, 25_000).is_ok());
    for (horizon, interval, field) in [(59_999, 0, "horizon"), (60_000, 25_001, "writeInterval")] {
        let error = sessions(horizon, interval).unwrap_err();
        assert!(error.code() == Code::Config && error.message().starts_with(field), "{error}");
    }
}
