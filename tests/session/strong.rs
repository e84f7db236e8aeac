//! A store that shows every write: what a session costs, and what it keeps.

use edge_session::plan::Guard;
use edge_session::record::{Live, Record};
use edge_session::time::{FLOOR, Span, Timestamp};
use edge_session::{Action, Code, Consistency, Entropy};

use crate::world::{Jar, Outcome, SHOP, START, World};

#[test]
fn a_visitor_who_stores_nothing_costs_nothing_and_gets_no_cookie() {
    for action in [Action::Keep, Action::Rotate, Action::Logout, Action::Destroy] {
        let (mut world, mut jar) = (World::strong(), Jar::default());
        let outcome = world.act(&mut jar, action.clone());
        assert!(matches!(outcome, Outcome::Nothing), "{action:?}: {outcome:?}");
        assert!(jar.is_empty() && world.store.reads == 0 && world.store.writes == 0, "{action:?}");
    }
}

#[test]
fn the_first_change_writes_one_record_under_the_key_that_later_requests_read() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    let mut visit = world.visit(&jar);
    assert!(visit.session.is_fresh());
    visit.set(SHOP, "color", "\"red\"");
    let commit = world.commit(&mut jar, &mut visit).written();
    assert_eq!((commit.writes.len(), commit.writes[0].guard, commit.is_covered()), (1, Guard::Absent, false));
    assert!(!commit.session.is_fresh());
    let visit = world.visit(&jar);
    assert_eq!(visit.get(SHOP, "color").as_deref(), Some("\"red\""));
    assert_eq!(visit.session, commit.session, "the token says what the commit said");
    assert_eq!((visit.reject, visit.stale, visit.conflict, visit.due), (None, false, false, false));
}

#[test]
fn a_read_is_one_read_and_never_a_write() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    let (reads, writes) = (world.store.reads, world.store.writes);
    let first = jar.clone();
    for request in 1..=50 {
        world.pass(Span::from_secs(7));
        assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
        assert_eq!((world.store.reads, world.store.writes), (reads + request, writes));
    }
    assert_ne!(jar, first, "the token was refreshed meanwhile");
}

#[test]
fn a_read_refreshes_the_token_once_per_resolution_and_not_before() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.pass(Span::from_millis(59_999));
    assert!(!world.visit(&jar).due);
    assert!(matches!(world.act(&mut jar, Action::Keep), Outcome::Nothing));
    world.pass(Span::from_millis(1));
    assert!(world.visit(&jar).due, "the driver must know that there is something to do");
    let commit = world.act(&mut jar, Action::Keep).written();
    assert!(commit.writes.is_empty() && commit.cookies.len() == 1);
    assert!(matches!(world.act(&mut jar, Action::Keep), Outcome::Nothing));
}

#[test]
fn a_change_is_one_read_one_write_and_no_cookie() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    let before = (world.store.reads, world.store.writes);
    let commit = world.set(&mut jar, "size", "2").written();
    assert_eq!((world.store.reads, world.store.writes), (before.0 + 1, before.1 + 1));
    assert_eq!((commit.cookies.len(), commit.writes[0].guard), (0, Guard::Unchanged));
    assert_eq!(world.visit(&jar).all(SHOP).len(), 2);
}

#[test]
fn setting_what_is_there_already_writes_nothing() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    assert!(matches!(world.set(&mut jar, "color", "1"), Outcome::Nothing));
    assert!(matches!(world.remove(&mut jar, "size"), Outcome::Nothing));
}

#[test]
fn a_removed_key_is_gone_and_leaves_no_value_in_the_store() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "card", "\"4111-1111\"");
    world.remove(&mut jar, "card");
    assert_eq!(world.get(&mut jar, "card"), None);
    assert!(!contains(world.store.only(), b"4111"));
    world.set(&mut jar, "card", "\"again\"");
    assert_eq!(world.get(&mut jar, "card").as_deref(), Some("\"again\""));
}

