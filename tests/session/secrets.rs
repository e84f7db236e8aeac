//! A new secret: what was written by somebody who does not know it yet holds all the same.

use edge_session::time::Span;
use edge_session::{Action, Consistency, Login, Options};

use crate::world::{Jar, Shows, World};

const ANN: &str = "\"ann\"";
const LOGIN: Action<'static> = Action::Login(Login { user: ANN, level: None, device: None });
const RESOLUTION: Span = Span::from_secs(60);
const A_QUARTER: Span = Span::from_secs(900);

fn heeds_everybody(options: &mut Options) {
    options.global_epoch = true;
}

/// A session that got its id from a new secret, after an end of all of `user`'s was written under the one before, which shows
/// only now.
fn led_past_an_end(consistency: Consistency, user: &str, action: Action<'static>) -> (World, Jar) {
    let (mut world, mut jar) = (World::with(consistency, heeds_everybody), Jar::default());
    world.act(&mut jar, LOGIN).written();
    world.pass(Span::from_millis(1));
    let before = world.store.records.clone();
    let ends = world.sessions.revoke_user(user, None, world.now).unwrap();
    world.deploy(&[2, 1], consistency, heeds_everybody);
    world.act(&mut jar, action).written();
    assert!(ends.iter().all(|end| !before.contains_key(&end.key) && world.store.write(end, None) == Some(true)));
    (world, jar)
}

#[test]
fn an_end_under_the_secret_before_reaches_the_id_of_the_new_one() {
    for consistency in [Consistency::Eventual, Consistency::Strong] {
        for (user, action) in [("", Action::Rotate), ("", LOGIN), ("", Action::Logout), (ANN, Action::Rotate)] {
            let (mut world, jar) = led_past_an_end(consistency, user, action.clone());
            world.pass(RESOLUTION);
            assert!(world.visit(&jar).ended, "{consistency:?} {user} {action:?}");
        }
    }
}

#[test]
fn what_ends_a_users_sessions_does_not_end_that_of_another_who_signed_in_there_since() {
    for action in [Action::Login(Login { user: "\"bob\"", level: None, device: None }), Action::Logout] {
        let (mut world, mut jar) = (World::with(Consistency::Eventual, heeds_everybody), Jar::default());
        world.act(&mut jar, LOGIN).written();
        world.deploy(&[2, 1], Consistency::Eventual, heeds_everybody);
        world.act(&mut jar, action).written();
        world.pass(Span::from_millis(1));
        for end in world.sessions.revoke_user(ANN, None, world.now).unwrap() {
            world.store.write(&end, None);
        }
        world.pass(RESOLUTION);
        assert!(!world.visit(&jar).ended);
    }
}

#[test]
fn the_secret_before_is_asked_for_no_longer_than_a_store_may_be_behind() {
    let (mut world, mut jar) = (World::with(Consistency::Eventual, heeds_everybody), Jar::default());
    world.act(&mut jar, LOGIN).written();
    world.deploy(&[2, 1], Consistency::Eventual, heeds_everybody);
    world.act(&mut jar, Action::Rotate).written();
    for (later, reads) in [(RESOLUTION, 6), (A_QUARTER, 6), (RESOLUTION, 4)] {
        world.pass(later);
        let before = world.store.reads;
        world.act(&mut jar, Action::Keep);
        assert_eq!(world.store.reads - before, reads, "the session, its end, its user and everybody");
    }
}

#[test]
fn where_one_secret_follows_another_the_token_still_fits() {
    for shows in [Shows::Latest, Shows::Old(Default::default())] {
        let budgeted = |options: &mut Options| (options.budget, options.global_epoch) = (500, true);
        let (mut world, mut jar) = (World::with(Consistency::Eventual, budgeted), Jar::default());
        world.act(&mut jar, LOGIN).written();
        world.store.shows = shows;
        world.deploy(&[2, 1], Consistency::Eventual, budgeted);
        let mut visit = world.visit(&jar);
        (0..9).for_each(|key: u8| visit.set("\"shop\"", &key.to_string(), "\"about as long as most are\""));
        visit.action = Action::Rotate;
        let commit = world.commit(&mut jar, &mut visit).written();
        assert!(commit.cookies[0].split(';').next().unwrap().len() <= 500, "{}", commit.cookies[0]);
    }
}
