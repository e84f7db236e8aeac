//! Merging records that a store returned: in any order, any number of times, the same.

use edge_session::merge::{Entries, Entry, Stamp};
use edge_session::record::{Live, Namespace, Record};
use edge_session::time::Timestamp;

use crate::application::{NOW, later};
use crate::input::{joined, parts};

const OWNER: [u8; 32] = [7; 32];
/// Version, kind and owner.
const HEADER: usize = 18;

/// Each entry with its namespace; `None` where a namespace is garbage.
type Flat<'a> = Option<Vec<(&'a str, Entry<'a>)>>;

fn flat<'a>(live: &Live<'a>) -> Flat<'a> {
    let mut all = Vec::new();
    for namespace in &live.namespaces {
        all.extend(namespace.entries()?.iter().map(|entry| (namespace.name, entry)));
    }
    Some(all)
}

fn live(bytes: &[u8]) -> Option<Live<'_>> {
    match Record::decode(bytes, &OWNER) {
        Some(Record::Live(live)) => Some(live),
        _ => None,
    }
}

fn merged<'a>(a: &Live<'a>, b: &Live<'a>) -> Option<Live<'a>> {
    a.clone().merge(b.namespaces.clone())
}

pub(super) fn run(input: &[u8]) {
    let bodies = parts::<3>(input).map(|body| [&[1, 1], &OWNER[..HEADER - 2], body].concat());
    let [Some(a), Some(b), Some(c)] = bodies.each_ref().map(|bytes| live(bytes)) else { return };
    let readable = [&a, &b, &c].iter().all(|live| flat(live).is_some());
    let (ab, ba) = (merged(&a, &b), merged(&b, &a));
    let seen = |live: &Option<Live<'_>>| live.as_ref().and_then(flat).map(|flat| format!("{flat:?}"));
    assert_eq!(seen(&ab), seen(&ba), "commutative");
    assert!(!readable || ab.is_some(), "records that can be read can be merged");
    let (left, right) = (ab.as_ref().and_then(|ab| merged(ab, &c)), merged(&b, &c).and_then(|bc| merged(&a, &bc)));
    assert_eq!(seen(&left), seen(&right), "associative");
    let Some(ab) = ab.filter(|ab| flat(ab).is_some()) else { return };
    let again = merged(&ab, &b);
    assert_eq!(seen(&again), seen(&Some(ab.clone())), "idempotent");
    check(&ab, [&a, &b]);
}

/// A merged record holds of each key the newest that there was, and nothing else; it is written and read again.
fn check(ab: &Live<'_>, of: [&Live<'_>; 2]) {
    assert!(ab.namespaces.windows(2).all(|pair| pair[0].name < pair[1].name));
    for (name, entry) in flat(ab).unwrap_or_default() {
        let found = of.iter().filter_map(|live| live.namespace(name).and_then(Namespace::entries)?.get(entry.key));
        let newest = found.max_by_key(|found| (found.stamp, found.value));
        assert_eq!(newest, Some(entry), "of each key the newest");
    }
    let bytes = Record::Live(ab.clone()).encode(&OWNER);
    assert_eq!(live(&bytes).as_ref().map(flat), Some(flat(ab)), "what was merged is written and read again");
    let collected = ab.clone().collect(NOW).expect("a record that can be read");
    let kept = flat(&collected).unwrap_or_default();
    let stays = |(_, entry): &(&str, Entry<'_>)| entry.value.is_some() || entry.stamp.time() >= NOW;
    assert_eq!(
        kept,
        flat(ab).unwrap_or_default().into_iter().filter(stays).collect::<Vec<_>>(),
        "only old deletions go"
    );
    assert!(collected.floor >= ab.floor, "the floor never sinks");
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let at = |seconds: u64, tie| Stamp::next(later(seconds), Stamp::ZERO, tie);
    let entry = |key, value, stamp| Entry { key, value, stamp };
    let record = |namespaces: Vec<Namespace<'_>>| {
        let live = Live { modified: NOW, expires: Timestamp::NEVER, floor: Stamp::ZERO, namespaces };
        Record::Live(live).encode(&OWNER)[HEADER..].to_vec()
    };
    let cart = |entries: Vec<Entry<'static>>| Namespace::new("\"cart\"", Entries::from_iter(entries));
    let shop = |entries: Vec<Entry<'static>>| Namespace::new("\"shop\"", Entries::from_iter(entries));
    let old = Stamp::next(Timestamp::from_millis(5), Stamp::ZERO, 1);
    let [a, b, c] = [
        record(vec![cart(vec![entry("\"a\"", Some("1"), at(1, 1)), entry("\"b\"", None, at(2, 1))])]),
        record(vec![cart(vec![entry("\"a\"", None, at(1, 2))]), shop(vec![entry("\"x\"", Some("{}"), at(0, 0))])]),
        record(vec![shop(vec![entry("\"x\"", Some("[]"), at(0, 0)), entry("\"y\"", None, old)])]),
    ];
    let empty = record(Vec::new());
    vec![joined(&[&a, &b, &c]), joined(&[&c, &a, &b]), joined(&[&a, &a, &b]), joined(&[&empty, &b, &c])]
}
