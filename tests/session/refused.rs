//! What is never read, never written, never issued.

use edge_session::cookie::Origin;
use edge_session::{Action, Code, Consistency, Error};

use crate::strong::contains;
use crate::world::{Answer, Jar, SHOP, Shows, World};

fn sealed() -> World {
    World::with(Consistency::Strong, |options| options.seal_records = true)
}

#[test]
fn a_sealed_record_holds_no_plain_text_and_is_read_back() {
    let (mut world, mut jar) = (sealed(), Jar::default());
    world.set(&mut jar, "color", "\"crimson\"");
    for text in [b"color".as_slice(), b"crimson", b"shop"] {
        assert!(!contains(world.store.only(), text));
    }
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("\"crimson\""));
    world.set(&mut jar, "color", "\"blue\"");
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("\"blue\""));
}

#[test]
fn a_sealed_record_is_of_no_use_under_another_key() {
    let (mut world, mut mine, mut theirs) = (sealed(), Jar::default(), Jar::default());
    world.set(&mut mine, "color", "1");
    let record = world.store.only().to_vec();
    world.set(&mut theirs, "color", "2");
    world.store.shows = Shows::Bytes(record);
    assert_eq!(world.visit(&mine).get(SHOP, "color").as_deref(), Some("1"));
    assert_eq!(world.try_visit(&theirs).err().map(|error| error.code()), Some(Code::Store));
}

#[test]
fn a_plain_record_is_refused_where_records_are_sealed() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "\"planted\"");
    let mut late = world.visit(&jar);
    world.deploy(&[1], Consistency::Strong, |options| options.seal_records = true);
    let visit = world.visit(&jar);
    assert!(visit.ended && visit.all(SHOP).is_empty());
    late.set(SHOP, "size", "1");
    assert!(matches!(world.commit(&mut jar, &mut late), crate::world::Outcome::Ended));
}

#[test]
fn sealed_records_outlive_the_option_and_a_new_secret() {
    let (mut world, mut jar) = (sealed(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.deploy(&[1], Consistency::Strong, |_| {});
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
    world.deploy(&[2, 1], Consistency::Strong, |options| options.seal_records = true);
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
}

#[test]
fn the_times_of_a_sealed_record_are_known() {
    let (mut world, mut jar) = (sealed(), Jar::default());
    world.set(&mut jar, "color", "1");
    let visit = world.visit(&jar);
    let known = world.sessions.metadata(&visit.session, visit.stored.as_stored(), world.now).unwrap();
    assert_eq!(known.modified, Some(world.now));
}

#[test]
fn every_damage_of_a_sealed_record_is_a_store_error() {
    let (mut world, mut jar) = (sealed(), Jar::default());
    world.set(&mut jar, "color", "1");
    let record = world.store.only().to_vec();
    for at in 0..record.len() {
        let mut damaged = record.clone();
        damaged[at] ^= 1;
        world.store.shows = Shows::Bytes(damaged);
        assert_eq!(world.try_visit(&jar).err().map(|error| error.code()), Some(Code::Store), "byte {at}");
    }
}

#[test]
fn garbage_is_a_store_error_on_every_kind_of_store_and_never_an_empty_session() {
    for (mut world, action) in [(World::strong(), Action::Keep), (World::eventual(), Action::Rotate)] {
        let mut jar = Jar::default();
        world.set(&mut jar, "color", "1");
        let record = world.store.only().to_vec();
        let mut visit = world.visit(&jar);
        visit.action = action;
        visit.set(SHOP, "size", "1");
        for garbage in [
            &b""[..],
            b"\0",
            b"null",
            b"\x80",
            b"{\"color\":1}",
            &record[..record.len() - 1],
            &[&record[..], b"x"].concat(),
        ] {
            world.store.shows = Shows::Bytes(garbage.to_vec());
            visit.stored = Answer::Shown(garbage.to_vec(), 1);
            assert_eq!(code(world.try_visit(&jar)), Code::Store, "{garbage:?}");
            assert_eq!(code(world.plan(&visit)), Code::Store, "{garbage:?}");
        }
    }
}

#[test]
fn another_sessions_record_is_never_shown() {
    let (mut world, mut mine, mut theirs) = (World::strong(), Jar::default(), Jar::default());
    world.set(&mut mine, "color", "1");
    world.store.shows = Shows::Bytes(world.store.only().to_vec());
    world.set(&mut theirs, "color", "2");
    assert_eq!(code(world.try_visit(&theirs)), Code::Store);
}

#[test]
fn a_store_that_fails_is_an_error_and_the_cookie_stays() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "size", "1");
    visit.stored = Answer::Unavailable;
    assert_eq!(code(world.plan(&visit)), Code::Store);
    world.store.shows = Shows::Unavailable;
    assert_eq!(code(world.try_visit(&jar)), Code::Store);
    world.store.shows = Shows::Latest;
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"), "nobody was signed out");
}

