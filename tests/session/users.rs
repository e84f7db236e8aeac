//! A user's sessions: listed by an index, ended all at once by one write.

use edge_session::index::Entry;
use edge_session::lifetime::Lifetime;
use edge_session::listing::Listed;
use edge_session::plan::Guard;
use edge_session::time::{Span, Timestamp};
use edge_session::user_limit::{SignedIn, UserLimit};
use edge_session::{Action, Code, Consistency, Login, Options, Stored};

use crate::world::{Jar, SHOP, World};

const ANN: &str = "\"ann\"";
const LOGIN: Action<'static> = Action::Login(Login { user: ANN, level: Some("\"2\""), device: Some("\"phone\"") });
const RESOLUTION: Span = Span::from_secs(60);

/// Somebody signed in with these many browsers, a millisecond ago.
fn signed_in(mut world: World, browsers: usize) -> (World, Vec<Jar>) {
    let mut jars = vec![Jar::default(); browsers];
    for jar in &mut jars {
        world.act(jar, LOGIN).written();
    }
    world.pass(Span::from_millis(1));
    (world, jars)
}

fn handle_of(world: &mut World, jar: &Jar) -> String {
    let visit = world.visit(jar);
    world.sessions.metadata(&visit.session, Stored::Missing, world.now).unwrap().handle
}

fn revoke_user(world: &mut World, spared: Option<&str>) {
    let record = world.store.read(&world.sessions.user_keys(ANN)[0].record);
    let before = [record.as_stored()];
    let spared = spared.map(|handle| (handle, &before[..]));
    let writes = world.sessions.revoke_user(ANN, spared, world.now).unwrap();
    assert_eq!(writes.len(), 1, "one write");
    assert_eq!(world.store.write(&writes[0], None), Some(true));
}

fn entries(world: &World) -> Vec<String> {
    let prefix = world.sessions.user_keys(ANN).remove(0).index;
    world.store.records.keys().filter_map(|key| key.strip_prefix(&prefix)).map(String::from).collect()
}

#[test]
fn one_write_ends_all_sessions_of_a_user_and_none_that_begins_later_or_is_another_users() {
    let (mut world, jars) = signed_in(World::strong(), 3);
    let mut other = Jar::default();
    world.act(&mut other, Action::Login(Login { user: "\"bob\"", level: None, device: None })).written();
    revoke_user(&mut world, None);
    let mut later = Jar::default();
    world.act(&mut later, LOGIN).written();
    assert!(jars.iter().all(|jar| world.visit(jar).ended));
    assert!([other, later].iter().all(|jar| !world.visit(jar).ended));
}

#[test]
fn of_more_sessions_than_a_user_may_have_the_oldest_that_live_end_but_for_ones_own() {
    let [now, later] = [10, 11].map(Timestamp::from_millis);
    let at = |handle, ends, since| SignedIn { handle, ends, since: Timestamp::from_millis(since) };
    let never = Timestamp::default();
    let all = [
        at("c", later, 3),
        at("over", now, 1),
        at("a", never, 2),
        at("own", never, 0),
        at("b", later, 2),
        at("unknown", later, 0),
    ];
    for (sessions, ending) in
        [(5, &[][..]), (4, &["unknown"]), (2, &["a", "b", "unknown"]), (1, &["a", "b", "c", "unknown"])]
    {
        let over = UserLimit { sessions, refuses: false }.excess(&all, "own", now).unwrap();
        let mut ended: Vec<_> =
            all.iter().zip(over).filter(|(_, over)| *over).map(|(session, _)| session.handle).collect();
        ended.sort_unstable();
        assert_eq!(ended, ending, "{sessions} sessions");
        let refused = UserLimit { sessions, refuses: true }.excess(&all, "own", now).err().map(|error| error.code());
        assert_eq!(refused, (!ending.is_empty()).then_some(Code::Limit), "{sessions} sessions");
    }
}

#[test]
fn where_ends_are_kept_twice_it_shows_within_a_resolution() {
    let (mut world, jars) = signed_in(World::eventual(), 2);
    revoke_user(&mut world, None);
    world.pass(RESOLUTION);
    assert!(jars.iter().all(|jar| world.visit(jar).ended));
}

