//! The fixed vectors of tokens and records: what an earlier release wrote is read, and written again to the byte.
//!
//! A vector that fails means that the layout, a key's derivation or the associated data has changed: every session out there
//! would end. Then the version in the layout changes as well, and new vectors are added beside these.
#![cfg(test)]

use std::collections::BTreeMap;

use edge_session::cookie::Origin;
use edge_session::merge::{Entry, Stamp};
use edge_session::plan::Commit;
use edge_session::record::{Live, Namespace, Record};
use edge_session::time::Timestamp;
use edge_session::{Change, Consistency, Entropy, Keyring, Known, Loaded, Options, Plan, Sessions, Snapshot, Stored};
use serde_json::{Map, Value};

#[test]
fn tokens_and_records_of_an_earlier_release_are_still_written_so() {
    let file = read(include_str!("../vectors/token.json"));
    for case in cases(&file, "issued", 6) {
        let commit = issue(case);
        let token = commit.cookies.first().and_then(|line| line.split(['=', ';']).nth(1));
        assert_eq!(token, case["token"].as_str(), "{}", case["promise"]);
        let write = commit.writes.first().expect("a record");
        assert_eq!(Some(&*write.key), case["key"].as_str(), "{}", case["promise"]);
        assert_eq!(Some(hex_of(&write.bytes)), case["record"].as_str().map(String::from), "{}", case["promise"]);
    }
}

#[test]
fn tokens_and_records_of_an_earlier_release_are_still_read() {
    let file = read(include_str!("../vectors/token.json"));
    for case in cases(&file, "issued", 6) {
        let (sessions, promise) = (sessions(case), &case["promise"]);
        let opened = sessions.open(&cookie(case), Origin::Secure, at(&case["now"]), || Ok(entropy(case))).unwrap();
        assert_eq!(opened.read.as_ref().map(|read| &*read.key), case["key"].as_str(), "{promise}");
        let known = sessions.metadata(&opened.session, Stored::Missing, at(&case["now"])).unwrap();
        assert_eq!((known.created, known.last_access), (at(&case["now"]), at(&case["now"])), "{promise}");
        let record = bytes(&case["record"]);
        assert_eq!(values(&sessions, case, Stored::Shown(&record)), *case["values"].as_object().unwrap(), "{promise}");
        if case["store"] == "eventual" {
            let carried = values(&sessions, case, Stored::Missing);
            assert_eq!(carried, *case["values"].as_object().unwrap(), "{promise}: the token alone");
        }
    }
}

#[test]
fn whole_sessions_of_an_earlier_release_are_written_so_and_read_from_their_cookies_alone() {
    let file = read(include_str!("../vectors/token.json"));
    for case in cases(&file, "whole", 2) {
        let (commit, promise) = (issue(case), &case["promise"]);
        let pairs = commit.cookies.iter().filter_map(|line| line.split(';').next());
        assert_eq!(pairs.map(Value::from).collect::<Value>(), case["cookies"], "{promise}");
        assert!(commit.writes.is_empty(), "{promise}");
        assert_eq!(values(&sessions(case), case, Stored::Missing), *case["values"].as_object().unwrap(), "{promise}");
    }
}

#[test]
fn what_was_refused_is_refused_for_the_same_reason() {
    let file = read(include_str!("../vectors/token.json"));
    for case in cases(&file, "refused", 14) {
        let opened =
            sessions(case).open(&cookie(case), Origin::Secure, at(&case["now"]), || Ok(entropy(case))).unwrap();
        let reason = opened.refused[0].map(|reject| reject.as_str());
        assert_eq!(reason, case["reason"].as_str(), "{}", case["promise"]);
        assert!(opened.read.is_none() && opened.session.is_fresh(), "{}", case["promise"]);
    }
}

#[test]
fn an_id_that_an_earlier_release_rotated_still_leads_on() {
    let file = read(include_str!("../vectors/token.json"));
    for case in cases(&file, "moved", 1) {
        let sessions = sessions(case);
        let opened = sessions.open(&cookie(case), Origin::Secure, at(&case["now"]), || Ok(entropy(case))).unwrap();
        let record = bytes(&case["record"]);
        match sessions
            .load(&opened.session, &Known::of(Stored::Shown(&record), at(&case["now"])), at(&case["now"]), || {
                Ok(entropy(case))
            })
            .unwrap()
        {
            Loaded::Follow { read, .. } => assert_eq!(Some(&*read.key), case["key"].as_str(), "{}", case["promise"]),
            other => panic!("{}: {other:?}", case["promise"]),
        }
    }
}

#[test]
fn records_have_the_layout_they_always_had() {
    let file = read(include_str!("../vectors/record.json"));
    for case in cases(&file, "records", 8) {
        let (promise, stored) = (&case["promise"], bytes(&case["bytes"]));
        let successor = bytes(&case["successor"]);
        let record = match case["kind"].as_str() {
            Some("live") => Record::Live(live(case)),
            Some("ended") => Record::Ended,
            _ => Record::Moved { until: at(&case["until"]), successor: &successor },
        };
        assert_eq!(hex_of(&record.encode(&owner(case))), hex_of(&stored), "{promise}");
        let found = Record::decode(&stored, &owner(case)).expect("a record");
        match (&record, &found) {
            (Record::Live(made), Record::Live(found)) => check_live(made, found, promise),
            _ => assert_eq!(found, record, "{promise}"),
        }
    }
}

