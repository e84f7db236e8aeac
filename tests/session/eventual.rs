//! A store that shows old states, and a token that carries what the store may not show yet.

use edge_session::time::Span;
use edge_session::{Action, Code, Consistency};

use crate::strong::contains;
use crate::world::{Answer, Jar, Outcome, SHOP, Shows, Store, World};

const HORIZON: Span = Span::from_secs(120);
const A_MOMENT: Span = Span::from_millis(1);

/// A session with `color`, which the store shows.
fn begun() -> (World, Jar) {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.set(&mut jar, "color", "1");
    (world, jar)
}

fn show_nothing(store: &mut Store) {
    store.shows = Shows::Old(Default::default());
}

#[test]
fn a_client_reads_its_own_writes_when_the_store_shows_nothing() {
    let (mut world, mut jar) = begun();
    show_nothing(&mut world.store);
    world.set(&mut jar, "size", "2");
    let visit = world.visit(&jar);
    assert_eq!(visit.all(SHOP).len(), 2);
    assert!(!visit.stale && !visit.conflict && !visit.ended && visit.reject.is_none());
}

#[test]
fn a_client_reads_its_own_writes_when_the_store_shows_an_old_record() {
    let (mut world, mut jar) = begun();
    world.store.freeze();
    world.set(&mut jar, "color", "2");
    world.set(&mut jar, "size", "3");
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("2"));
    world.remove(&mut jar, "color");
    let visit = world.visit(&jar);
    assert_eq!((visit.get(SHOP, "color"), visit.get(SHOP, "size").as_deref()), (None, Some("3")));
    assert!(!visit.stale);
}

#[test]
fn a_change_that_the_token_carries_may_be_written_after_the_response() {
    let (mut world, mut jar) = begun();
    let commit = world.set(&mut jar, "size", "2").written();
    assert!(commit.is_covered() && commit.cookies.len() == 1 && commit.writes.len() == 1);
    for action in [Action::Rotate, Action::Logout, Action::Destroy] {
        let (mut world, mut jar) = begun();
        assert!(!world.act(&mut jar, action.clone()).written().is_covered(), "{action:?} must be awaited");
    }
}

#[test]
fn a_read_only_request_writes_nothing_whatever_the_store_shows() {
    let (mut world, mut jar) = begun();
    let shown = world.store.records.clone();
    for shows in [Shows::Latest, Shows::Old(shown), Shows::Old(Default::default())] {
        world.store.shows = shows;
        let writes = world.store.writes;
        assert!(!world.visit(&jar).due);
        assert!(matches!(world.act(&mut jar, Action::Keep), Outcome::Nothing));
        assert_eq!(world.store.writes, writes);
    }
}

#[test]
fn the_token_carries_a_change_until_the_horizon_and_no_longer_once_the_store_shows_it() {
    let (mut world, mut jar) = begun();
    let carrying = jar.token().len();
    world.pass(Span::from_millis(HORIZON.as_millis() - 1));
    world.get(&mut jar, "color");
    assert_eq!(jar.token().len(), carrying);
    world.pass(Span::from_secs(60));
    world.get(&mut jar, "color");
    assert!(jar.token().len() < carrying);
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
}

#[test]
fn the_token_carries_a_change_as_long_as_the_store_does_not_show_it() {
    let (mut world, mut jar) = begun();
    show_nothing(&mut world.store);
    for _ in 0..20 {
        world.pass(Span::from_secs(90));
        let visit = world.visit(&jar);
        assert_eq!((visit.get(SHOP, "color").as_deref(), visit.stale), (Some("1"), false));
        world.get(&mut jar, "color");
    }
}

