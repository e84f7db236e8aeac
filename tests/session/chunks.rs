//! A token in several cookies: parts that do not belong together open nothing, and none is left behind.

use edge_session::time::Span;
use edge_session::{Action, Consistency, Reject};
use proptest::prelude::*;

use crate::world::{Jar, SHOP, World};

const NAME: &str = "__Host-session";

fn text(letters: usize) -> String {
    format!("\"{}\"", "x".repeat(letters))
}

/// A visitor whose session takes so many cookies.
fn taking(world: &mut World, cookies: usize) -> Jar {
    let mut jar = Jar::default();
    world.set(&mut jar, "text", &text(cookies * 2_700 - 1_350)).written();
    assert_eq!(jar.pairs().len(), cookies);
    jar
}

/// What comes of these cookies: `None`, they open.
fn outcome<P: AsRef<str>>(world: &mut World, pairs: &[P]) -> Option<Reject> {
    let visit = world.visit(&Jar::of_all(pairs));
    assert_eq!(visit.get(SHOP, "text").is_none(), visit.session.is_fresh(), "the visitor's session, or a new one");
    assert_eq!(visit.reject.is_some(), visit.session.is_fresh());
    visit.reject
}

fn value(pair: &str) -> &str {
    pair.split_once('=').expect("a pair").1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_cut_is_joined_again_in_any_order_among_any_cookies(
        budget in 222..4_001_usize,
        share in 0..100_usize,
        order in Just([0, 1, 2, 3, 4, 5]).prop_shuffle(),
    ) {
        let mut world = World::with(Consistency::None, |options| options.budget = budget);
        let mut jar = Jar::default();
        let letters = ((budget - 10) * 3 * 3 / 4 - 111 - 60) * share / 100;
        world.set(&mut jar, "text", &text(letters)).written();
        let mut pairs: Vec<&str> = jar.pairs().iter().map(String::as_str).collect();
        pairs.extend(["theme=dark", "__Host-session.3=AAAA", "__Host-session.=x"]);
        let shuffled: Vec<&str> = order.iter().filter_map(|at| pairs.get(*at).copied()).collect();
        let visit = world.visit(&Jar::of_all(&shuffled));
        prop_assert_eq!(visit.get(SHOP, "text"), Some(text(letters)));
        prop_assert!(!visit.due, "nothing to clear away");
    }
}

#[test]
fn a_part_that_is_missing_or_of_another_time_is_incomplete() {
    let mut world = World::whole();
    let mut jar = taking(&mut world, 3);
    let earlier = jar.clone();
    world.set(&mut jar, "n", "1");
    let stranger = taking(&mut world, 3);
    for place in 1..3 {
        let mut lacking = jar.pairs().to_vec();
        lacking.remove(place);
        assert_eq!(outcome(&mut world, &lacking), Some(Reject::Incomplete), "without part {place}");
        for other in [&earlier, &stranger] {
            let mut mixed = jar.pairs().to_vec();
            mixed[place] = other.pairs()[place].clone();
            assert_eq!(outcome(&mut world, &mixed), Some(Reject::Incomplete), "another's part {place}");
            mixed.push(jar.pairs()[place].clone());
            assert_eq!(outcome(&mut world, &mixed), None, "another's part {place} beside the right one");
        }
    }
    let mut headless = jar.pairs().to_vec();
    headless[0] = earlier.pairs()[0].clone();
    assert_eq!(outcome(&mut world, &headless), Some(Reject::Incomplete));
    assert_eq!(outcome(&mut world, jar.pairs()), None);
}

#[test]
fn parts_at_each_others_places_and_two_for_one_place_open_nothing() {
    let mut world = World::whole();
    let jar = taking(&mut world, 3);
    let [first, second, third] = jar.pairs() else { panic!("three cookies") };
    let (exchanged, again) = (format!("{NAME}.1={}", value(third)), format!("{NAME}.2={}", value(second)));
    let refused = outcome(&mut world, &[first, &exchanged, &again]);
    assert!(matches!(refused, Some(Reject::Forged | Reject::Malformed)), "{refused:?}");
    assert_eq!(outcome(&mut world, &[first, second, third, &exchanged]), Some(Reject::Incomplete));
    assert_eq!(outcome(&mut world, &[first, second, third, second]), None, "the same part twice");
}

#[test]
fn the_number_of_parts_cannot_be_changed() {
    let mut world = World::whole();
    let jar = taking(&mut world, 3);
    let [first, second, third] = jar.pairs() else { panic!("three cookies") };
    let starts = |start: &str| format!("{NAME}={start}{}", &value(first)[1..]);
    assert_eq!(&value(first)[..1], "I", "version 1, two further cookies");
    for (start, reason) in [("A", Reject::Malformed), ("E", Reject::Forged), ("M", Reject::Malformed)] {
        assert_eq!(outcome(&mut world, &[&starts(start), second, third]), Some(reason), "{start}");
    }
}

#[test]
fn every_changed_character_of_every_part_is_refused() {
    let mut world = World::with(Consistency::None, |options| options.budget = 222);
    let mut jar = Jar::default();
    world.set(&mut jar, "text", &text(280)).written();
    assert_eq!(jar.pairs().len(), 3);
    for place in 0..3 {
        let start = jar.pairs()[place].find('=').unwrap() + 1;
        for at in start..jar.pairs()[place].len() {
            let mut damaged = jar.pairs().to_vec();
            let new = if damaged[place].as_bytes()[at] == b'Q' { "g" } else { "Q" };
            damaged[place].replace_range(at..=at, new);
            assert!(outcome(&mut world, &damaged).is_some(), "character {at} of part {place}");
        }
    }
}

