//! Tokens for forms: made for one session, and worth nothing in another.

use edge_session::{Action, Consistency, Login};

use crate::world::{Jar, World};

const ADA: Login<'static> = Login { user: "\"ada\"", level: None, device: None };

fn token(world: &mut World, jar: &Jar) -> String {
    let session = world.visit(jar).session;
    world.sessions.csrf_token(&session, &world.random.entropy()).unwrap()
}

fn verifies(world: &mut World, jar: &Jar, token: &str) -> bool {
    let session = world.visit(jar).session;
    world.sessions.verify_csrf(&session, token).unwrap()
}

#[test]
fn a_token_is_another_text_each_time_and_all_are_good_for_their_session_alone() {
    for mut world in [World::strong(), World::eventual()] {
        let (mut mine, mut other) = (Jar::default(), Jar::default());
        world.set(&mut mine, "a", "1");
        world.set(&mut other, "a", "1");
        let [first, second] = [0, 1].map(|_| token(&mut world, &mine));
        assert!(first != second && first.len() == 64);
        assert!(verifies(&mut world, &mine, &first) && verifies(&mut world, &mine, &second));
        assert!(!verifies(&mut world, &other, &first) && !verifies(&mut world, &Jar::default(), &first));
    }
}

#[test]
fn signing_in_and_out_and_rotating_make_earlier_tokens_worthless() {
    for action in [Action::Login(ADA), Action::Logout, Action::Rotate] {
        let mut world = World::strong();
        let mut jar = Jar::default();
        world.set(&mut jar, "a", "1");
        let before = token(&mut world, &jar);
        world.act(&mut jar, action.clone());
        assert!(!verifies(&mut world, &jar, &before), "{action:?}");
        let after = token(&mut world, &jar);
        assert!(verifies(&mut world, &jar, &after), "{action:?}");
    }
}

#[test]
fn a_token_that_was_changed_anywhere_is_none() {
    let mut world = World::strong();
    let mut jar = Jar::default();
    world.set(&mut jar, "a", "1");
    let good = token(&mut world, &jar);
    for at in 0..good.len() {
        let mut bad = good.clone().into_bytes();
        bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
        assert!(!verifies(&mut world, &jar, core::str::from_utf8(&bad).unwrap()), "letter {at}");
        assert!(!verifies(&mut world, &jar, &good[..at]), "{at} letters");
    }
    for bad in ["", " ", "ü", &good.repeat(2), &format!("{good}A")] {
        assert!(!verifies(&mut world, &jar, bad), "{bad:?}");
    }
}

#[test]
fn a_secret_that_was_changed_keeps_the_tokens_of_sessions_that_began_before() {
    let mut world = World::strong();
    let mut jar = Jar::default();
    world.set(&mut jar, "a", "1");
    let before = token(&mut world, &jar);
    world.deploy(&[2, 1], Consistency::Strong, |_| {});
    assert!(verifies(&mut world, &jar, &before));
}

#[test]
fn a_visitor_who_gets_a_form_gets_a_session_that_holds_nothing_yet() {
    for mut world in [World::strong(), World::eventual()] {
        let mut jar = Jar::default();
        let mut visit = world.visit(&jar);
        let token = world.sessions.csrf_token(&visit.session, &world.random.entropy()).unwrap();
        visit.action = Action::Start;
        assert!(world.commit(&mut jar, &mut visit).written().writes.len() == 1 && !jar.is_empty());
        assert!(verifies(&mut world, &jar, &token));
        let mut again = world.visit(&jar);
        again.action = Action::Start;
        assert!(matches!(world.commit(&mut jar, &mut again), crate::world::Outcome::Nothing), "it is there already");
    }
}
