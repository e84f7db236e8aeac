//! What a process wrote itself a moment ago, and the store may not show yet.

use edge_session::record::Record;
use edge_session::time::Span;
use edge_session::{Action, Code};

use crate::strong::owner;
use crate::world::{Jar, SHOP, Shows, Visit, World};

/// A session with `color`; a request of the same browser that began before changed `size`. Returns the record it wrote.
fn begun() -> (World, Jar, Vec<u8>) {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.set(&mut jar, "color", "1");
    let shown = world.store.records.clone();
    let written = world.set(&mut jar.clone(), "size", "2").written().writes[0].bytes.clone();
    world.store.shows = Shows::Old(shown);
    (world, jar, written)
}

fn visit(world: &mut World, jar: &Jar, recent: &[u8]) -> Visit {
    world.try_visit_with(jar, Some(recent)).expect("the store answers")
}

#[test]
fn a_process_sees_what_it_wrote_itself_at_once() {
    let (mut world, jar, written) = begun();
    assert_eq!(world.visit(&jar).get(SHOP, "size"), None, "another process cannot know");
    let visit = visit(&mut world, &jar, &written);
    assert_eq!((visit.get(SHOP, "size").as_deref(), visit.stale), (Some("2"), false));
}

#[test]
fn what_a_process_wrote_is_put_again_where_another_process_put_over_it() {
    let (mut world, mut jar, written) = begun();
    let mut other = world.visit(&jar);
    other.set(SHOP, "weight", "3");
    world.commit(&mut jar.clone(), &mut other).written();
    world.store.shows = Shows::Latest;
    assert_eq!(world.visit(&jar).get(SHOP, "size"), None, "put over");
    let mut visit = visit(&mut world, &jar, &written);
    visit.set(SHOP, "price", "4");
    world.commit(&mut jar, &mut visit).written();
    assert_eq!(world.visit(&Jar::of(&jar.header())).all(SHOP).len(), 4);
}

#[test]
fn what_was_deleted_stays_so_where_the_process_wrote_without_its_trace_and_the_store_shows_the_time_before() {
    let (mut world, mut jar, _) = begun();
    world.store.shows = Shows::Latest;
    let before = world.store.records.clone();
    let mut visit = world.visit(&jar);
    visit.remove(SHOP, "color");
    world.commit(&mut jar, &mut visit).written();
    world.pass(Span::from_secs(601));
    world.get(&mut jar, "size"); // from here on the cookie does not carry it either
    let collected = world.set(&mut jar, "weight", "3").written().writes[0].bytes.clone();
    world.store.shows = Shows::Old(before);
    let mut late = world.try_visit_with(&jar, Some(&collected)).expect("the store answers");
    assert_eq!((late.get(SHOP, "color"), late.get(SHOP, "weight").as_deref(), late.stale), (None, Some("3"), false));
    late.set(SHOP, "price", "4");
    world.commit(&mut jar, &mut late).written();
    world.store.shows = Shows::Latest;
    assert_eq!(world.visit(&jar).get(SHOP, "color"), None, "and it is not put again");
}

#[test]
fn an_end_that_a_process_wrote_counts_at_once() {
    let (mut world, jar, _) = begun();
    let commit = world.act(&mut jar.clone(), Action::Destroy).written();
    assert!(!world.visit(&jar).ended, "the store does not show it yet");
    assert!(visit(&mut world, &jar, &commit.writes[0].bytes).ended);
}

#[test]
fn a_rotation_that_a_process_wrote_leads_on_at_once_and_ends_the_old_id_after_the_grace() {
    let (mut world, jar, _) = begun();
    let commit = world.act(&mut jar.clone(), Action::Rotate).written();
    let moved = &commit.writes[1].bytes;
    world.store.shows = Shows::Old(
        [world.store.records[&commit.writes[0].key].clone()]
            .map(|record| (commit.writes[0].key.clone(), record))
            .into(),
    );
    assert_eq!(visit(&mut world, &jar, moved).session.to_bytes()[3..35], owner(&commit.writes[0].key));
    world.pass(Span::from_secs(10));
    assert!(visit(&mut world, &jar, moved).ended);
}

#[test]
fn what_is_no_record_of_this_session_is_a_store_error() {
    let (mut world, jar, written) = begun();
    let foreign = Record::Ended.encode(&[7; 32]);
    for recent in [&b"garbage"[..], &foreign, &written[..written.len() - 1]] {
        assert_eq!(world.try_visit_with(&jar, Some(recent)).err().unwrap().code(), Code::Store);
    }
}
