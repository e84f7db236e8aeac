//! When sessions end, to the millisecond, and what moves their end.

use edge_session::lifetime::{End, Lifetime};
use edge_session::time::Span;
use edge_session::{Action, Consistency, Login, Reject};

use crate::world::{Jar, SHOP, START, World};

const LOGIN: Action<'static> = Action::Login(Login { user: "\"ann\"", level: None, device: None });
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
const MINUTE: u64 = 60_000;

fn ms(millis: u64) -> Span {
    Span::from_millis(millis)
}

/// A session made at [`START`], on a store of either kind.
fn begun() -> [(World, Jar); 2] {
    [World::strong(), World::eventual()].map(|mut world| {
        let mut jar = Jar::default();
        world.set(&mut jar, "color", "1");
        (world, jar)
    })
}

/// Visits every half hour until `end`, milliseconds after [`START`].
fn stay(world: &mut World, jar: &mut Jar, end: u64) {
    while world.now.after(ms(HOUR / 2)) < START.after(ms(end)) {
        world.pass(ms(HOUR / 2));
        assert!(world.get(jar, "color").is_some(), "alive {:?}", world.now);
    }
    world.now = START.after(ms(end));
}

#[test]
fn a_session_lives_idle_and_resolution_long_and_not_a_millisecond_longer() {
    for (mut world, jar) in begun() {
        world.pass(ms(HOUR + MINUTE - 1));
        assert_eq!(world.visit(&jar).get(SHOP, "color").as_deref(), Some("1"));
        world.pass(ms(1));
        let visit = world.visit(&jar);
        assert_eq!(visit.reject, Some(Reject::Expired));
        assert!(visit.session.is_fresh() && visit.all(SHOP).is_empty());
        let (handle, end) = visit.expired.unwrap();
        assert!(world.store.records.contains_key(&format!("s1:{handle}")) && end == End::Idle);
    }
}

#[test]
fn an_expired_session_costs_no_read() {
    for (mut world, jar) in begun() {
        world.pass(ms(2 * HOUR));
        let reads = world.store.reads;
        world.visit(&jar);
        assert_eq!(world.store.reads, reads);
    }
}

#[test]
fn a_visit_is_never_forgotten_so_idle_life_is_never_shorter_than_idle() {
    for (mut world, mut jar) in begun() {
        for millis in [MINUTE - 1, HOUR - 1, HOUR, HOUR] {
            world.pass(ms(millis));
            assert!(world.get(&mut jar, "color").is_some());
        }
    }
}

#[test]
fn no_visit_moves_the_absolute_end() {
    for (mut world, mut jar) in begun() {
        stay(&mut world, &mut jar, DAY - 1);
        assert!(world.get(&mut jar, "color").is_some());
        world.pass(ms(1));
        let visit = world.visit(&jar);
        assert_eq!((visit.reject, visit.expired.map(|(_, end)| end)), (Some(Reject::Expired), Some(End::Absolute)));
    }
}

#[test]
fn neither_a_change_nor_a_rotation_moves_the_absolute_end() {
    for (mut world, mut jar) in begun() {
        stay(&mut world, &mut jar, DAY - HOUR);
        for write in world.set(&mut jar, "color", "2").written().writes {
            assert_eq!(write.expires, START.after(ms(DAY)));
        }
        for write in world.act(&mut jar, Action::Rotate).written().writes {
            assert_eq!(write.expires, START.after(ms(DAY)));
        }
        world.now = START.after(ms(DAY));
        assert_eq!(world.visit(&jar).reject, Some(Reject::Expired));
    }
}