#[test]
fn a_lost_write_heals_itself_at_the_first_request_after_the_horizon() {
    let (mut world, mut jar) = begun();
    world.store.refuses = true;
    world.set(&mut jar, "size", "2");
    world.store.refuses = false;
    assert!(!contains(world.store.only(), b"size"), "the write was lost");
    world.pass(Span::from_millis(HORIZON.as_millis() - 1));
    world.get(&mut jar, "size");
    assert!(!contains(world.store.only(), b"size"), "the store may still be about to show it");
    world.pass(A_MOMENT);
    assert!(world.visit(&jar).due, "the driver must know that there is something to do");
    assert_eq!(world.get(&mut jar, "size").as_deref(), Some("2"));
    assert!(contains(world.store.only(), b"size"));
    assert!(matches!(world.act(&mut jar, Action::Keep), Outcome::Nothing), "once is enough");
}

/// A change whose writes failed for 20 minutes is written at last; returns what other places show for another minute.
fn written_late() -> (World, Jar, Shows) {
    let (mut world, mut jar) = begun();
    world.store.refuses = true;
    world.set(&mut jar, "size", "2");
    for _ in 0..20 {
        world.pass(Span::from_secs(60));
        world.get(&mut jar, "size");
    }
    let elsewhere = Shows::Old(world.store.records.clone());
    world.store.refuses = false;
    world.get(&mut jar, "size");
    assert!(contains(world.store.only(), b"size"));
    // The next change, here, where the store shows the late one already.
    world.pass(Span::from_secs(1));
    world.set(&mut jar, "weight", "3");
    world.pass(Span::from_secs(1));
    (world, jar, elsewhere)
}

#[test]
fn a_late_write_that_another_place_does_not_show_yet_is_no_conflict() {
    let (mut world, jar, elsewhere) = written_late();
    world.store.shows = elsewhere;
    assert!(!world.visit(&jar).conflict);
}

#[test]
fn a_late_write_is_seen_at_every_place() {
    let (mut world, jar, elsewhere) = written_late();
    world.store.shows = elsewhere;
    let visit = world.visit(&jar);
    assert_eq!((visit.get(SHOP, "size").as_deref(), visit.stale), (Some("2"), false));
}

#[test]
fn a_lost_write_is_made_good_by_the_next_change() {
    let (mut world, mut jar) = begun();
    world.store.refuses = true;
    world.set(&mut jar, "size", "2");
    world.store.refuses = false;
    world.set(&mut jar, "weight", "3");
    assert!(contains(world.store.only(), b"size") && contains(world.store.only(), b"weight"));
}

#[test]
fn an_old_cookie_brings_nothing_back_that_was_deleted() {
    for collected_first in [false, true] {
        let (mut world, mut jar) = begun();
        let mut old = jar.clone();
        world.pass(HORIZON);
        world.remove(&mut jar, "color");
        if collected_first {
            world.pass(Span::from_secs(601));
            world.set(&mut jar, "size", "1");
            world.set(&mut jar, "size", "2");
            assert!(!contains(world.store.only(), b"color"), "even the tombstone is gone");
        }
        assert_eq!(world.get(&mut old, "color"), None);
        world.set(&mut old, "weight", "1");
        assert_eq!(world.get(&mut jar, "color"), None, "nor for the others");
    }
}

#[test]
fn a_change_between_a_deletion_and_its_collection_is_not_taken_for_deleted() {
    let (mut world, mut jar) = begun();
    world.remove(&mut jar, "color");
    world.pass(Span::from_secs(601));
    world.store.freeze();
    world.set(&mut jar, "size", "1");
    world.set(&mut jar, "color", "2");
    world.store.shows = Shows::Latest;
    world.pass(HORIZON);
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("2"));
}

#[test]
fn a_request_goes_on_without_the_store_when_the_token_carries_everything() {
    let (mut world, mut jar) = begun();
    world.store.shows = Shows::Unavailable;
    world.store.refuses = true;
    assert_eq!(world.visit(&jar).get(SHOP, "color").as_deref(), Some("1"));
    let commit = world.set(&mut jar, "size", "2").written();
    assert!(commit.is_covered() && commit.writes.is_empty(), "what the record holds is not known");
    assert_eq!(world.visit(&jar).all(SHOP).len(), 2);
    (world.store.shows, world.store.refuses) = (Shows::Latest, false);
    world.pass(HORIZON);
    world.get(&mut jar, "size");
    assert!(contains(world.store.only(), b"size"));
}

