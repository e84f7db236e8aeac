//! Properties of merging, of stamps and of the stored record, over random maps and bytes.
#![cfg(test)]
#![allow(clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use edge_session::merge::{Entries, Entry, Stamp};
use edge_session::record::{Live, Namespace, Record};
use edge_session::time::{Span, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

const OWNER: [u8; 32] = [7; 32];
const BASE: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// One key's fate: the key, its value as JSON text or `None` for a tombstone, and when.
type Fate = (String, Option<String>, Stamp);
/// Namespaces by name, as texts that the borrowed types can point into.
type Content = BTreeMap<String, Vec<Fate>>;

fn stamp() -> impl Strategy<Value = Stamp> {
    // Few times and ties, so that equal stamps happen.
    (0..20_u64, 0..3_u32, 0..3).prop_map(|(seconds, tie, count)| {
        let now = BASE.after(Span::from_secs(seconds));
        (0..count).fold(Stamp::next(now, Stamp::ZERO, tie), |seen, _| Stamp::next(now, seen, tie))
    })
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-d]", 1 => any::<String>()].prop_map(|key| Value::from(key).to_string())
}

fn value() -> impl Strategy<Value = String> {
    let text = any::<String>().prop_map(|text| Value::from(text).to_string());
    let list = prop::collection::vec(any::<i64>(), 0..4).prop_map(|list| json!({ "list": list, "}": "," }).to_string());
    prop_oneof![Just("null".to_string()), any::<i32>().prop_map(|n| n.to_string()), text, list]
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    prop::collection::vec((literal(), prop::option::weighted(0.7, value()), stamp()), 0..8)
}

fn content() -> impl Strategy<Value = Content> {
    prop::collection::btree_map(literal(), fates(), 0..4)
}

fn entries(fates: &[Fate]) -> Entries<'_> {
    fates.iter().map(|(key, value, stamp)| Entry { key, value: value.as_deref(), stamp: *stamp }).collect()
}

fn namespaces(content: &Content) -> Vec<Namespace<'_>> {
    content.iter().map(|(name, fates)| Namespace::new(name, entries(fates))).collect()
}

fn live(content: &Content) -> Live<'_> {
    let (modified, expires) = (BASE, BASE.after(Span::from_days(1)));
    Live { modified, expires, floor: Stamp::ZERO, namespaces: namespaces(content) }
}

fn decoded(bytes: &[u8]) -> Live<'_> {
    match Record::decode(bytes, &OWNER) {
        Some(Record::Live(live)) => live,
        other => panic!("{other:?} is no live record"),
    }
}

/// Every entry of a record, whether it stands there encoded or decoded.
fn flat<'a>(live: &Live<'a>) -> Vec<(&'a str, Entry<'a>)> {
    let all = |namespace: &Namespace<'a>| {
        let name = namespace.name;
        namespace.entries().expect("entries").iter().map(move |entry| (name, entry)).collect::<Vec<_>>()
    };
    live.namespaces.iter().flat_map(all).collect()
}

/// Sorted by key, each key once: what every map must be, however it came about.
fn is_well_formed(entries: &Entries<'_>) -> bool {
    let all: Vec<Entry<'_>> = entries.iter().collect();
    all.windows(2).all(|pair| pair[0].key < pair[1].key)
        && all.iter().all(|entry| entries.get(entry.key) == Some(*entry))
}