#[test]
fn login_and_logout_begin_both_lifetimes_anew() {
    for action in [LOGIN, Action::Logout] {
        for (mut world, mut jar) in begun() {
            stay(&mut world, &mut jar, DAY - HOUR);
            let writes = world.act(&mut jar, action.clone()).written().writes;
            let (new, old) = (&writes[0], &writes[1]);
            assert_eq!((new.expires, old.expires), (START.after(ms(2 * DAY - HOUR)), START.after(ms(DAY))));
            stay(&mut world, &mut jar, 2 * DAY - HOUR - 1);
            assert!(world.get(&mut jar, "color").is_some());
            world.pass(ms(1));
            assert_eq!(world.visit(&jar).reject, Some(Reject::Expired), "{action:?}");
        }
    }
}

#[test]
fn a_record_past_its_expiry_is_never_served_swept_or_not() {
    let mut world = World::with(Consistency::Strong, |options| {
        options.lifetime = Lifetime::new(Some(ms(HOUR)), Some(ms(HOUR)), None).unwrap();
    });
    let mut jar = Jar::default();
    world.set(&mut jar, "color", "1");
    // A later release allows a day; the record was written for an hour.
    world.deploy(&[1], Consistency::Strong, |_| {});
    world.pass(ms(HOUR - 1));
    assert!(!world.visit(&jar).ended);
    world.pass(ms(1));
    let visit = world.visit(&jar);
    assert!(visit.ended && visit.all(SHOP).is_empty());
}

#[test]
fn without_an_absolute_end_a_visit_renews_the_lease_when_half_of_it_is_used() {
    let idle = Some(Span::from_days(7));
    for consistency in [Consistency::Strong, Consistency::Eventual] {
        let mut world = World::with(consistency, |options| options.lifetime = Lifetime::new(idle, None, None).unwrap());
        let mut jar = Jar::default();
        let first = world.set(&mut jar, "color", "1").written();
        assert_eq!(first.writes[0].expires, START.after(Span::from_days(30)));
        for days in [5, 5, 5] {
            world.pass(Span::from_days(days));
            assert!(world.act(&mut jar, Action::Keep).written().writes.is_empty(), "a read is a read");
        }
        world.pass(ms(1));
        assert!(world.visit(&jar).due);
        let renewal = world.act(&mut jar, Action::Keep).written();
        assert_eq!(renewal.writes[0].expires, START.after(Span::from_days(45)).after(ms(1)));
        assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
    }
}

#[test]
fn a_renewed_lease_is_no_change_of_the_session() {
    let mut world = World::with(Consistency::Strong, |options| {
        options.lifetime = Lifetime::new(Some(Span::from_days(7)), None, None).unwrap();
    });
    let mut jar = Jar::default();
    world.set(&mut jar, "color", "1");
    for _ in 0..3 {
        world.pass(Span::from_days(6));
        world.get(&mut jar, "color");
    }
    assert_eq!(world.store.writes, 2, "the lease was renewed");
    let visit = world.visit(&jar);
    let known = world.sessions.metadata(&visit.session, visit.stored.as_stored(), world.now).unwrap();
    assert_eq!(known.modified, Some(START));
}

#[test]
fn a_session_that_never_ends_outlives_every_lease() {
    let mut world =
        World::with(Consistency::Strong, |options| options.lifetime = Lifetime::new(None, None, None).unwrap());
    let mut jar = Jar::default();
    world.set(&mut jar, "color", "1");
    for _ in 0..10 {
        world.pass(Span::from_days(199));
        assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
    }
}

#[test]
fn a_persistent_cookie_lasts_as_long_as_the_session() {
    let mut world = World::with(Consistency::Strong, |options| options.cookie.persist = true);
    let mut jar = Jar::default();
    let cookie = world.set(&mut jar, "color", "1").written().cookies.remove(0);
    assert!(cookie.contains("; Max-Age=3660;"), "{cookie}");
    stay(&mut world, &mut jar, DAY - HOUR / 2 - 1500);
    let cookie = world.act(&mut jar, Action::Keep).written().cookies.remove(0);
    assert!(cookie.contains("; Max-Age=1802;"), "half an hour and 1.5 seconds, rounded up: {cookie}");
}