#[test]
fn what_is_no_record_is_refused() {
    let file = read(include_str!("../vectors/record.json"));
    for case in cases(&file, "refused", 24) {
        let stored = bytes(&case["bytes"]);
        let refused = match Record::decode(&stored, &owner(case)) {
            Some(Record::Live(live)) => live.namespaces.iter().any(|namespace| namespace.entries().is_none()),
            found => found.is_none(),
        };
        assert!(refused, "{}", case["promise"]);
    }
}

fn check_live(made: &Live<'_>, found: &Live<'_>, promise: &Value) {
    assert_eq!((found.modified, found.expires, found.floor), (made.modified, made.expires, made.floor), "{promise}");
    let all = |live: &Live<'_>| -> Vec<(String, Stamp, String)> {
        let text = |namespace: &Namespace<'_>| format!("{:?}", namespace.entries().expect("entries"));
        live.namespaces.iter().map(|namespace| (namespace.name.into(), namespace.newest(), text(namespace))).collect()
    };
    assert_eq!(all(found), all(made), "{promise}");
}

/// What a release does with a first visit that stores the case's values.
fn issue(case: &Value) -> Commit {
    let (sessions, now) = (sessions(case), at(&case["now"]));
    let opened = sessions.open("", Origin::Secure, now, || Ok(entropy(case))).unwrap();
    let texts = texts(&case["values"]);
    let values = texts.iter().map(|(key, value)| (&**key, &**value)).collect();
    let change = Change { snapshots: vec![Snapshot { namespace: "\"shop\"", values }], ..Change::default() };
    match sessions.commit(&opened.session, &[], &Known::of(Stored::Missing, now), &change, now, &entropy(case)).unwrap()
    {
        Plan::Write(commit) => commit,
        other => panic!("{}: {other:?}", case["promise"]),
    }
}

/// The namespace `shop` as the case's token sees it, when the store answers so.
fn values(sessions: &Sessions, case: &Value, stored: Stored<'_>) -> Map<String, Value> {
    let now = at(&case["now"]);
    let opened = sessions.open(&cookie(case), Origin::Secure, now, || Ok(entropy(case))).unwrap();
    let view = match sessions.load(&opened.session, &Known::of(stored, now), now, || Ok(entropy(case))).unwrap() {
        Loaded::View(view) => view.bytes,
        other => panic!("{}: {other:?}", case["promise"]),
    };
    let bytes = view.unwrap_or_else(|| bytes(&case["record"]));
    let text = Live::texts(&bytes).unwrap().into_iter().find(|text| text.name == "\"shop\"").expect("the namespace");
    serde_json::from_slice(&bytes[text.range]).unwrap()
}

fn sessions(case: &Value) -> Sessions {
    let secrets: Vec<Vec<u8>> = list(&case["secrets"]).iter().map(bytes).collect();
    let keyring = Keyring::new(&secrets.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
    let consistency = match case["store"].as_str() {
        Some("eventual") => Consistency::Eventual,
        Some("none") => Consistency::None,
        _ => Consistency::Strong,
    };
    let mut options = Options::new(keyring, consistency);
    options.budget = case["budget"].as_u64().map_or(options.budget, |budget| budget as usize);
    options.audience = case["audience"].as_str().map(String::from);
    options.seal_records = case["sealRecords"] == true;
    options.cookie.name = case["name"].as_str().unwrap_or("__Host-session").into();
    Sessions::new(options).unwrap()
}

fn live(case: &Value) -> Live<'_> {
    let namespaces = list(&case["namespaces"]).iter().map(|namespace| {
        let entries = list(&namespace["entries"]).iter().map(|entry| Entry {
            key: entry["key"].as_str().unwrap(),
            value: entry["value"].as_str(),
            stamp: stamp(entry),
        });
        Namespace::new(namespace["name"].as_str().unwrap(), entries.collect())
    });
    let (modified, expires, floor) = (at(&case["modified"]), at(&case["expires"]), stamp(&case["floor"]));
    Live { modified, expires, floor, namespaces: namespaces.collect() }
}

/// `{time, tie}`, milliseconds since 1970 and the random tie-break; `null`: earlier than everything.
fn stamp(value: &Value) -> Stamp {
    match (value["time"].as_u64(), value["tie"].as_u64()) {
        (Some(time), Some(tie)) => Stamp::next(Timestamp::from_millis(time), Stamp::ZERO, u32::try_from(tie).unwrap()),
        _ => Stamp::ZERO,
    }
}

fn texts(values: &Value) -> BTreeMap<String, String> {
    let object = values.as_object().unwrap().iter();
    object.map(|(key, value)| (Value::from(key.as_str()).to_string(), value.to_string())).collect()
}

/// The `Cookie` header: all of the case's cookies, or the one with its token.
fn cookie(case: &Value) -> String {
    if let Some(cookies) = case["cookies"].as_array() {
        return cookies.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ");
    }
    format!("{}={}", case["name"].as_str().unwrap_or("__Host-session"), case["token"].as_str().unwrap())
}

/// The bytes 1, 2, 3 … from the case's first on: fixed, and no two cases alike.
fn entropy(case: &Value) -> Entropy {
    let first = case["entropy"].as_u64().unwrap_or(1);
    Entropy::new(core::array::from_fn(|at| (at as u64).wrapping_add(first) as u8)).unwrap()
}

fn owner(case: &Value) -> [u8; 32] {
    bytes(&case["owner"]).try_into().unwrap()
}

fn at(value: &Value) -> Timestamp {
    Timestamp::from_millis(value.as_u64().unwrap())
}

fn cases<'a>(file: &'a Value, name: &str, least: usize) -> &'a [Value] {
    let cases = list(&file[name]);
    assert!(cases.len() >= least, "{} cases of {name}", cases.len());
    cases
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap_or_default().as_bytes();
    digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("a vector file is JSON")
}