#[test]
fn a_visitor_who_sees_everything_is_not_told_stale_because_the_store_fails() {
    let (mut world, jar) = begun();
    world.store.shows = Shows::Unavailable;
    assert!(!world.visit(&jar).stale);
}

#[test]
fn a_request_fails_without_the_store_when_the_token_does_not_carry_everything() {
    let (mut world, mut jar) = begun();
    world.pass(HORIZON);
    world.get(&mut jar, "color");
    let before = jar.clone();
    let mut visit = world.visit(&jar);
    world.store.shows = Shows::Unavailable;
    assert_eq!(world.try_visit(&jar).err().unwrap().code(), Code::Store);
    visit.set(SHOP, "size", "1");
    visit.stored = Answer::Unavailable;
    assert_eq!(world.plan(&visit).err().unwrap().code(), Code::Store);
    world.store.shows = Shows::Latest;
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
    assert_eq!(jar, before, "the cookie stayed as it was");
}

#[test]
fn a_token_never_exceeds_its_budget_and_what_does_not_fit_must_be_written_first() {
    for budget in [222, 300, 1000, 3800, 4000] {
        let mut world = World::with(Consistency::Eventual, |options| options.budget = budget);
        let mut jar = Jar::default();
        let mut covered = Vec::new();
        for number in 0..60 {
            let commit =
                world.set(&mut jar, &format!("key {number}"), &format!("\"{}\"", "x".repeat(number * 3))).written();
            covered.push(commit.is_covered());
            assert!(jar.token().len() <= budget, "{} of {budget}", jar.token().len());
            assert_eq!(commit.writes.len(), 1);
        }
        let visit = world.visit(&jar);
        assert_eq!((visit.all(SHOP).len(), visit.stale), (60, false));
        assert_eq!(covered[0], budget > 222, "the first change fits unless the budget has no room at all");
    }
}

#[test]
fn the_newest_entries_stay_in_the_token_when_not_all_fit() {
    let mut world = World::with(Consistency::Eventual, |options| options.budget = 400);
    let mut jar = Jar::default();
    for number in 0..30 {
        world.pass(A_MOMENT);
        world.set(&mut jar, &format!("key {number:02}"), "1");
    }
    show_nothing(&mut world.store);
    let carried: Vec<String> = world.visit(&jar).all(SHOP).into_keys().collect();
    let newest: Vec<String> = (30 - carried.len()..30).map(|number| format!("\"key {number:02}\"")).collect();
    assert!(carried.len() > 2);
    assert_eq!(carried, newest);
}

#[test]
fn what_the_store_does_not_show_goes_before_what_is_newer_and_shown() {
    let (mut world, mut jar) = begun();
    let mut other = jar.clone();
    world.store.refuses = true;
    world.set(&mut jar, "lost", "1");
    world.store.refuses = false;
    world.pass(A_MOMENT);
    // Another tab of the same visitor, whose writes the store shows.
    for key in ["a", "b", "c", "d"] {
        world.set(&mut other, key, "1");
    }
    world.deploy(&[1], Consistency::Eventual, |options| options.budget = 260);
    world.pass(Span::from_secs(60));
    world.get(&mut jar, "lost");
    show_nothing(&mut world.store);
    assert_eq!(world.visit(&jar).get(SHOP, "lost").as_deref(), Some("1"));
}

#[test]
fn while_nothing_can_be_written_a_smaller_cookie_does_not_drop_what_only_the_cookie_has() {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    (world.store.shows, world.store.refuses) = (Shows::Unavailable, true);
    world.set(&mut jar, "long", &format!("\"{}\"", "x".repeat(300)));
    let before = jar.clone();
    world.deploy(&[2, 1], Consistency::Eventual, |options| options.budget = 500);
    world.get(&mut jar, "long");
    assert!(jar == before, "a new secret is no reason to seal less");
    (world.store.shows, world.store.refuses) = (Shows::Latest, false);
    world.get(&mut jar, "long");
    assert!(contains(world.store.only(), b"xxx") && jar != before);
}
