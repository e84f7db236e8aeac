//! Requests of one session at the same time, on a store with compare-and-set.

use edge_session::time::Span;
use edge_session::{Action, Code, Login};

use crate::world::{Jar, Outcome, Random, SHOP, Shows, Visit, World};

const LOGIN: Action<'static> = Action::Login(Login { user: "\"ann\"", level: None, device: None });

/// Two requests that both began before either ends.
fn pair() -> (World, Jar, Visit, Visit) {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "first", "0");
    let (a, b) = (world.visit(&jar), world.visit(&jar));
    (world, jar, a, b)
}

#[test]
fn parallel_changes_of_different_keys_both_survive() {
    let (mut world, mut jar, mut a, mut b) = pair();
    a.set(SHOP, "a", "1");
    b.set(SHOP, "b", "2");
    world.commit(&mut jar, &mut a).written();
    world.commit(&mut jar, &mut b).written();
    let keys: Vec<String> = world.visit(&jar).all(SHOP).into_keys().collect();
    assert_eq!(keys, ["\"a\"", "\"b\"", "\"first\""]);
}

#[test]
fn a_slow_request_that_changes_nothing_looks_again_before_its_cookie_takes_the_place_of_a_new_id() {
    for action in [Action::Rotate, LOGIN, Action::Logout] {
        let (mut world, mut jar) = (World::strong(), Jar::default());
        world.set(&mut jar, "first", "0");
        world.pass(Span::from_secs(61));
        let (mut acting, mut looking) = (world.visit(&jar), world.visit(&jar));
        acting.action = action.clone();
        world.commit(&mut jar, &mut acting).written();
        world.pass(Span::from_secs(1));
        world.commit(&mut jar, &mut looking);
        world.pass(Span::from_secs(20));
        assert_eq!(world.get(&mut jar, "first").as_deref(), Some("0"), "{action:?}");
    }
}

#[test]
fn a_slow_request_that_changes_nothing_does_without_a_store_that_fails_by_now() {
    for mut world in [World::strong(), World::eventual()] {
        let mut jar = Jar::default();
        world.set(&mut jar, "first", "0");
        world.pass(Span::from_secs(181));
        world.get(&mut jar, "first");
        world.pass(Span::from_secs(61));
        let (before, mut visit) = (jar.clone(), world.visit(&jar));
        world.pass(Span::from_secs(1));
        world.store.shows = Shows::Unavailable;
        assert!(matches!(world.commit(&mut jar, &mut visit), Outcome::Nothing));
        assert_eq!(jar, before, "a later request renews it");
        visit.set(SHOP, "second", "1");
        assert_eq!(world.try_commit(&mut jar, &mut visit).unwrap_err().code(), Code::Store);
    }
}

#[test]
fn parallel_changes_of_different_namespaces_both_survive() {
    let (mut world, mut jar, mut a, mut b) = pair();
    a.set("\"cart\"", "a", "1");
    b.set("\"preferences\"", "b", "2");
    world.commit(&mut jar, &mut a).written();
    world.commit(&mut jar, &mut b).written();
    let visit = world.visit(&jar);
    assert!(visit.get("\"cart\"", "a").is_some() && visit.get("\"preferences\"", "b").is_some());
}

#[test]
fn of_parallel_changes_of_the_same_key_the_later_wins() {
    let (mut world, mut jar, mut a, mut b) = pair();
    a.set(SHOP, "first", "\"a\"");
    b.set(SHOP, "first", "\"b\"");
    world.commit(&mut jar, &mut a).written();
    world.commit(&mut jar, &mut b).written();
    assert_eq!(world.get(&mut jar, "first").as_deref(), Some("\"b\""));
    let mut jar = jar.clone();
    let (mut a, mut b) = (world.visit(&jar), world.visit(&jar));
    a.remove(SHOP, "first");
    b.set(SHOP, "other", "1");
    world.commit(&mut jar, &mut a).written();
    world.commit(&mut jar, &mut b).written();
    assert_eq!(world.get(&mut jar, "first"), None, "who did not touch the key does not bring it back");
}

