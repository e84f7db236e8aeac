//! Signing in and out, new ids, and what becomes of the old ones.

use edge_session::plan::{Commit, Role, Write};
use edge_session::time::Span;
use edge_session::{Action, Consistency, Login};

use crate::strong::contains;
use crate::world::{Jar, Outcome, SHOP, START, World};

const GRACE: u64 = 10_000;

/// What is written of sessions; not what is for lists of them.
fn records(commit: Commit) -> Vec<Write> {
    commit.writes.into_iter().filter(|write| write.role != Role::Entry).collect()
}

fn login(user: &'static str) -> Action<'static> {
    Action::Login(Login { user, level: Some("2"), device: Some("\"phone\"") })
}

/// A session with something in it; the cookie is the one from before `action`.
fn after(mut world: World, action: Action<'static>) -> (World, Jar, Jar) {
    let mut jar = Jar::default();
    world.set(&mut jar, "color", "1");
    let old = jar.clone();
    world.act(&mut jar, action).written();
    (world, jar, old)
}

#[test]
fn a_login_keeps_what_was_there_and_tells_who_signed_in() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, jar, _) = after(world, login("\"ann\""));
        let visit = world.visit(&jar);
        assert_eq!(visit.get(SHOP, "color").as_deref(), Some("1"));
        assert_eq!(visit.user().as_deref(), Some("\"ann\""));
        let system = visit.all(edge_session::SYSTEM);
        assert_eq!(system.get("\"level\"").map(String::as_str), Some("2"));
        assert_eq!(system.get("\"device\"").map(String::as_str), Some("\"phone\""));
        assert_eq!(system.get("\"authenticatedAt\""), Some(&START.as_millis().to_string()));
    }
}

#[test]
fn a_login_without_level_or_device_does_not_inherit_those_of_the_last() {
    let (mut world, mut jar, _) = after(World::strong(), login("\"ann\""));
    world.act(&mut jar, Action::Login(Login { user: "\"bob\"", level: None, device: None })).written();
    let system = world.visit(&jar).all(edge_session::SYSTEM);
    assert_eq!(system.keys().collect::<Vec<_>>(), ["\"authenticatedAt\"", "\"user\""]);
}

#[test]
fn a_logout_keeps_the_values_and_forgets_the_user() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, mut jar, _) = after(world, login("\"ann\""));
        world.act(&mut jar, Action::Logout).written();
        let visit = world.visit(&jar);
        assert_eq!((visit.user(), visit.all(edge_session::SYSTEM).len()), (None, 0));
        assert_eq!(visit.get(SHOP, "color").as_deref(), Some("1"));
    }
}

#[test]
fn a_visitor_may_sign_in_with_the_very_first_request() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    let commit = world.act(&mut jar, login("\"ann\"")).written();
    assert_eq!(records(commit).len(), 1, "there is no old id");
    assert_eq!(world.visit(&jar).user().as_deref(), Some("\"ann\""));
}

#[test]
fn login_logout_and_rotate_give_a_new_id() {
    for action in [login("\"ann\""), Action::Logout, Action::Rotate] {
        for world in [World::strong(), World::eventual()] {
            let (mut world, jar, old) = after(world, action.clone());
            let records = world.store.records.keys().filter(|key| key.starts_with("s1:"));
            assert_eq!(records.count(), 2, "the record of the new id and what is left of the old");
            world.store.records.values().for_each(|(bytes, _)| assert!(!contains(bytes, old.token().as_bytes())));
            assert!(!world.visit(&jar).ended && world.visit(&jar).reject.is_none(), "{action:?}");
        }
    }
}

#[test]
fn the_new_id_is_usable_before_the_old_one_ends() {
    for action in [login("\"ann\""), Action::Logout, Action::Rotate] {
        let (mut world, mut jar) = (World::strong(), Jar::default());
        let old = world.set(&mut jar, "color", "1").written().writes[0].key.clone();
        let keys: Vec<String> =
            records(world.act(&mut jar, action).written()).into_iter().map(|write| write.key).collect();
        assert!(keys.len() == 2 && keys[0] != old && keys[1] == old, "{keys:?}");
    }
}