#[test]
fn a_session_whose_record_is_gone_from_a_strong_store_is_over() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    let mut late = world.visit(&jar);
    world.store.records.clear();
    assert!(world.visit(&jar).ended);
    late.set(SHOP, "size", "1");
    late.stored = Answer::Missing;
    assert!(matches!(world.commit(&mut jar, &mut late), crate::world::Outcome::Ended), "and is not made again");
}

#[test]
fn a_session_beyond_max_bytes_is_refused_whole_and_the_largest_namespace_named() {
    let mut world = World::with(Consistency::Strong, |options| options.max_bytes = 2048);
    let mut jar = Jar::default();
    world.set(&mut jar, "small", "1");
    let (before, cookie) = (world.store.only().to_vec(), jar.clone());
    let mut visit = world.visit(&jar);
    visit.set("\"photos\"", "portrait", &format!("\"{}\"", "x".repeat(2048)));
    let error = world.try_commit(&mut jar, &mut visit).unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
    assert!(error.message().contains("photos/portrait (") && error.message().contains("2048"), "{error}");
    assert!(!error.message().contains("xxx"), "{error}");
    assert!(world.store.only() == before && jar == cookie);
}

#[test]
fn a_record_of_exactly_max_bytes_is_written() {
    let size = |world: &mut World, length: usize| {
        let mut jar = Jar::default();
        let mut visit = world.visit(&jar);
        visit.set(SHOP, "x", &format!("\"{}\"", "x".repeat(length)));
        world.try_commit(&mut jar, &mut visit).map(|outcome| outcome.written().writes[0].bytes.len())
    };
    let mut world = World::with(Consistency::Strong, |options| options.max_bytes = 2048);
    let rest = 2048 - size(&mut world, 1900).unwrap();
    assert_eq!(size(&mut world, 1900 + rest).unwrap(), 2048);
    assert_eq!(size(&mut world, 1900 + rest + 1).unwrap_err().code(), Code::TooLarge);
}

#[test]
fn no_error_repeats_what_a_session_holds() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "\"crimson\"");
    let text = format!("{:?} {:?}", world.visit(&jar).session, world.random.entropy());
    world.store.shows = Shows::Bytes(b"{\"color\":\"crimson\"}".to_vec());
    let error = world.try_visit(&jar).err().unwrap();
    for secret in ["crimson", jar.token()] {
        assert!(!text.contains(secret) && !error.message().contains(secret));
    }
}

#[test]
fn plain_http_from_elsewhere_is_a_config_error_and_from_here_the_plain_cookie() {
    let mut world = World::strong();
    let mut draw = || Ok(world.random.entropy());
    let error = world.sessions.open("", Origin::RemoteHttp, world.now, &mut draw).unwrap_err();
    assert!(error.code() == Code::Config && error.message().contains("http"), "{error}");
    let mut visit = world.visit(&Jar::default());
    let opened = world.sessions.open("", Origin::LocalHttp, world.now, || Ok(world.random.entropy()));
    visit.session = opened.unwrap().session;
    visit.set(SHOP, "color", "1");
    let cookie = world.commit(&mut Jar::default(), &mut visit).written().cookies.remove(0);
    assert!(cookie.starts_with("session=") && !cookie.contains("Secure"), "{cookie}");
}

fn code<T>(result: Result<T, Error>) -> Code {
    result.err().expect("an error").code()
}