#[test]
fn the_session_that_is_spared_stays_also_after_it_gets_a_new_id_and_until_the_next_time() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, mut jars) = signed_in(world, 2);
        let spared = handle_of(&mut world, &jars[0]);
        revoke_user(&mut world, Some(&spared));
        world.pass(RESOLUTION);
        assert!(world.visit(&jars[1]).ended && !world.visit(&jars[0]).ended);
        world.act(&mut jars[0], Action::Rotate).written();
        world.pass(RESOLUTION);
        assert!(!world.visit(&jars[0]).ended);
        revoke_user(&mut world, None);
        assert!(world.visit(&jars[0]).ended);
    }
}

#[test]
fn every_session_of_a_user_has_one_entry_that_says_what_is_known_of_it() {
    let (mut world, mut jars) = signed_in(World::strong(), 2);
    let writes = world.act(&mut jars[0], Action::Rotate).written().writes;
    let metas: Vec<String> = writes.into_iter().filter_map(|write| write.meta).collect();
    let created = jars_created(&mut world, &jars[0]);
    let known = format!(
        r#"{{"created":{created},"ends":{},"since":{created},"authenticated":{created},"level":"2","device":"phone"}}"#,
        created + 86_400_000
    );
    let record = format!(r#"{{"created":{created}}}"#);
    assert_eq!(metas, [record, known, r#"{"over":1}"#.to_string()], "the record's, the new id's, and the old one's");
    for jar in &jars {
        let handle = handle_of(&mut world, jar);
        assert!(entries(&world).contains(&handle));
    }
}

fn jars_created(world: &mut World, jar: &Jar) -> u64 {
    let visit = world.visit(jar);
    world.sessions.metadata(&visit.session, Stored::Missing, world.now).unwrap().created.as_millis()
}

#[test]
fn a_session_is_ended_by_its_handle_and_nothing_buries_that() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, jars) = signed_in(world, 2);
        let handle = handle_of(&mut world, &jars[0]);
        for write in world.sessions.revoke(&handle, Some(ANN), world.now).unwrap() {
            world.store.write(&write, None);
        }
        assert!(world.visit(&jars[0]).ended && !world.visit(&jars[1]).ended);
    }
}

#[test]
fn an_end_by_handle_replaces_the_record_that_was_looked_at_and_no_later_one() {
    let (mut world, mut jars) = signed_in(World::strong(), 1);
    let handle = handle_of(&mut world, &jars[0]);
    let end = world.sessions.revoke(&handle, Some(ANN), world.now).unwrap().remove(0);
    assert_eq!(end.guard, Guard::Unchanged);
    let version = world.store.read(&end.key).version();
    world.act(&mut jars[0], Action::Rotate).written();
    assert_eq!(world.store.write(&end, Some(version)), Some(false));
    assert!(!world.visit(&jars[0]).ended);
}

#[test]
fn a_record_tells_who_is_signed_in_and_a_moved_one_where_to() {
    let (mut world, mut jars) = signed_in(World::strong(), 1);
    let old = handle_of(&mut world, &jars[0]);
    let describe = |world: &mut World, handle: &str| {
        let answer = world.store.read(&format!("s1:{handle}"));
        world.sessions.describe(handle, answer.as_stored(), world.now).unwrap()
    };
    let Listed::Live(described) = describe(&mut world, &old) else { panic!("it lives") };
    assert_eq!((described.user.as_deref(), described.device.as_deref()), (Some(ANN), Some("\"phone\"")));
    world.act(&mut jars[0], Action::Rotate).written();
    let new = handle_of(&mut world, &jars[0]);
    assert_eq!(describe(&mut world, &old), Listed::Moved(new.clone()));
    world.act(&mut jars[0], Action::Logout).written();
    assert_eq!(describe(&mut world, &new), Listed::Over);
}