#[test]
fn an_id_from_before_a_login_or_logout_is_dead_at_once() {
    for action in [login("\"ann\""), Action::Logout] {
        for world in [World::strong(), World::eventual()] {
            let (mut world, _, old) = after(world, action.clone());
            let visit = world.visit(&old);
            assert!(visit.ended && visit.all(SHOP).is_empty() && visit.user().is_none(), "{action:?}");
        }
    }
}

#[test]
fn an_id_from_before_a_rotation_leads_on_for_ten_seconds_and_is_dead_afterwards() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, mut jar, old) = after(world, Action::Rotate);
        world.set(&mut jar, "color", "2");
        world.pass(Span::from_millis(GRACE - 1));
        let mut late = old.clone();
        assert_eq!(world.get(&mut late, "color").as_deref(), Some("2"));
        assert_eq!(world.get(&mut late, "color").as_deref(), Some("2"), "and it was given the new id");
        world.pass(Span::from_millis(1));
        assert!(world.visit(&old).ended, "the old id is dead, to the millisecond");
        assert_eq!(world.get(&mut late, "color").as_deref(), Some("2"));
    }
}

#[test]
fn a_chain_of_rotations_within_the_grace_leads_to_its_end() {
    let (mut world, mut jar, old) = after(World::strong(), Action::Rotate);
    for _ in 0..3 {
        world.act(&mut jar, Action::Rotate).written();
    }
    assert_eq!(world.get(&mut old.clone(), "color").as_deref(), Some("1"));
    world.act(&mut jar, Action::Destroy).written();
    assert!(world.visit(&old).ended, "also when that is the session's end");
}

#[test]
fn what_is_left_of_an_old_id_opens_nothing_for_whoever_reads_the_store() {
    let (mut world, jar, _) = after(World::strong(), Action::Rotate);
    let (bytes, _) = world.store.records.values().find(|(bytes, _)| !contains(bytes, b"color")).unwrap().clone();
    let id = &world.visit(&jar).session.to_bytes()[39..71]; // flags 3, handle 32, the key's id 4, the session's id
    assert!(!contains(&bytes, id));
    assert!(!world.store.records.values().any(|(bytes, _)| contains(bytes, id)));
}

#[test]
fn a_destroyed_session_is_over_and_its_cookie_deleted() {
    for world in [World::strong(), World::eventual()] {
        let mut world = world;
        let mut jar = Jar::default();
        world.set(&mut jar, "color", "1");
        let old = jar.clone();
        let commit = world.act(&mut jar, Action::Destroy).written();
        assert!(jar.is_empty() && !commit.is_covered());
        let visit = world.visit(&old);
        assert!(visit.ended && visit.session.is_fresh() && visit.all(SHOP).is_empty());
        assert!(!contains(world.store.only(), b"color"), "its values are gone");
    }
}

#[test]
fn of_two_who_end_a_session_on_a_store_that_shows_every_write_only_the_first_writes_its_end() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    let (mut late, mut visit) = (jar.clone(), world.visit(&jar));
    world.act(&mut jar, Action::Destroy).written();
    visit.action = Action::Destroy;
    let commit = world.commit(&mut late, &mut visit).written();
    assert!(commit.writes.is_empty() && late.is_empty(), "its cookie is deleted all the same");
}

#[test]
fn an_end_is_kept_until_no_token_for_it_can_live() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.pass(Span::from_secs(600));
    let commit = world.act(&mut jar, Action::Destroy).written();
    assert_eq!(commit.writes[0].expires, START.after(Span::from_days(1)));
}

#[test]
fn a_new_id_comes_from_fresh_randomness_and_never_from_the_visitor() {
    let (mut world, planted) = (World::strong(), Jar::of("__Host-session=AQIDBAUGBwgJCgsMDQ4PEA"));
    let visit = world.visit(&planted);
    assert!(visit.session.is_fresh() && visit.reject.is_some());
    let (mut a, mut b) = (planted.clone(), planted);
    let key = |outcome: Outcome| outcome.written().writes[0].key.clone();
    assert_ne!(key(world.set(&mut a, "color", "1")), key(world.set(&mut b, "color", "1")));
}

#[test]
fn a_new_id_is_named_by_the_newest_secret() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.deploy(&[2, 1], Consistency::Strong, |_| {});
    world.act(&mut jar, Action::Rotate).written();
    world.deploy(&[2], Consistency::Strong, |_| {});
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"), "the old secret can be dropped");
}