#[test]
fn a_session_that_shrinks_deletes_the_parts_it_needs_no_longer_with_every_attribute() {
    let mut world = World::with(Consistency::None, |options| {
        options.cookie.partitioned = true;
        options.cookie.path = "/".into();
    });
    for (cookies, letters) in [(3, 2_000), (3, 4_000), (2, 10)] {
        let mut jar = taking(&mut world, cookies);
        let commit = world.set(&mut jar, "text", &text(letters)).written();
        assert_eq!(commit.cookies.len(), cookies);
        for line in &commit.cookies {
            assert!(line.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Partitioned"), "{line}");
        }
        assert_eq!(jar.pairs().len(), if letters == 4_000 { 2 } else { 1 });
        assert_eq!(world.get(&mut jar, "text"), Some(text(letters)));
        assert!(!world.visit(&jar).due);
    }
}

#[test]
fn the_end_deletes_every_part() {
    let mut world = World::whole();
    let mut jar = taking(&mut world, 3);
    let lines = world.act(&mut jar, Action::Destroy).written().cookies;
    assert_eq!(lines.len(), 3);
    assert!(jar.is_empty());
}

#[test]
fn a_part_that_nobody_needs_is_deleted_as_soon_as_it_is_seen() {
    let mut world = World::whole();
    let (long, small) = (taking(&mut world, 3), taking(&mut world, 1));
    // Of two requests at once, the answer of the one that saw a small session came last.
    let mut jar = Jar::of_all(&[&small.pairs()[0], &long.pairs()[1], &long.pairs()[2]]);
    assert!(world.visit(&jar).due);
    assert_eq!(world.get(&mut jar, "text"), Some(text(1_350)));
    assert_eq!(jar.pairs().len(), 1);
    assert!(!world.visit(&jar).due);
}

#[test]
fn what_remains_of_a_refused_session_is_deleted_with_the_next_cookie() {
    let mut world = World::whole();
    let long = taking(&mut world, 3);
    let mut jar = Jar::of_all(&long.pairs()[..2]);
    let mut visit = world.visit(&jar);
    assert_eq!(visit.reject, Some(Reject::Incomplete));
    visit.set(SHOP, "color", "1");
    world.commit(&mut jar, &mut visit);
    assert_eq!(jar.pairs().len(), 1);
}

#[test]
fn several_commits_of_one_request_leave_nothing_behind() {
    let mut world = World::whole();
    let mut jar = taking(&mut world, 3);
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "text", "1");
    world.commit(&mut Jar::default(), &mut visit); // only the last commit's cookies are sent
    visit.set(SHOP, "color", "1");
    world.commit(&mut jar, &mut visit);
    assert_eq!(jar.pairs().len(), 1);

    let mut jar = taking(&mut world, 1);
    let mut visit = world.visit(&jar);
    visit.set(SHOP, "text", &text(7_000));
    world.commit(&mut jar, &mut visit);
    assert_eq!(jar.pairs().len(), 3);
    visit.action = Action::Destroy;
    world.commit(&mut jar, &mut visit);
    assert!(jar.is_empty());
}

#[test]
fn of_two_whole_tokens_of_one_session_the_later_counts_each_with_its_own_parts() {
    let mut world = World::whole();
    let mut jar = taking(&mut world, 2);
    let old = jar.clone();
    world.pass(Span::from_secs(1));
    world.set(&mut jar, "text", &text(7_000));
    for (first, second) in [(&old, &jar), (&jar, &old)] {
        let both: Vec<&String> = first.pairs().iter().chain(second.pairs()).collect();
        assert_eq!(world.visit(&Jar::of_all(&both)).get(SHOP, "text"), Some(text(7_000)));
    }
    let stranger = taking(&mut world, 2);
    let both: Vec<&String> = jar.pairs().iter().chain(stranger.pairs()).collect();
    assert_eq!(outcome(&mut world, &both), Some(Reject::Duplicate));
}

#[test]
fn a_part_in_somebody_elses_value_is_no_part_that_could_be_deleted() {
    let mut world = World::whole();
    let jar = taking(&mut world, 1);
    let visit = world.visit(&Jar::of_all(&["a=1, __Host-session.1=AAAA", &jar.pairs()[0]]));
    assert!(visit.reject.is_none() && !visit.due);
    let long = taking(&mut world, 2);
    let [first, second] = long.pairs() else { panic!("two cookies") };
    assert_eq!(outcome(&mut world, &[&format!("a=1, {second}"), first]), None, "two Cookie lines");
}

#[test]
fn a_header_of_128_kb_of_parts_is_read_once_and_refused_or_read_as_if_it_were_short() {
    let mut world = World::whole();
    let jar = taking(&mut world, 3);
    let (size, generation) = (128 * 1024, &value(&jar.pairs()[1])[..8]);
    for part in [format!("{NAME}.1=x; "), format!("{NAME}.1=; "), format!("{NAME}.9=x; "), format!("{NAME}.1, ")] {
        let crowd = part.repeat(size / part.len());
        let header = format!("{crowd}{}", jar.header());
        assert_eq!(outcome(&mut world, &[header]), None, "{part:?}");
    }
    let planted = format!("{NAME}.2={generation}; ").repeat(size / 40);
    assert_eq!(outcome(&mut world, &[format!("{planted}{}", jar.header())]), Some(Reject::Incomplete));
}