#[test]
fn an_entry_is_of_a_session_that_lives_on_unless_a_record_of_the_user_says_otherwise() {
    let (mut world, jars) = signed_in(World::strong(), 1);
    let key = world.sessions.user_keys(ANN).remove(0).record;
    let (spared, other) = (handle_of(&mut world, &jars[0]), "A".repeat(43));
    let (before, epoch) = (world.now.before(Span::from_millis(1)), world.now);
    let since = |name: &str, at: Timestamp| format!("{{\"{name}\":{}}}", at.as_millis());
    let living = |world: &World, answer: Stored<'_>, name: &str| -> Result<Vec<bool>, edge_session::Error> {
        let facts = [since(name, before), since(name, before), since(name, epoch), String::new()];
        let handles = [&*spared, &*other, &*other, &*other];
        let entry = |(handle, facts)| Entry { handle, facts, modified: Timestamp::default() };
        let entries: Vec<_> = handles.into_iter().zip(facts.iter().map(|facts| &**facts)).map(entry).collect();
        let epochs = world.sessions.epochs(ANN, &[answer], &[Stored::Missing])?;
        entries.iter().map(|entry| Ok(epochs.living(entry)?.is_some())).collect()
    };
    assert_eq!(living(&world, Stored::Missing, "since").unwrap(), [true; 4]);
    revoke_user(&mut world, Some(&spared));
    let answer = world.store.read(&key);
    let found = living(&world, answer.as_stored(), "since").unwrap();
    assert_eq!(found, [true, false, true, true], "spared, begun before, at the epoch, not known when");
    assert_eq!(living(&world, answer.as_stored(), "created").unwrap(), [true; 4], "that is everybody's");
    for failed in [Stored::Unavailable, Stored::Shown(b"garbage")] {
        assert_eq!(living(&world, failed, "since").unwrap_err().code(), Code::Store);
    }
}

#[test]
fn the_end_of_all_sessions_counts_from_when_each_was_created_or_else_last_written() {
    let world = World::strong();
    let (before, epoch) = (world.now.before(Span::from_millis(1)), world.now);
    let end = world.sessions.revoke_user("", None, epoch).unwrap().remove(0).bytes;
    let handle = &*"A".repeat(43);
    let [old, new] = [before, epoch].map(|at| format!("{{\"created\":{}}}", at.as_millis()));
    for (facts, modified, lives) in [
        (&*old, epoch, false),
        (&*new, before, true),
        ("", before, false),
        ("", epoch, true),
        ("", Timestamp::default(), true),
        (r#"{"over":1}"#, epoch, false),
    ] {
        let entry = Entry { handle, facts, modified };
        let epochs = world.sessions.epochs("", &[], &[Stored::Shown(&end)]).unwrap();
        assert_eq!(epochs.living(&entry).unwrap().is_some(), lives, "{facts} {modified:?}");
    }
}

#[test]
fn who_was_signed_out_everywhere_is_not_spared_by_the_next_time_and_who_was_spared_then_is() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, jars) = signed_in(world, 2);
        let [first, second] = [0, 1].map(|number| handle_of(&mut world, &jars[number]));
        revoke_user(&mut world, Some(&first));
        for (spared, lives) in [(&first, [true, false]), (&second, [false, false]), (&first, [false, false])] {
            world.pass(Span::from_millis(1));
            revoke_user(&mut world, Some(spared));
            world.pass(RESOLUTION);
            assert_eq!([0, 1].map(|number: usize| !world.visit(&jars[number]).ended), lives);
        }
    }
}

#[test]
fn where_it_is_not_known_who_was_signed_out_before_nobody_is_spared() {
    let world = World::strong();
    for before in [Stored::Unavailable, Stored::Shown(b"garbage")] {
        let spared = Some(("A".repeat(43), [before]));
        let spared = spared.as_ref().map(|(handle, before)| (handle.as_str(), &before[..]));
        assert_eq!(world.sessions.revoke_user(ANN, spared, world.now).unwrap_err().code(), Code::Store);
    }
}

#[test]
fn what_is_no_handle_is_told() {
    let world = World::strong();
    for handle in ["", "short", &"x".repeat(44), "a/b+"] {
        let codes = [
            world.sessions.revoke(handle, None, world.now).unwrap_err().code(),
            world.sessions.revoke_user(ANN, Some((handle, &[])), world.now).unwrap_err().code(),
            world.sessions.describe(handle, Stored::Missing, world.now).unwrap_err().code(),
            world.sessions.inspect(handle, Stored::Missing, world.now).unwrap_err().code(),
        ];
        assert_eq!(codes, [Code::Value; 4], "{handle}");
    }
}

#[test]
fn a_session_that_changes_all_the_time_is_looked_up_in_its_users_record_all_the_same() {
    let (mut world, mut jars) = signed_in(World::eventual(), 1);
    revoke_user(&mut world, None);
    let until = world.now.after(RESOLUTION);
    while world.now < until {
        world.set(&mut jars[0], "color", &world.now.as_millis().to_string());
        world.pass(Span::from_secs(20));
    }
    assert!(world.visit(&jars[0]).ended);
}

