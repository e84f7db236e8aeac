//! Looked at from outside: what is shown of a session to who has its handle and the secrets.

use edge_session::listing::Listed;
use edge_session::record::Live;
use edge_session::time::Span;
use edge_session::{Action, Aging, Consistency, Stored};

use crate::world::{Jar, SHOP, World};

const IDLE: Span = Span::from_secs(600);

/// A session with a value; and its handle.
fn begun(world: &mut World) -> (Jar, String) {
    let mut jar = Jar::default();
    world.set(&mut jar, "color", "\"crimson\"");
    let visit = world.visit(&jar);
    let handle = world.sessions.metadata(&visit.session, Stored::Missing, world.now).unwrap().handle;
    (jar, handle)
}

/// What the handle leads to, and the text of the shop's namespace.
fn inspected(world: &mut World, handle: &str) -> (Listed, Option<String>) {
    let answer = world.store.read(&format!("s1:{handle}"));
    let (listed, record) = world.sessions.inspect(handle, answer.as_stored(), world.now).unwrap();
    let texts = Live::texts(&record).unwrap_or_default();
    let text = texts.into_iter().find(|text| text.name == SHOP).map(|text| record[text.range].to_vec());
    (listed, text.map(|text| String::from_utf8(text).unwrap()))
}

#[test]
fn values_are_shown_of_plain_and_of_sealed_records() {
    for seal_records in [false, true] {
        let mut world = World::with(Consistency::Strong, |options| options.seal_records = seal_records);
        let (_, handle) = begun(&mut world);
        let (listed, text) = inspected(&mut world, &handle);
        assert!(matches!(listed, Listed::Live(_)));
        assert_eq!(text.as_deref(), Some(r#"{"color":"crimson"}"#));
    }
}

#[test]
fn what_is_over_is_shown_no_more_than_to_its_visitor() {
    let mut world = World::with(Consistency::Strong, |options| {
        options.aging = vec![Aging { name: SHOP.into(), idle: Some(IDLE), absolute: None }];
    });
    let (_, handle) = begun(&mut world);
    world.pass(Span::from_millis(599_999));
    assert_eq!(inspected(&mut world, &handle).1.as_deref(), Some(r#"{"color":"crimson"}"#));
    world.pass(Span::from_millis(1));
    let (listed, text) = inspected(&mut world, &handle);
    assert!(matches!(listed, Listed::Live(_)) && text.as_deref() == Some("{}"), "{text:?}");
}

#[test]
fn nothing_is_shown_of_a_session_that_moved_ended_or_expired() {
    let mut world = World::strong();
    let ((mut jar, old), (_, late)) = (begun(&mut world), begun(&mut world));
    world.act(&mut jar, Action::Rotate).written();
    let (listed, text) = inspected(&mut world, &old);
    assert!(matches!(listed, Listed::Moved(_)) && text.is_none());
    world.act(&mut jar, Action::Destroy).written();
    let Listed::Moved(new) = listed else { unreachable!() };
    assert_eq!(inspected(&mut world, &new), (Listed::Over, None));
    world.pass(Span::from_days(1));
    assert_eq!(inspected(&mut world, &late), (Listed::Over, None));
}

#[test]
fn a_plain_record_is_nothing_where_records_are_sealed() {
    let mut world = World::strong();
    let (_, handle) = begun(&mut world);
    world.deploy(&[1], Consistency::Strong, |options| options.seal_records = true);
    assert_eq!(inspected(&mut world, &handle), (Listed::Over, None));
}