#[test]
fn the_trace_of_a_removed_key_is_collected_by_a_later_write() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "card", "1");
    world.remove(&mut jar, "card");
    world.pass(Span::from_secs(599));
    world.set(&mut jar, "color", "1");
    assert!(contains(world.store.only(), b"card"));
    world.pass(Span::from_secs(2));
    world.set(&mut jar, "color", "2");
    assert!(!contains(world.store.only(), b"card"));
}

#[test]
fn two_commits_in_one_request_both_hold() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "a", "1");
    let commit = world.commit(&mut jar, &mut visit).written();
    visit.stored = world.store.read(&commit.writes[0].key);
    visit.set(SHOP, "b", "2");
    world.commit(&mut jar, &mut visit).written();
    assert_eq!(world.visit(&jar).all(SHOP).len(), 2);
}

#[test]
fn a_change_is_later_than_all_that_was_seen_even_when_the_clock_went_back() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.now = START.after(Span::from_secs(3));
    world.set(&mut jar, "color", "\"ahead\"");
    let ahead = newest(&world);
    world.now = START;
    world.set(&mut jar, "color", "\"behind\"");
    assert!(newest(&world) > ahead);
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("\"behind\""));
    world.remove(&mut jar, "color");
    assert_eq!(world.get(&mut jar, "color"), None, "a removal as well");
}

#[test]
fn the_driver_is_told_the_times_and_the_handle() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    let key = world.set(&mut jar, "color", "1").written().writes[0].key.clone();
    world.pass(Span::from_secs(30));
    world.set(&mut jar, "color", "2");
    let visit = world.visit(&jar);
    let known = world.sessions.metadata(&visit.session, visit.stored.as_stored(), world.now).unwrap();
    assert_eq!(format!("s1:{}", known.handle), key);
    assert_eq!((known.created, known.last_access, known.modified), (START, START, Some(world.now)));
    assert_eq!(known.idle_end, Some(START.after(Span::from_secs(3600))));
    assert_eq!(known.absolute_end, Some(START.after(Span::from_days(1))));
}

#[test]
fn what_a_driver_holds_between_two_steps_comes_back_as_it_was() {
    for mut world in [World::strong(), World::eventual()] {
        let mut jar = Jar::default();
        world.set(&mut jar, "color", "1");
        world.deploy(&[2, 1], Consistency::Eventual, |_| {});
        for session in [world.visit(&Jar::default()).session, world.visit(&jar).session] {
            assert_eq!(edge_session::Session::from_bytes(&session.to_bytes()).unwrap(), session);
        }
    }
    assert_eq!(edge_session::Session::from_bytes(&[]).unwrap_err().code(), Code::Internal);
    assert_eq!(edge_session::Session::from_bytes(&[0; 40]).unwrap_err().code(), Code::Internal);
}

#[test]
fn a_clock_before_this_release_and_a_dead_random_source_issue_nothing() {
    assert_eq!(Timestamp::from_clock(0.0).unwrap_err().code(), Code::Clock);
    assert_eq!(Timestamp::from_clock((FLOOR.as_millis() - 1) as f64).unwrap_err().code(), Code::Clock);
    assert_eq!(Entropy::new([7; Entropy::BYTES]).unwrap_err().code(), Code::Entropy);
}

fn newest(world: &World) -> edge_session::merge::Stamp {
    let (key, (bytes, _)) = world.store.records.first_key_value().unwrap();
    match Record::decode(bytes, &owner(key)).unwrap() {
        Record::Live(live) => Live::newest(&live),
        other => panic!("{other:?}"),
    }
}

/// The hash that a store key spells: whose record it is.
pub(crate) fn owner(key: &str) -> [u8; 32] {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let handle = key.strip_prefix("s1:").expect("a store key");
    Base64UrlUnpadded::decode_vec(handle).expect("base64url").try_into().expect("32 bytes")
}

pub(crate) fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}
