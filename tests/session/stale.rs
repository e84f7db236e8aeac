//! A store that is known to show less than this visitor has seen.

use edge_session::lifetime::Lifetime;
use edge_session::time::{Span, Timestamp};
use edge_session::{Action, Code, Consistency, Login, Options};

use crate::strong::contains;
use crate::world::{Jar, Outcome, SHOP, START, Shows, World};

const LOGIN: Action<'static> = Action::Login(Login { user: "\"ann\"", level: None, device: None });
const GIVE_UP: u64 = 900_000;

/// Room for two small entries.
fn tiny(options: &mut Options) {
    options.budget = 260;
}

/// Five keys, of which the token has room for the last two; the store shows only the first, or nothing.
fn behind(adjust: impl FnOnce(&mut Options), shown: usize) -> (World, Jar) {
    let mut world = World::with(Consistency::Eventual, adjust);
    let mut jar = Jar::default();
    let mut old = Shows::Old(Default::default());
    for (count, key) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        world.pass(Span::from_millis(1));
        world.set(&mut jar, key, "1").written();
        if count + 1 == shown {
            old = Shows::Old(world.store.records.clone());
        }
    }
    world.store.shows = old;
    (world, jar)
}

fn at(millis: u64) -> Timestamp {
    START.after(Span::from_millis(millis))
}

#[test]
fn a_stale_miss_never_ends_the_session_and_never_goes_unsaid() {
    for shown in [0, 1, 2] {
        let (mut world, mut jar) = behind(tiny, shown);
        let visit = world.visit(&jar);
        assert!(visit.stale && !visit.ended && !visit.conflict && visit.reject.is_none());
        assert!(visit.get(SHOP, "e").is_some(), "what fits is there");
        world.store.shows = Shows::Latest;
        assert!(!world.visit(&jar).stale);
        world.get(&mut jar, "a");
        assert_eq!(world.visit(&jar).all(SHOP).len(), 5);
    }
}

#[test]
fn a_change_that_does_not_fit_the_token_must_be_written_before_the_answer() {
    let mut world = World::with(Consistency::Eventual, tiny);
    let mut jar = Jar::default();
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "long", &format!("\"{}\"", "x".repeat(500)));
    world.store.refuses = true;
    assert_eq!(world.try_commit(&mut jar, &mut visit).unwrap_err().code(), Code::Store);
    assert!(jar.is_empty(), "nothing was sent");
    world.store.refuses = false;
    let commit = world.commit(&mut jar, &mut visit).written();
    assert!(!commit.is_covered() && commit.writes.len() == 1);
    assert!(!world.visit(&jar).stale);
    world.store.shows = Shows::Old(Default::default());
    assert!(world.visit(&jar).stale, "the token knows what it has no room for");
}

#[test]
fn a_session_that_the_token_no_longer_carries_is_stale_and_not_empty() {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.pass(Span::from_secs(120));
    world.get(&mut jar, "color");
    world.store.shows = Shows::Old(Default::default());
    let visit = world.visit(&jar);
    assert!(visit.stale && !visit.ended && visit.reject.is_none());
}

#[test]
fn a_record_known_to_be_behind_is_never_the_base_of_a_write() {
    let (mut world, mut jar) = behind(tiny, 1);
    let before = world.store.only().to_vec();
    // The new entry pushes out an older one that the store does not show either: it cannot be kept.
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "f", "1");
    let cookie = jar.clone();
    assert_eq!(world.try_commit(&mut jar, &mut visit).unwrap_err().code(), Code::Stale);
    // What replaces an entry of the token fits, and waits there.
    let commit = world.set(&mut jar, "e", "2").written();
    assert!(commit.writes.is_empty() && commit.is_covered() && commit.cookies.len() == 1 && jar != cookie);
    assert_eq!(world.store.only(), before);
    let visit = world.visit(&jar);
    assert_eq!((visit.get(SHOP, "e").as_deref(), visit.stale), (Some("2"), true), "and the rest is not forgotten");
    world.store.shows = Shows::Latest;
    world.pass(Span::from_secs(120));
    world.get(&mut jar, "e");
    world.store.freeze();
    let visit = world.visit(&jar);
    assert_eq!((visit.all(SHOP).len(), visit.get(SHOP, "e").as_deref(), visit.stale), (5, Some("2"), false));
}

#[test]
fn a_request_that_took_long_is_refused_only_where_a_second_look_shows_no_more() {
    for (shows, refused) in [(None, true), (Some(Shows::Latest), false)] {
        let (mut world, mut jar) = behind(tiny, 1);
        let mut visit = world.visit(&jar);
        visit.set(SHOP, "f", "1");
        world.pass(Span::from_secs(1));
        world.store.shows = shows.unwrap_or(world.store.shows);
        let commit = world.try_commit(&mut jar, &mut visit);
        assert_eq!(commit.err().map(|error| error.code()), refused.then_some(Code::Stale));
        assert_eq!(world.visit(&jar).get(SHOP, "f").is_some(), !refused);
    }
}