#[test]
fn any_number_of_requests_in_any_order_lose_nothing() {
    for seed in 0..20 {
        let (mut world, mut jar) = (World::strong(), Jar::default());
        world.set(&mut jar, "first", "0");
        let mut random = Random::new(seed);
        let mut open: Vec<Visit> = (0..12).map(|_| world.visit(&jar)).collect();
        let (mut expected, mut number) = (1, 0);
        while !open.is_empty() {
            let mut visit = open.remove(random.below(open.len() as u64) as usize);
            visit.set(SHOP, &format!("key {number}"), &number.to_string());
            (expected, number) = (expected + 1, number + 1);
            world.commit(&mut jar, &mut visit).written();
            world.pass(Span::from_millis(random.below(3)));
        }
        assert_eq!(world.visit(&jar).all(SHOP).len(), expected, "seed {seed}");
    }
}

#[test]
fn a_change_after_the_end_does_not_bring_the_session_back() {
    for end in [Action::Destroy, Action::Logout, LOGIN] {
        let (mut world, jar, mut a, mut b) = pair();
        let (mut mine, mut other) = (jar.clone(), jar.clone());
        a.action = end.clone();
        world.commit(&mut mine, &mut a).written();
        b.set(SHOP, "b", "2");
        assert!(matches!(world.commit(&mut other, &mut b), Outcome::Ended), "{end:?}");
        assert_eq!(other, jar, "no cookie was sent");
        assert!(world.visit(&jar).ended, "{end:?}");
    }
}

#[test]
fn an_end_wins_over_a_change_that_was_written_meanwhile() {
    let (mut world, mut jar, mut a, mut b) = pair();
    let old = jar.clone();
    a.set(SHOP, "a", "1");
    b.action = Action::Destroy;
    world.commit(&mut jar, &mut a).written();
    world.commit(&mut jar, &mut b).written();
    assert!(jar.is_empty() && world.visit(&old).ended);
}

#[test]
fn a_new_id_begun_before_the_end_does_not_bring_the_session_back() {
    for action in [Action::Rotate, LOGIN, Action::Logout] {
        let (mut world, jar, mut a, mut b) = pair();
        let (mut mine, mut other) = (jar.clone(), jar.clone());
        a.action = Action::Destroy;
        b.action = action.clone();
        world.commit(&mut mine, &mut a).written();
        assert!(matches!(world.commit(&mut other, &mut b), Outcome::Ended), "{action:?} buried the end");
        assert!(world.visit(&jar).ended && world.visit(&other).ended, "{action:?}");
    }
}

#[test]
fn a_change_written_while_another_request_takes_a_new_id_survives() {
    for action in [Action::Rotate, LOGIN, Action::Logout] {
        let (mut world, mut jar, mut a, mut b) = pair();
        a.set(SHOP, "a", "1");
        b.action = action.clone();
        world.commit(&mut jar.clone(), &mut a).written();
        world.commit(&mut jar, &mut b).written();
        let found = world.visit(&jar).get(SHOP, "a");
        assert_eq!(found.as_deref(), Some("1"), "{action:?}");
    }
}

#[test]
fn two_requests_that_rotate_at_once_leave_one_session() {
    let (mut world, jar, mut a, mut b) = pair();
    let (mut mine, mut other) = (jar.clone(), jar);
    (a.action, b.action) = (Action::Rotate, Action::Rotate);
    world.commit(&mut mine, &mut a).written();
    world.commit(&mut other, &mut b).written();
    world.set(&mut other, "shared", "1");
    assert_eq!(world.get(&mut mine, "shared").as_deref(), Some("1"), "both cookies lead to the same values");
}

#[test]
fn a_change_during_a_rotation_goes_to_the_new_id() {
    let (mut world, mut jar, mut a, mut b) = pair();
    let old = jar.clone();
    a.action = Action::Rotate;
    b.set(SHOP, "b", "2");
    world.commit(&mut jar, &mut a).written();
    let mut late = old.clone();
    world.commit(&mut late, &mut b).written();
    assert_ne!(late, old, "it was told the new id");
    assert_eq!(world.get(&mut jar, "b").as_deref(), Some("2"));
    assert_eq!(world.get(&mut late, "b").as_deref(), Some("2"));
}
