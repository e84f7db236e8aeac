//! Namespaces whose values have lifetimes of their own.

use edge_session::time::Span;
use edge_session::{Aging, Consistency};

use crate::world::{Jar, Outcome, SHOP, Shows, World};

const IDLE: Span = Span::from_secs(600);
/// A millisecond less.
const ALMOST: Span = Span::from_millis(599_999);
const TICK: Span = Span::from_millis(1);
const OTHER: &str = "\"other\"";

fn worlds(idle: Option<Span>, absolute: Option<Span>) -> [World; 2] {
    [Consistency::Strong, Consistency::Eventual].map(|consistency| {
        World::with(consistency, |options| options.aging = vec![Aging { name: SHOP.into(), idle, absolute }])
    })
}

/// A session with a key in the namespace that ages, and one elsewhere.
fn begun(world: &mut World) -> Jar {
    let mut jar = Jar::default();
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "a", "1");
    visit.set(OTHER, "a", "1");
    world.commit(&mut jar, &mut visit).written();
    jar
}

fn keys(world: &mut World, jar: &Jar) -> (Vec<String>, usize) {
    let visit = world.visit(jar);
    (visit.all(SHOP).into_keys().collect(), visit.all(OTHER).len())
}

#[test]
fn what_nobody_changed_for_the_idle_life_is_gone_and_nothing_else_is() {
    for mut world in worlds(Some(IDLE), None) {
        let jar = begun(&mut world);
        world.pass(ALMOST);
        assert_eq!(keys(&mut world, &jar), (vec!["\"a\"".into()], 1));
        world.pass(TICK);
        assert_eq!(keys(&mut world, &jar), (vec![], 1));
    }
}

#[test]
fn any_change_of_the_namespace_keeps_all_of_it() {
    for mut world in worlds(Some(IDLE), None) {
        let mut jar = begun(&mut world);
        world.pass(ALMOST);
        world.set(&mut jar, "b", "1");
        world.pass(ALMOST);
        assert_eq!(keys(&mut world, &jar).0.len(), 2);
    }
}

#[test]
fn a_value_goes_when_its_absolute_life_is_over_whatever_happens_to_others() {
    for mut world in worlds(None, Some(IDLE)) {
        let mut jar = begun(&mut world);
        world.pass(ALMOST);
        world.set(&mut jar, "b", "1");
        world.pass(TICK);
        assert_eq!(keys(&mut world, &jar).0, ["\"b\""]);
    }
}

#[test]
fn to_look_writes_nothing_and_the_next_change_brings_nothing_of_it_back() {
    for mut world in worlds(Some(IDLE), None) {
        let mut jar = begun(&mut world);
        world.pass(IDLE);
        let mut visit = world.visit(&jar);
        let looked = world.commit(&mut jar, &mut visit);
        assert!(matches!(&looked, Outcome::Nothing) || looked.written().writes.is_empty());
        let commit = world.set(&mut jar, "b", "1").written();
        assert!(!commit.writes.is_empty());
        assert_eq!(keys(&mut world, &jar), (vec!["\"b\"".into()], 1));
    }
}

#[test]
fn it_is_told_which_namespace_it_was_and_for_nothing_that_lives() {
    let [mut world, _] = worlds(Some(IDLE), None);
    let mut jar = begun(&mut world);
    assert!(world.visit(&jar).expired_parts.is_empty());
    world.pass(IDLE);
    assert_eq!(world.visit(&jar).expired_parts, [SHOP]);
    world.set(&mut jar, "b", "1");
    assert!(world.visit(&jar).expired_parts.is_empty());
}

#[test]
fn what_is_over_does_not_keep_the_rest_of_the_namespace_once_it_is_written_down() {
    for mut world in worlds(Some(IDLE), Some(Span::from_secs(700))) {
        let mut jar = begun(&mut world);
        world.pass(Span::from_secs(500));
        world.set(&mut jar, "b", "1").written();
        world.pass(Span::from_secs(220));
        let mut visit = world.visit(&jar);
        visit.set(OTHER, "b", "1");
        world.commit(&mut jar, &mut visit).written();
        assert_eq!(keys(&mut world, &jar).0, ["\"b\""]);
        world.pass(Span::from_secs(380));
        assert!(keys(&mut world, &jar).0.is_empty(), "idle since it was set");
    }
}

#[test]
fn a_deletion_keeps_the_rest_of_the_namespace_also_once_it_leaves_no_trace() {
    for mut world in worlds(Some(Span::from_secs(1_800)), None) {
        let mut jar = begun(&mut world);
        world.set(&mut jar, "b", "1").written();
        world.pass(Span::from_secs(1_000));
        world.remove(&mut jar, "b").written();
        world.pass(Span::from_secs(700));
        let mut visit = world.visit(&jar);
        visit.set(OTHER, "b", "2");
        world.commit(&mut jar, &mut visit).written();
        world.pass(Span::from_secs(300));
        assert!(keys(&mut world, &jar).0.contains(&"\"a\"".to_owned()), "the last change was 1000 s ago");
        world.pass(Span::from_secs(800));
        assert!(keys(&mut world, &jar).0.is_empty());
    }
}

#[test]
fn a_value_set_anew_is_not_lost_where_the_one_before_still_shows_and_is_over() {
    let [_, mut world] = worlds(None, Some(IDLE));
    let mut jar = begun(&mut world);
    let (mut other, before) = (jar.clone(), Shows::Old(world.store.records.clone()));
    world.pass(Span::from_secs(400));
    world.set(&mut jar, "a", "2").written();
    world.store.shows = before;
    world.pass(Span::from_secs(200));
    world.set(&mut other, "b", "1").written();
    world.store.shows = Shows::Latest;
    assert_eq!(world.visit(&jar).get(SHOP, "a").as_deref(), Some("2"));
}
