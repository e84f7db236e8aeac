//! The end of a signed-in session, kept where saves never write.

use edge_session::time::Span;
use edge_session::{Action, Code, Login};

use crate::world::{Answer, Jar, SHOP, Shows, World};

const LOGIN: Action<'static> = Action::Login(Login { user: "\"ann\"", level: None, device: None });
const ENDS: [Action<'static>; 4] = [Action::Logout, Action::Destroy, Action::Rotate, LOGIN];

/// A signed-in session that ended, over whose record a place that had not seen the end put a save.
fn buried(end: Action<'static>) -> (World, Jar) {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.act(&mut jar, LOGIN).written();
    let alive = world.store.records.clone();
    let (old, mut late) = (jar.clone(), jar.clone());
    world.act(&mut jar, end).written();
    let ends = world.store.records.clone();
    world.store.shows = Shows::Old(alive);
    world.set(&mut late, "color", "1").written();
    world.store.shows = Shows::Latest;
    assert_ne!(world.store.records, ends, "the save was put");
    world.pass(Span::from_secs(10));
    (world, old)
}

fn forget_ends(world: &mut World) {
    world.store.records.retain(|key, _| !key.starts_with("e1:"));
}

#[test]
fn a_save_from_a_place_that_has_not_seen_an_end_does_not_undo_it() {
    for end in ENDS {
        let (mut world, old) = buried(end.clone());
        assert!(world.visit(&old).ended, "{end:?}");
        forget_ends(&mut world);
        assert!(!world.visit(&old).ended, "{end:?}: nothing was buried");
    }
}

#[test]
fn a_save_after_the_end_is_told_that_the_session_is_over() {
    for end in [Action::Logout, Action::Destroy, LOGIN] {
        let (mut world, mut jar) = (World::eventual(), Jar::default());
        world.act(&mut jar, LOGIN).written();
        let alive = world.store.records.clone();
        let mut late = world.visit(&jar);
        world.act(&mut jar.clone(), end.clone()).written();
        // The session's own record is not shown yet, its end is.
        let ends = world.store.records.iter().filter(|(key, _)| key.starts_with("e1:"));
        world.store.shows = Shows::Old(alive.into_iter().chain(ends.map(|(k, v)| (k.clone(), v.clone()))).collect());
        world.pass(Span::from_secs(1));
        late.set(SHOP, "color", "1");
        assert!(matches!(world.commit(&mut jar, &mut late), crate::world::Outcome::Ended), "{end:?}");
    }
}

#[test]
fn a_rotated_id_leads_on_during_its_grace() {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.act(&mut jar, LOGIN).written();
    let old = jar.clone();
    world.act(&mut jar, Action::Rotate).written();
    world.pass(Span::from_millis(9_999));
    assert!(!world.visit(&old).ended);
}

#[test]
fn ends_put_at_two_places_at_once_do_not_bury_each_other() {
    let (mut world, mut phone, mut laptop) = (World::eventual(), Jar::default(), Jar::default());
    let mut keys = Vec::new();
    for jar in [&mut phone, &mut laptop] {
        world.act(jar, LOGIN).written();
        let writes = world.act(&mut jar.clone(), Action::Logout).written().writes;
        keys.extend(writes.into_iter().map(|write| write.key).filter(|key| key.starts_with("e1:")));
    }
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
    assert!(world.visit(&phone).ended && world.visit(&laptop).ended);
}

#[test]
fn a_visitor_who_is_not_signed_in_reads_one_record_and_keeps_no_end_twice() {
    for end in ENDS {
        let (mut world, mut jar) = (World::eventual(), Jar::default());
        world.set(&mut jar, "color", "1");
        let reads = world.store.reads;
        world.visit(&jar);
        assert_eq!(world.store.reads, reads + 1);
        let keys: Vec<String> = world.act(&mut jar, end).written().writes.into_iter().map(|write| write.key).collect();
        let kept: Vec<&String> = keys.iter().filter(|key| !key.starts_with("s1:")).collect();
        // Who signs in gets an entry in the index, under the new id.
        assert!(kept.iter().all(|key| key.starts_with("i1:")) && kept.len() <= 1, "{keys:?}");
    }
}

#[test]
fn a_signed_in_visitor_reads_two_records_and_after_signing_out_one() {
    for mut world in [World::eventual(), World::strong()] {
        let mut jar = Jar::default();
        for (action, reads) in [(LOGIN, 2), (Action::Rotate, 2), (Action::Logout, 1)] {
            world.act(&mut jar, action.clone()).written();
            let before = world.store.reads;
            world.visit(&jar);
            assert_eq!(world.store.reads - before, reads, "{action:?}");
        }
    }
}

#[test]
fn where_ends_are_kept_twice_the_user_is_looked_for_when_the_token_is_due_to_be_refreshed_and_no_earlier() {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.act(&mut jar, LOGIN).written();
    for (passes, reads) in [(Span::from_millis(59_999), 2), (Span::from_millis(1), 3)] {
        world.pass(passes);
        let before = world.store.reads;
        world.visit(&jar);
        assert_eq!(world.store.reads - before, reads);
    }
}

#[test]
fn a_strong_store_keeps_no_end_twice() {
    for end in ENDS {
        let (mut world, mut jar) = (World::strong(), Jar::default());
        world.act(&mut jar, LOGIN).written();
        world.act(&mut jar, end).written();
        assert!(!world.store.records.keys().any(|key| key.starts_with("e1:")));
    }
}

#[test]
fn where_the_ends_are_missing_or_cannot_be_read_the_session_goes_on_and_garbage_is_a_store_error() {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.act(&mut jar, LOGIN).written();
    let mut visit = world.visit(&jar);
    let mut load = |end: Answer| {
        (visit.end, visit.epochs) = (end.clone(), vec![end]);
        world.sessions.load(&visit.session, &visit.known(), world.now, || Ok(world.random.entropy())).map(drop)
    };
    assert!(load(Answer::Missing).is_ok() && load(Answer::Unavailable).is_ok());
    assert_eq!(load(Answer::Shown(b"garbage".to_vec(), 1)).unwrap_err().code(), Code::Store);
}
