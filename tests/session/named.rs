//! Sessions under an id of the application's own.

use edge_session::named::Realm;
use edge_session::time::{Span, Timestamp};
use edge_session::{Action, Code, Consistency, Keyring, Login, Options, Sessions, Stored};

use crate::world::{Jar, Outcome, SHOP, Visit, World};

const HOUR: Span = Span::from_secs(3_600);
/// An hour but a millisecond.
const ALMOST: Span = Span::from_millis(3_599_999);
const DAY: Span = Span::from_days(1);

fn open(world: &mut World, id: &str) -> Visit {
    world.try_named(Realm::Application, id).expect("the store answers")
}

/// One whole request that sets a key of the session under this id.
fn set(world: &mut World, id: &str, key: &str) -> Outcome {
    let mut visit = open(world, id);
    visit.set(SHOP, key, "1");
    world.commit(&mut Jar::default(), &mut visit)
}

fn act(world: &mut World, id: &str, action: Action<'static>) -> Outcome {
    let mut visit = open(world, id);
    visit.action = action;
    world.commit(&mut Jar::default(), &mut visit)
}

fn keys(world: &mut World, id: &str) -> Vec<String> {
    open(world, id).all(SHOP).into_keys().collect()
}

#[test]
fn what_is_written_under_an_id_is_there_for_whoever_opens_it_and_no_cookie_is_set() {
    for mut world in [World::strong(), World::eventual()] {
        assert!(keys(&mut world, "cart 1").is_empty() && world.store.records.is_empty());
        let commit = set(&mut world, "cart 1", "a").written();
        assert!(commit.cookies.is_empty() && commit.writes.len() == 1);
        world.pass(Span::from_secs(2));
        set(&mut world, "cart 1", "b").written();
        assert_eq!(keys(&mut world, "cart 1"), ["\"a\"", "\"b\""]);
        assert!(keys(&mut world, "cart 2").is_empty());
    }
}

#[test]
fn neither_the_id_nor_what_another_realm_calls_the_same_leads_there() {
    let mut world = World::strong();
    set(&mut world, "cart 1", "a").written();
    assert!(!world.store.records.keys().any(|key| key.contains("cart")));
    assert!(world.store.records.keys().all(|key| key.starts_with("n1:")));
    for realm in [Realm::ThirdParty, Realm::Part] {
        assert!(world.try_named(realm, "cart 1").unwrap().all(SHOP).is_empty());
    }
}

#[test]
fn it_lives_from_its_last_write_to_the_millisecond_and_not_beyond_the_absolute_end() {
    let mut world = World::strong();
    set(&mut world, "id", "a").written();
    world.pass(ALMOST);
    assert_eq!(keys(&mut world, "id").len(), 1);
    world.pass(Span::from_millis(1));
    assert!(keys(&mut world, "id").is_empty(), "swept or not");
    let began = world.now;
    set(&mut world, "id", "b").written();
    assert_eq!(keys(&mut world, "id"), ["\"b\""], "it begins anew");
    while world.now < began.after(DAY).before(ALMOST) {
        world.pass(ALMOST);
        assert_eq!(keys(&mut world, "id").len(), 1);
        act(&mut world, "id", Action::Keep).written();
    }
    world.now = began.after(DAY);
    assert!(keys(&mut world, "id").is_empty());
}

#[test]
fn its_own_lifetime_counts_instead_and_a_save_renews_what_is_half_over_and_no_more() {
    let mut world = World::strong();
    let days = |days| Span::from_days(days);
    act(&mut world, "id", Action::Live(days(90))).written();
    world.pass(days(44));
    assert!(matches!(act(&mut world, "id", Action::Keep), Outcome::Nothing));
    world.pass(days(2));
    let renewed = act(&mut world, "id", Action::Keep).written();
    assert_eq!(renewed.writes[0].expires, world.now.after(days(90)));
}

#[test]
fn an_end_takes_all_of_it_and_nothing_that_began_before_brings_it_back() {
    let mut world = World::strong();
    set(&mut world, "id", "a").written();
    let mut late = open(&mut world, "id");
    late.set(SHOP, "late", "1");
    act(&mut world, "id", Action::Destroy).written();
    assert!(matches!(world.commit(&mut Jar::default(), &mut late), Outcome::Ended));
    assert!(keys(&mut world, "id").is_empty());
    set(&mut world, "id", "b").written();
    assert_eq!(keys(&mut world, "id"), ["\"b\""]);
}

