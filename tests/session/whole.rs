//! Without a store: what holds all the same, what does not, and how much there is room for.

use edge_session::cookie::Origin;
use edge_session::lifetime::End;
use edge_session::time::Span;
use edge_session::{Action, Code, Consistency, Login, Reject, Stored};

use crate::world::{Jar, Outcome, SHOP, World};

const ADA: Action<'static> = Action::Login(Login { user: "\"ada\"", level: None, device: None });

/// A visitor with a value of so many letters.
fn filled(world: &mut World, letters: usize) -> Jar {
    let mut jar = Jar::default();
    world.set(&mut jar, "text", &text(letters)).written();
    jar
}

fn text(letters: usize) -> String {
    format!("\"{}\"", "x".repeat(letters))
}

#[test]
fn a_session_of_every_size_comes_back_or_is_refused_from_one_size_on() {
    let budget = 400;
    let mut world = World::with(Consistency::None, |options| options.budget = budget);
    let mut most = 1;
    for letters in 0..1_000 {
        let (mut jar, mut visit) = (Jar::default(), world.visit(&Jar::default()));
        visit.set(SHOP, "text", &text(letters));
        if let Err(error) = world.try_commit(&mut jar, &mut visit) {
            assert_eq!(error.code(), Code::TooLarge);
            assert!(error.message().contains("what its cookies hold (766); the largest are shop/text ("), "{error}");
            assert!(most == 3 && letters > 650, "{letters} letters are refused, {most} cookies were taken");
            return;
        }
        let cookies = jar.pairs().len();
        assert!((most..=3).contains(&cookies), "{cookies} cookies for {letters} letters");
        assert!(jar.pairs().iter().all(|pair| pair.len() <= budget + "__Host-session=".len()), "{letters} letters");
        assert_eq!(world.get(&mut jar, "text"), Some(text(letters)));
        most = cookies;
    }
    panic!("nothing is too large");
}

#[test]
fn the_defaults_hold_8_kb_in_three_cookies_that_leave_a_server_room_for_other_headers() {
    let mut world = World::whole();
    let mut jar = filled(&mut world, 8_300);
    assert_eq!(jar.pairs().len(), 3);
    assert!(jar.header().len() < 12_000, "{} bytes", jar.header().len());
    assert!(jar.pairs().iter().all(|pair| pair.len() <= 4_096));
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "more", &text(200));
    let before = jar.clone();
    assert_eq!(world.try_commit(&mut jar, &mut visit).unwrap_err().code(), Code::TooLarge);
    assert_eq!(jar, before);
}

#[test]
fn the_longest_name_and_the_largest_budget_still_make_cookies_that_a_browser_keeps() {
    let mut world = World::with(Consistency::None, |options| {
        (options.budget, options.cookie.name) = (4_000, "n".repeat(96));
    });
    let mut jar = filled(&mut world, 8_700);
    assert_eq!(jar.pairs().len(), 3);
    assert!(jar.pairs().iter().all(|pair| pair.len() <= 4_097), "name, `=` and value");
    assert_eq!(world.get(&mut jar, "text"), Some(text(8_700)));
}

#[test]
fn the_option_for_the_largest_session_holds_as_well() {
    let mut world = World::with(Consistency::None, |options| options.max_bytes = 1_024);
    let mut visit = world.visit(&Jar::default());
    visit.set(SHOP, "text", &text(1_024));
    let error = world.try_commit(&mut Jar::default(), &mut visit).unwrap_err();
    assert!(error.code() == Code::TooLarge && error.message().contains("maxBytes (1024)"), "{error}");
}

#[test]
fn nothing_is_ever_written() {
    let (mut world, mut jar) = (World::whole(), Jar::default());
    world.set(&mut jar, "color", "1");
    for action in [ADA, Action::Rotate, Action::Logout, Action::Destroy] {
        let commit = world.act(&mut jar, action).written();
        assert!(commit.writes.is_empty() && !commit.cookies.is_empty());
    }
    assert_eq!((world.store.writes, jar.is_empty()), (0, true));
}

#[test]
fn values_are_set_changed_and_deleted_as_with_a_store_and_what_is_gone_takes_no_room() {
    let (mut world, mut jar) = (World::whole(), Jar::default());
    world.set(&mut jar, "color", "\"red\"");
    let (small, handle) = (jar.token().len(), handle(&world, &jar));
    world.set(&mut jar, "size", "2");
    world.set(&mut jar, "color", "\"blue\"");
    assert_eq!(
        (world.get(&mut jar, "color"), world.get(&mut jar, "size")),
        (Some("\"blue\"".into()), Some("2".into()))
    );
    world.remove(&mut jar, "color");
    world.remove(&mut jar, "size");
    assert_eq!((world.get(&mut jar, "color"), world.get(&mut jar, "size")), (None, None));
    assert!(jar.token().len() < small, "a deleted value leaves a trace");
    world.set(&mut jar, "color", "\"red\"");
    assert_eq!(self::handle(&world, &jar), handle, "it is still the same session");
}

