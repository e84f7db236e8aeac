//! The client token: what opens, and why everything else does not.

use base64ct::{Base64UrlUnpadded, Encoding};
use edge_session::time::Span;
use edge_session::{Consistency, Reject};
use proptest::prelude::*;

use crate::world::{Jar, Outcome, SHOP, World};

const NAME: &str = "__Host-session";

/// Keys and values as JSON texts, and how much time passes after each.
fn history() -> impl Strategy<Value = Vec<(String, Option<String>, u32)>> {
    let value = prop_oneof![Just("null".to_string()), any::<i32>().prop_map(|n| n.to_string()), "\"[a-zé ]{0,300}\""];
    let change = ("[a-eé☃]{0,3}", prop::option::weighted(0.8, value), prop_oneof![0..3_u32, 0..200_000_u32]);
    prop::collection::vec(change, 1..12)
}

fn reject(world: &mut World, token: &str) -> Option<Reject> {
    let visit = world.visit(&Jar::of(&format!("{NAME}={token}")));
    assert_eq!(visit.reject.is_some(), visit.session.is_fresh(), "a refused token gives a new session");
    visit.reject
}

/// A world and a token that opens in it.
fn issued() -> (World, String) {
    let (mut world, mut jar) = (World::eventual(), Jar::default());
    world.set(&mut jar, "color", "\"red\"");
    let token = jar.token().to_string();
    assert_eq!(reject(&mut world, &token), None);
    (world, token)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_a_token_says_is_read_back(history in history(), budget in 222..4000_usize) {
        let mut world = World::with(Consistency::Eventual, |options| options.budget = budget);
        let mut jar = Jar::default();
        for (key, value, pause) in history {
            let mut visit = world.visit(&jar);
            match &value {
                Some(value) => visit.set(SHOP, &key, value),
                None => visit.remove(SHOP, &key),
            }
            if let Outcome::Written(commit) = world.commit(&mut jar, &mut visit) {
                prop_assert_eq!(world.visit(&jar).session, commit.session);
            }
            prop_assert!(jar.token().len() <= budget);
            world.pass(Span::from_millis(pause.into()));
        }
    }

    #[test]
    fn no_text_opens_that_was_not_sealed(text in "[A-Za-z0-9_-]{0,300}") {
        prop_assert!(text.is_empty() || reject(&mut World::strong(), &text).is_some());
    }
}

#[test]
fn every_changed_bit_is_refused_with_the_reason_of_its_place() {
    let (mut world, token) = issued();
    let bytes = Base64UrlUnpadded::decode_vec(&token).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => Reject::UnknownVersion,
            1..5 => Reject::UnknownKey,
            _ => Reject::Forged,
        };
        assert_eq!(reject(&mut world, &Base64UrlUnpadded::encode_string(&damaged)), Some(expected), "bit {bit}");
    }
}