/// A record that decodes is well-formed: each namespace is refused or a sorted map, and it can be written again.
fn check_decoded(bytes: &[u8]) {
    let Some(record) = Record::decode(bytes, &OWNER) else { return };
    let again = record.encode(&OWNER);
    assert!(Record::decode(&again, &OWNER).is_some(), "what was read can be written and read again");
    let Record::Live(live) = record else { return };
    assert!(live.namespaces.windows(2).all(|pair| pair[0].name < pair[1].name));
    assert!(live.namespaces.iter().filter_map(Namespace::entries).all(|entries| is_well_formed(&entries)));
    for text in Live::texts(bytes).expect("a live record has texts") {
        assert!(bytes.get(text.range).is_some(), "a text lies within the record");
    }
    let _ = live.collect(BASE.after(Span::from_days(1)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in fates(), b in fates(), c in fates()) {
        let [a, b, c] = [&a, &b, &c].map(|fates| entries(fates));
        prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.clone().merge(c)));
        prop_assert_eq!(a.clone().merge(a.clone()), a.clone());
        prop_assert_eq!(a.clone().merge(b.clone()).merge(b.clone()), a.merge(b));
    }

    #[test]
    fn a_map_is_sorted_and_has_each_key_once_however_it_came_about(a in fates(), b in fates()) {
        let (a, b) = (entries(&a), entries(&b));
        let merged = a.clone().merge(b.clone());
        prop_assert!(is_well_formed(&a) && is_well_formed(&merged));
        let chained: Entries<'_> = a.iter().chain(b.iter()).collect();
        prop_assert_eq!(&chained, &merged, "collecting is merging");
        prop_assert_eq!(merged.newest(), a.newest().max(b.newest()));
        prop_assert_eq!(merged.tombstones(), merged.iter().filter(|entry| entry.value.is_none()).count());
    }

    #[test]
    fn of_each_key_the_newest_stamp_wins_and_of_equal_stamps_the_greater_value(a in fates(), b in fates()) {
        let merged = entries(&a).merge(entries(&b));
        let mut winners = BTreeMap::new();
        for (key, value, stamp) in a.iter().chain(&b) {
            let mine = (*stamp, value.as_deref());
            winners.entry(key.as_str()).and_modify(|best| *best = mine.max(*best)).or_insert(mine);
        }
        let found: BTreeMap<_, _> = merged.iter().map(|entry| (entry.key, (entry.stamp, entry.value))).collect();
        prop_assert_eq!(found, winners);
    }

    #[test]
    fn a_newer_tombstone_hides_a_value_and_a_newer_value_a_tombstone(key in literal(), text in value(), at in stamp()) {
        let later = Stamp::next(BASE, at, 0);
        let one = |value, stamp| Entries::from_iter([Entry { key: key.as_str(), value, stamp }]);
        let deleted = one(Some(text.as_str()), at).merge(one(None, later));
        prop_assert_eq!(deleted.get(&key).map(|entry| entry.value), Some(None));
        let set = one(None, at).merge(one(Some(text.as_str()), later));
        prop_assert_eq!(set.get(&key).map(|entry| entry.value), Some(Some(text.as_str())));
    }

    #[test]
    fn a_stamp_is_later_than_all_that_was_seen_whatever_the_clocks_say(clocks in prop::collection::vec((0..1_u64 << 48, any::<u32>()), 1..50)) {
        let mut newest = Stamp::ZERO;
        for (millis, tie) in clocks {
            let now = Timestamp::from_millis(millis);
            let next = Stamp::next(now, newest, tie);
            prop_assert!(next > newest && next.time() >= now);
            newest = next;
        }
    }

    #[test]
    fn records_merge_as_their_namespaces_do(a in content(), b in content(), c in content()) {
        let merge = |left: Live<'static>, right: &Content| -> Live<'static> {
            let bytes = Record::Live(left.merge(leaked(right)).unwrap()).encode(&OWNER);
            decoded(bytes.leak())
        };
        let empty = Live::empty;
        let [ab, ba] = [merge(merge(empty(), &a), &b), merge(merge(empty(), &b), &a)];
        prop_assert_eq!(flat(&ab), flat(&ba));
        prop_assert_eq!(flat(&merge(ab.clone(), &b)), flat(&ab));
        let right = merge(merge(merge(empty(), &c), &b), &a);
        prop_assert_eq!(flat(&merge(ab.clone(), &c)), flat(&right));
        prop_assert!(ab.namespaces.windows(2).all(|pair| pair[0].name < pair[1].name));
        prop_assert_eq!(ab.newest(), live(&a).newest().max(live(&b).newest()));
    }

    #[test]
    fn any_record_is_read_back_as_it_was_written(content in content(), floor in stamp(), sealed in any::<Vec<u8>>()) {
        let written = Live { floor, ..live(&content) };
        let bytes = Record::Live(written.clone()).encode(&OWNER);
        let read = decoded(&bytes);
        prop_assert_eq!(flat(&read), flat(&written));
        prop_assert_eq!((read.modified, read.expires, read.floor), (written.modified, written.expires, floor));
        for (read, written) in read.namespaces.iter().zip(&written.namespaces) {
            prop_assert_eq!((read.name, read.newest(), read.tombstones()), (written.name, written.newest(), written.tombstones()));
        }
        prop_assert_eq!(Record::Live(read).encode(&OWNER), bytes, "to the byte");
        for record in [Record::Ended, Record::Moved { until: BASE, successor: &sealed }] {
            let bytes = record.encode(&OWNER);
            prop_assert_eq!(Record::decode(&bytes, &OWNER), Some(record));
        }
    }

    #[test]
    fn a_namespace_that_nobody_touched_is_copied_byte_for_byte(content in content(), others in content()) {
        let bytes = Record::Live(live(&content)).encode(&OWNER);
        let merged = decoded(&bytes).merge(namespaces(&others)).unwrap();
        let again = Record::Live(merged).encode(&OWNER);
        let untouched = |name: &str| !others.contains_key(name);
        let texts = |bytes: &[u8]| -> Vec<(String, Vec<u8>)> {
            let texts = Live::texts(bytes).unwrap().into_iter().filter(|text| untouched(text.name));
            texts.map(|text| (text.name.to_string(), bytes[text.range].to_vec())).collect()
        };
        prop_assert_eq!(texts(&again), texts(&bytes));
    }

    #[test]
    fn an_untouched_namespace_is_not_even_looked_at(content in content(), others in content(), junk in any::<[u8; 4]>()) {
        // Garbage inside a namespace hurts whoever opens that namespace, and nobody else.
        let mut bytes = Record::Live(live(&content)).encode(&OWNER);
        let Some(last) = Live::texts(&bytes).unwrap().pop() else { return Ok(()) };
        let name = last.name.to_string();
        let end = last.range.end;
        bytes[end - 2..].copy_from_slice(&junk[..2]);
        prop_assume!(!others.contains_key(&name));
        let merged = decoded(&bytes).merge(namespaces(&others));
        prop_assert!(merged.is_some(), "merging others' changes does not decode it");
        prop_assert!(contains(&Record::Live(merged.unwrap()).encode(&OWNER), &junk[..2]));
    }

    #[test]
    fn the_text_of_each_namespace_is_exactly_its_json(content in content()) {
        let bytes = Record::Live(live(&content)).encode(&OWNER);
        let texts = Live::texts(&bytes).unwrap();
        prop_assert!(texts.iter().map(|text| text.name).eq(content.keys().map(String::as_str)));
        for (text, fates) in texts.into_iter().zip(content.values()) {
            let expected: Vec<String> = entries(fates)
                .iter()
                .filter_map(|entry| Some(format!("{}:{}", entry.key, entry.value?)))
                .collect();
            let found = core::str::from_utf8(&bytes[text.range]).unwrap();
            prop_assert_eq!(found, format!("{{{}}}", expected.join(",")));
            prop_assert!(serde_json::from_str::<Value>(found).unwrap().is_object());
        }
    }

    #[test]
    fn a_record_of_another_session_is_not_read(content in content(), other in any::<[u8; 32]>()) {
        prop_assume!(other[..16] != OWNER[..16]);
        for record in [Record::Live(live(&content)), Record::Ended, Record::Moved { until: BASE, successor: b"sealed" }] {
            prop_assert!(Record::decode(&record.encode(&OWNER), &other).is_none());
        }
    }

    #[test]
    fn truncated_and_prolonged_records_are_refused(content in content(), more in prop::collection::vec(any::<u8>(), 1..9)) {
        let bytes = Record::Live(live(&content)).encode(&OWNER);
        for cut in 0..bytes.len() {
            prop_assert!(Record::decode(&bytes[..cut], &OWNER).is_none(), "cut at {}", cut);
        }
        for bytes in [bytes, Record::Ended.encode(&OWNER)] {
            prop_assert!(Record::decode(&[bytes, more.clone()].concat(), &OWNER).is_none());
        }
    }

    #[test]
    fn damaged_records_are_refused_or_well_formed(content in content(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = Record::Live(live(&content)).encode(&OWNER);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        check_decoded(&bytes);
    }

    #[test]
    fn random_bytes_are_refused_or_well_formed(kind in 0..5_u8, body in prop::collection::vec(prop_oneof![0..4_u8, any::<u8>()], 0..200)) {
        check_decoded(&[&[1, kind], &OWNER[..16], &body].concat());
        check_decoded(&body);
    }

    #[test]
    fn collecting_drops_only_old_tombstones_and_the_floor_remembers_them(content in content(), seconds in 0..25_u64) {
        let before = BASE.after(Span::from_secs(seconds));
        let bytes = Record::Live(live(&content)).encode(&OWNER);
        let (full, collected) = (decoded(&bytes), decoded(&bytes).collect(before).unwrap());
        let gone = |(_, entry): &(&str, Entry<'_>)| entry.value.is_none() && entry.stamp.time() < before;
        let (dropped, kept): (Vec<_>, Vec<_>) = flat(&full).into_iter().partition(gone);
        prop_assert_eq!(flat(&collected), kept);
        let floor = dropped.iter().map(|(_, entry)| entry.stamp).max().unwrap_or_default();
        prop_assert_eq!(collected.floor, floor);
        prop_assert_eq!(collected.newest(), full.newest(), "what was seen stays seen");
        prop_assert_eq!(collected.clone().collect(before), Some(collected.clone()));
        let lower = collected.clone().collect(BASE).unwrap();
        prop_assert_eq!(lower.floor, floor, "the floor never sinks");
    }
}

fn leaked(content: &Content) -> Vec<Namespace<'static>> {
    namespaces(Box::leak(Box::new(content.clone())))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