#[test]
fn a_request_that_changes_nothing_sends_nothing_but_a_refresh_once_per_resolution() {
    let (mut world, mut jar) = (World::whole(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.pass(Span::from_secs(59));
    assert!(matches!(world.set(&mut jar, "color", "1"), Outcome::Nothing));
    world.pass(Span::from_secs(1));
    assert_eq!(world.act(&mut jar, Action::Keep).written().cookies.len(), 1);
    world.pass(Span::from_secs(3600)); // older than any store's horizon
    assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
    assert!(matches!(world.act(&mut jar, Action::Keep), Outcome::Nothing));
}

#[test]
fn both_lifetimes_end_it() {
    for (steps, end) in [([1, 3660], End::Idle), ([3600, 82_800], End::Absolute)] {
        let (mut world, mut jar) = (World::whole(), Jar::default());
        world.set(&mut jar, "color", "1");
        for step in steps {
            for _ in 0..step / 1800 {
                world.pass(Span::from_secs(1800));
                if end == End::Absolute {
                    world.act(&mut jar, Action::Keep);
                }
            }
            world.pass(Span::from_secs(step % 1800));
        }
        let visit = world.visit(&jar);
        assert_eq!((visit.reject, visit.expired.map(|(_, end)| end)), (Some(Reject::Expired), Some(end)));
    }
}

#[test]
fn signing_in_and_out_changes_the_id_and_keeps_the_values() {
    let (mut world, mut jar) = (World::whole(), Jar::default());
    world.set(&mut jar, "color", "1");
    let mut handles = vec![handle(&world, &jar)];
    for (action, user) in [(ADA, Some("\"ada\"")), (Action::Rotate, Some("\"ada\"")), (Action::Logout, None)] {
        world.act(&mut jar, action);
        let visit = world.visit(&jar);
        assert_eq!((visit.user().as_deref(), visit.get(SHOP, "color").as_deref()), (user, Some("1")));
        handles.push(handle(&world, &jar));
    }
    handles.sort();
    handles.dedup();
    assert_eq!(handles.len(), 4);
}

#[test]
fn what_nobody_remembers_nobody_can_take_back() {
    let (mut world, mut jar) = (World::whole(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.act(&mut jar, ADA);
    let stolen = jar.clone();
    world.act(&mut jar, Action::Destroy);
    assert!(jar.is_empty());
    assert_eq!(world.visit(&stolen).user().as_deref(), Some("\"ada\""));
}

#[test]
fn the_last_change_is_told_by_the_cookie_itself_deletions_too() {
    let (mut world, mut jar) = (World::whole(), Jar::default());
    let start = world.now;
    world.set(&mut jar, "color", "1");
    world.pass(Span::from_secs(600));
    world.act(&mut jar, Action::Keep);
    assert_eq!(modified(&mut world, &jar), Some(start));
    world.remove(&mut jar, "color");
    world.pass(Span::from_secs(600));
    assert_eq!(modified(&mut world, &jar), Some(start.after(Span::from_secs(600))));
}

#[test]
fn a_token_that_belongs_to_a_record_never_passes_for_a_whole_session_and_none_for_such_a_token() {
    for consistency in [Consistency::Strong, Consistency::Eventual] {
        let (mut world, mut jar) = (World::with(consistency, |_| {}), Jar::default());
        world.set(&mut jar, "color", "1");
        world.deploy(&[1], Consistency::None, |_| {});
        assert_eq!(world.visit(&jar).reject, Some(Reject::Forged));
        let jar = filled(&mut world, 10);
        let long = filled(&mut world, 6_000);
        world.deploy(&[1], consistency, |_| {});
        assert_eq!(world.visit(&jar).reject, Some(Reject::Forged));
        let refused = world.visit(&long).reject;
        assert!(matches!(refused, Some(Reject::UnknownVersion | Reject::Malformed)), "{refused:?}");
    }
}

#[test]
fn an_old_secret_opens_all_of_it_and_it_is_sealed_anew() {
    let mut world = World::whole();
    let mut jar = filled(&mut world, 6_000);
    world.deploy(&[2, 1], Consistency::None, |_| {});
    let old = jar.clone();
    assert_eq!(world.get(&mut jar, "text"), Some(text(6_000)));
    assert!(jar.pairs().iter().zip(old.pairs()).all(|(new, old)| new != old));
    world.deploy(&[2], Consistency::None, |_| {});
    assert_eq!(world.visit(&old).reject, Some(Reject::UnknownKey));
}

fn handle(world: &World, jar: &Jar) -> String {
    let opened = world.sessions.open(&jar.header(), Origin::Secure, world.now, || panic!("a session")).unwrap();
    world.sessions.metadata(&opened.session, Stored::Missing, world.now).unwrap().handle
}

fn modified(world: &mut World, jar: &Jar) -> Option<edge_session::time::Timestamp> {
    let visit = world.visit(jar);
    world.sessions.metadata(&visit.session, Stored::Shown(&visit.view), world.now).unwrap().modified
}