#[test]
fn every_changed_character_is_refused() {
    let (mut world, token) = issued();
    for at in 0..token.len() {
        for new in ["A", "B", "_", "%", "=", " ", "+"].into_iter().filter(|new| token[at..=at] != **new) {
            let mut damaged = token.clone();
            damaged.replace_range(at..=at, new);
            assert!(reject(&mut world, &damaged).is_some() || damaged.trim() == token, "{new:?} at {at}");
        }
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let (mut world, token) = issued();
    for cut in 0..token.len() {
        let reason = reject(&mut world, &token[..cut]);
        assert!(matches!(reason, Some(Reject::Malformed | Reject::Forged)), "{reason:?} at {cut}");
    }
    let bytes = Base64UrlUnpadded::decode_vec(&token).unwrap();
    for more in 1..40 {
        let longer = [bytes.as_slice(), &vec![0; more]].concat();
        assert_eq!(reject(&mut world, &Base64UrlUnpadded::encode_string(&longer)), Some(Reject::Forged));
    }
    assert_eq!(reject(&mut world, &"A".repeat(5000)), Some(Reject::Oversized));
}

#[test]
fn a_token_of_another_application_or_cookie_is_forged() {
    let (mut world, token) = issued();
    let audience = |world: &mut World, name: Option<&str>| {
        world.deploy(&[1], Consistency::Strong, |options| options.audience = name.map(String::from));
        reject(world, &token)
    };
    assert_eq!(audience(&mut world, Some("other")), Some(Reject::Forged));
    assert_eq!(audience(&mut world, Some("")), Some(Reject::Forged));
    assert_eq!(audience(&mut world, Some("__Host-sessio")), Some(Reject::Forged));
    assert_eq!(audience(&mut world, Some(NAME)), None, "the cookie's name is the default");
    world.deploy(&[1], Consistency::Strong, |options| {
        (options.cookie.name, options.audience) = ("__Host-other".into(), Some(NAME.into()));
    });
    assert_eq!(world.visit(&Jar::of(&format!("__Host-other={token}"))).reject, Some(Reject::Forged));
}

#[test]
fn an_old_secret_opens_and_its_tokens_are_sealed_anew_with_the_newest() {
    for consistency in [Consistency::Strong, Consistency::Eventual] {
        let mut world = World::with(consistency, |_| {});
        let mut jar = Jar::default();
        world.set(&mut jar, "color", "1");
        world.deploy(&[2, 1], consistency, |_| {});
        assert!(world.visit(&jar).due);
        let (old, writes) = (jar.clone(), world.store.writes);
        assert_eq!(world.get(&mut jar, "color").as_deref(), Some("1"));
        assert!(jar != old && world.store.writes == writes, "sealed anew, and nothing written");
        assert!(!world.visit(&jar).due, "once");
        assert_eq!(
            key_id(&jar),
            key_id(&{
                let mut new = Jar::default();
                world.set(&mut new, "color", "1");
                new
            })
        );
    }
}

#[test]
fn a_token_of_a_dropped_or_foreign_secret_is_of_an_unknown_key() {
    let (mut world, token) = issued();
    for secrets in [&[2][..], &[3, 4, 5]] {
        world.deploy(secrets, Consistency::Eventual, |_| {});
        assert_eq!(reject(&mut world, &token), Some(Reject::UnknownKey));
    }
}

#[test]
fn a_session_named_by_a_dropped_secret_is_refused_though_its_token_opens() {
    let (mut world, mut jar) = (World::strong(), Jar::default());
    world.set(&mut jar, "color", "1");
    world.deploy(&[2, 1], Consistency::Strong, |_| {});
    world.get(&mut jar, "color");
    world.deploy(&[2], Consistency::Strong, |_| {});
    assert_eq!(world.visit(&jar).reject, Some(Reject::UnknownKey));
}

#[test]
fn a_refused_token_costs_no_read() {
    let (mut world, token) = issued();
    let reads = world.store.reads;
    for damaged in [&token[1..], &token[..9], "", "AAAA", "%", &"A".repeat(10_000)] {
        assert!(reject(&mut world, damaged).is_some());
    }
    assert_eq!(world.store.reads, reads);
}

#[test]
fn two_sessions_at_once_are_none() {
    let (mut world, mut a, mut b) = (World::strong(), Jar::default(), Jar::default());
    world.set(&mut a, "color", "1");
    world.set(&mut b, "color", "2");
    for header in [format!("{}; {}", a.header(), b.header()), format!("{}, {}", b.header(), a.header())] {
        assert_eq!(world.visit(&Jar::of(&header)).reject, Some(Reject::Duplicate));
    }
}

#[test]
fn of_two_tokens_of_one_session_the_later_counts_whatever_their_order() {
    for pause in [1, 0] {
        let (mut world, mut jar) = (World::eventual(), Jar::default());
        world.set(&mut jar, "color", "1");
        let old = jar.clone();
        world.pass(Span::from_millis(pause));
        let latest = world.set(&mut jar, "size", "2").written().session;
        for (first, second) in [(&old, &jar), (&jar, &old)] {
            let header = format!("{}; {}", first.header(), second.header());
            assert_eq!(world.visit(&Jar::of(&header)).session, latest, "issued {pause} ms apart");
        }
    }
}

fn key_id(jar: &Jar) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(jar.token()).unwrap()[1..5].to_vec()
}