#[test]
fn a_request_during_which_the_time_comes_does_not_put_off_the_look_at_the_users_record() {
    let (mut world, mut jars) = signed_in(World::eventual(), 1);
    revoke_user(&mut world, None);
    for _ in 0..2 {
        world.pass(Span::from_millis(59_400));
        let mut visit = world.visit(&jars[0]);
        world.pass(Span::from_millis(700));
        world.commit(&mut jars[0], &mut visit);
    }
    assert!(world.visit(&jars[0]).ended);
}

#[test]
fn a_session_without_an_idle_end_is_looked_up_in_its_users_record_too() {
    let endless = |options: &mut Options| options.lifetime = Lifetime::new(None, None, None).unwrap();
    let (mut world, jars) = signed_in(World::with(Consistency::Eventual, endless), 1);
    revoke_user(&mut world, None);
    world.pass(RESOLUTION);
    assert!(world.visit(&jars[0]).ended);
}

#[test]
fn the_session_that_is_spared_may_get_a_new_id_in_the_very_request_that_ends_the_others() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, mut jars) = signed_in(world, 2);
        let spared = handle_of(&mut world, &jars[0]);
        let mut visit = world.visit(&jars[0]);
        revoke_user(&mut world, Some(&spared));
        visit.action = Action::Rotate;
        world.commit(&mut jars[0], &mut visit).written();
        world.pass(RESOLUTION);
        assert!(!world.visit(&jars[0]).ended && world.visit(&jars[1]).ended);
    }
}

#[test]
fn the_old_id_of_the_session_that_is_spared_leads_on_during_its_grace() {
    for world in [World::strong(), World::eventual()] {
        let (mut world, mut jars) = signed_in(world, 1);
        world.pass(RESOLUTION);
        let old = jars[0].clone();
        world.act(&mut jars[0], Action::Rotate).written();
        let spared = handle_of(&mut world, &jars[0]);
        revoke_user(&mut world, Some(&spared));
        assert!(!world.visit(&old).ended);
    }
}

#[test]
fn a_users_record_is_kept_as_long_as_any_session_that_it_ends() {
    for world in [World::strong(), World::eventual()] {
        let (world, _) = signed_in(world, 1);
        let writes = world.sessions.revoke_user(ANN, None, world.now).unwrap();
        assert!(writes[0].expires >= world.now.after(Span::from_days(1)), "while a store fails, tokens go on");
    }
}

#[test]
fn a_request_that_takes_long_does_not_put_off_when_the_session_is_looked_up_again() {
    let mut world = World::with(Consistency::Strong, |options| options.global_epoch = true);
    let mut jar = Jar::default();
    world.set(&mut jar, "color", "1").written();
    world.pass(RESOLUTION);
    let mut visit = world.visit(&jar);
    let end = world.sessions.revoke_user("", None, world.now).unwrap();
    world.store.write(&end[0], None);
    world.pass(RESOLUTION);
    visit.set(SHOP, "color", "2");
    world.commit(&mut jar, &mut visit).written();
    assert!(world.visit(&jar).ended);
}

#[test]
fn no_session_that_changes_rotates_or_signs_in_or_out_all_the_time_outlives_the_end_of_all_sessions() {
    for (store, signed) in [(Consistency::Strong, false), (Consistency::Strong, true), (Consistency::Eventual, true)] {
        for action in [Action::Keep, Action::Rotate, LOGIN, Action::Logout] {
            let mut world = World::with(store, |options| options.global_epoch = true);
            let mut jar = Jar::default();
            world.set(&mut jar, "color", "1").written();
            if signed {
                world.act(&mut jar, LOGIN).written();
            }
            world.pass(Span::from_millis(1));
            let end = world.sessions.revoke_user("", None, world.now).unwrap();
            world.store.write(&end[0], None);
            for second in [20_u8, 40, 60] {
                let mut visit = world.visit(&jar);
                visit.set(SHOP, "color", &second.to_string());
                visit.action = action.clone();
                world.commit(&mut jar, &mut visit);
                world.pass(Span::from_secs(20));
            }
            assert!(world.visit(&jar).ended, "{store:?}, {signed}, {action:?}");
        }
    }
}