#[test]
fn two_who_make_it_at_once_share_it() {
    let mut world = World::strong();
    let mut visits = [open(&mut world, "id"), open(&mut world, "id")];
    for (at, visit) in visits.iter_mut().enumerate() {
        visit.set(SHOP, &at.to_string(), "1");
        world.commit(&mut Jar::default(), visit).written();
    }
    assert_eq!(keys(&mut world, "id").len(), 2);
}

#[test]
fn it_is_found_under_each_secret_that_is_still_given() {
    let secrets: Vec<Vec<u8>> =
        [7, 11].map(|seed: u8| (0..32).map(|i: u8| i.wrapping_mul(seed).wrapping_add(seed)).collect()).into();
    let with =
        |secrets: &[&[u8]]| Sessions::new(Options::new(Keyring::new(secrets).unwrap(), Consistency::Strong)).unwrap();
    let mut world = World::strong();
    world.sessions = with(&[&secrets[0]]);
    set(&mut world, "id", "a").written();
    world.sessions = with(&[&secrets[1], &secrets[0]]);
    set(&mut world, "id", "b").written();
    assert_eq!(keys(&mut world, "id").len(), 2);
    set(&mut world, "new", "c").written();
    world.sessions = with(&[&secrets[1]]);
    assert_eq!((keys(&mut world, "id").len(), keys(&mut world, "new").len()), (0, 1));
}

#[test]
fn nobody_signs_in_there() {
    for action in [Action::Login(Login { user: "\"ann\"", level: None, device: None }), Action::Logout, Action::Rotate]
    {
        let mut world = World::strong();
        set(&mut world, "id", "a").written();
        let mut visit = open(&mut world, "id");
        visit.action = action;
        assert_eq!(world.plan(&visit).unwrap_err().code(), Code::Value);
    }
}

#[test]
fn it_tells_when_it_was_made_written_and_will_end() {
    let mut world = World::strong();
    let made = world.now;
    set(&mut world, "id", "a").written();
    world.pass(Span::from_secs(60));
    set(&mut world, "id", "b").written();
    let written = world.now;
    world.pass(Span::from_secs(60));
    let visit = open(&mut world, "id");
    let metadata = world.sessions.metadata(&visit.session, Stored::Shown(&visit.view), world.now).unwrap();
    assert_eq!(
        (metadata.created, metadata.modified, metadata.idle_end),
        (made, Some(written), Some(written.after(HOUR)))
    );
}

/// One whole request that sets a key of the part of a session that began then.
fn set_part(world: &mut World, key: &str, since: Timestamp) -> Outcome {
    let mut visit = world.try_part(Realm::Part, "part", since).unwrap();
    visit.set(SHOP, key, "1");
    world.commit(&mut Jar::default(), &mut visit)
}

fn part_keys(world: &mut World, since: Timestamp) -> Vec<String> {
    world.try_part(Realm::Part, "part", since).unwrap().all(SHOP).into_keys().collect()
}

#[test]
fn what_was_made_more_than_a_request_before_its_session_began_is_nothing_to_it_and_is_replaced() {
    for mut world in [World::strong(), World::eventual()] {
        let made = world.now;
        set_part(&mut world, "of the first", made).written();
        let request = made.after(Span::from_secs(60));
        assert_eq!(part_keys(&mut world, request), ["\"of the first\""], "made in the request that began the session");
        world.now = request.after(Span::from_millis(1));
        let began = world.now;
        assert!(part_keys(&mut world, began).is_empty());
        set_part(&mut world, "of the second", began).written();
        assert_eq!(part_keys(&mut world, began), ["\"of the second\""]);
        assert_eq!(part_keys(&mut world, Timestamp::default()), ["\"of the second\""], "nothing is left of the first");
        set_part(&mut world, "and another", began).written();
        assert_eq!(part_keys(&mut world, began).len(), 2);
    }
}

#[test]
fn what_was_made_after_its_session_began_is_there_however_old_it_is() {
    let mut world = World::strong();
    let began = world.now;
    set_part(&mut world, "a", began).written();
    world.pass(ALMOST);
    assert_eq!(part_keys(&mut world, began), ["\"a\""]);
}