#[test]
fn a_read_of_a_stale_session_writes_nothing_and_forgets_nothing() {
    let (mut world, mut jar) = behind(tiny, 1);
    for _ in 0..5 {
        world.pass(Span::from_secs(100));
        let writes = world.store.writes;
        world.get(&mut jar, "a");
        assert_eq!(world.store.writes, writes);
        let visit = world.visit(&jar);
        assert!(visit.stale && visit.get(SHOP, "e").is_some() && visit.get(SHOP, "d").is_some());
    }
    world.store.shows = Shows::Latest;
    assert_eq!(world.visit(&jar).all(SHOP).len(), 5);
}

#[test]
fn a_new_id_is_refused_while_the_store_is_behind_but_a_sign_out_is_not() {
    for action in [Action::Rotate, LOGIN] {
        let (mut world, mut jar) = behind(tiny, 1);
        let mut visit = world.visit(&jar);
        visit.action = action;
        assert_eq!(world.try_commit(&mut jar, &mut visit).unwrap_err().code(), Code::Stale);
    }
    for action in [Action::Logout, Action::Destroy] {
        let (mut world, mut jar) = behind(tiny, 1);
        let old = jar.clone();
        world.act(&mut jar, action.clone()).written();
        world.store.shows = Shows::Latest;
        assert!(world.visit(&old).ended, "{action:?}");
        assert!(!world.visit(&jar).stale);
    }
}

#[test]
fn after_fifteen_minutes_the_store_is_the_truth_and_the_conflict_is_told() {
    let (mut world, mut jar) = behind(tiny, 1);
    world.now = at(2 * GIVE_UP); // however old the record is, one look is one look
    world.get(&mut jar, "a");
    world.now = at(3 * GIVE_UP - 1);
    assert!(world.visit(&jar).stale);
    world.now = at(3 * GIVE_UP);
    let visit = world.visit(&jar);
    assert!(visit.conflict && !visit.stale && !visit.ended);
    assert_eq!(
        visit.all(SHOP).into_keys().collect::<Vec<_>>(),
        ["\"a\"", "\"d\"", "\"e\""],
        "and what the token still has"
    );
    world.set(&mut jar, "f", "1").written();
    world.store.freeze();
    let visit = world.visit(&jar);
    assert!(!visit.stale && !visit.conflict && visit.all(SHOP).len() == 4);
}

#[test]
fn a_conflict_is_told_once_and_not_at_every_request() {
    let endless = |options: &mut Options| options.lifetime = Lifetime::new(None, None, None).unwrap();
    let mut world = World::with(Consistency::Eventual, endless);
    let mut jar = Jar::default();
    world.set(&mut jar, "color", "1");
    world.now = at(GIVE_UP);
    world.deploy(&[2, 1], Consistency::Eventual, endless);
    world.get(&mut jar, "color"); // sealed anew: the token carries nothing any more
    world.store.shows = Shows::Old(Default::default());
    world.get(&mut jar, "color"); // the first look that shows nothing
    world.now = at(2 * GIVE_UP);
    let mut visit = world.visit(&jar);
    assert!(visit.conflict && visit.due, "the token is to say so");
    world.commit(&mut jar, &mut visit);
    assert!(!world.visit(&jar).conflict);
}

#[test]
fn a_new_id_that_the_store_does_not_show_yet_is_not_an_empty_session() {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.set(&mut jar, "color", "1");
    let old = jar.clone();
    let moved = world.act(&mut jar, Action::Rotate).written().writes.remove(1).key;
    // A request in flight, where the old id's record is seen already and the new one's is not.
    let shown = world.store.records.iter().filter(|(key, _)| **key == moved);
    world.store.shows = Shows::Old(shown.map(|(key, record)| (key.clone(), record.clone())).collect());
    let mut late = old;
    let visit = world.visit(&late);
    assert!(visit.stale || visit.get(SHOP, "color").is_some(), "its values are known to be missing");
    let writes = world.store.writes;
    let mut visit = world.visit(&late);
    visit.set(SHOP, "size", "2");
    let _ = world.try_commit(&mut late, &mut visit);
    assert_eq!(world.store.writes, writes, "and nothing is written over them");
    world.store.shows = Shows::Latest;
    assert_eq!(world.get(&mut late, "color").as_deref(), Some("1"));
}

#[test]
fn a_client_whose_id_is_new_sees_its_values_where_the_store_shows_none() {
    for action in [Action::Rotate, Action::Logout, LOGIN] {
        let (mut world, mut jar) = (World::eventual(), Jar::default());
        world.set(&mut jar, "color", "1");
        world.pass(Span::from_secs(300));
        world.act(&mut jar, action.clone()).written();
        world.store.shows = Shows::Old(Default::default());
        let visit = world.visit(&jar);
        assert_eq!((visit.get(SHOP, "color").as_deref(), visit.stale), (Some("1"), false), "{action:?}");
    }
}

#[test]
fn an_end_is_believed_whatever_the_token_carries() {
    let (mut world, mut jar) = behind(tiny, 1);
    let old = jar.clone();
    world.store.shows = Shows::Latest;
    world.act(&mut jar, Action::Destroy).written();
    let visit = world.visit(&old);
    assert!(visit.ended && !visit.stale && visit.all(SHOP).is_empty());
    assert!(!contains(world.store.only(), b"\"a\""));
    let mut late = old;
    assert!(matches!(world.act(&mut late, Action::Keep), Outcome::Nothing));
}
