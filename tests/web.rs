//! The surface for JavaScript, called from Rust in a real browser, whose random source it uses.
//!
//! `wasm-pack test --headless --chrome -- --test web`
#![cfg(test)]
#![cfg(target_arch = "wasm32")]
#![allow(clippy::arithmetic_side_effects)]

use std::collections::VecDeque;

use edge_session::js::answer;
use serde_json::Value;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NOW: f64 = 1_800_000_000_000.0;
const CONFIGURE: u8 = 0;
const RELEASE: u8 = 1;
const OPEN: u8 = 2;
const LOAD: u8 = 3;
const COMMIT: u8 = 4;
const METADATA: u8 = 5;
const CACHING: u8 = 6;
/// The last of what can be asked.
const MOST: u8 = 21;
const KEEP: u8 = 0;
const ROTATE: u8 = 1;
const DESTROY: u8 = 4;
const MISSING: u8 = 0;
const SHOWN: u8 = 1;
const VIEWED: u8 = 2;
const ERROR: u8 = 255;
const CART: &str = "=\"shop.cart\"\n\"items\"\t[1,2]\n";

/// From how many bytes on a field of bytes goes beside the message or the answer.
const LONG: usize = 4096;

/// A message being written.
struct Message(Vec<u8>);

impl Message {
    fn to(what: u8, config: u32, now: f64) -> Self {
        Self([&[what][..], &config.to_le_bytes(), &now.to_le_bytes()].concat())
    }

    fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    fn bytes(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.0.extend((bytes.len() as u32).to_le_bytes());
        self.0.extend(bytes);
        self
    }

    /// What else is known beside the record: no end of it, none that this process wrote, no epochs, read at this time, nothing waiting.
    fn alone(self, at: f64) -> Self {
        let mut message = self.byte(MISSING).byte(MISSING);
        message.0.extend(0_u32.to_le_bytes());
        message.0.extend(at.to_le_bytes());
        message.byte(0)
    }

    fn ask(self) -> Answer {
        self.ask_with(&[])
    }

    /// What is asked with this beside the message.
    fn ask_with(self, long: &[Vec<u8>]) -> Answer {
        let (bytes, long) = answer(&self.0, long);
        Answer { bytes, at: 1, long: long.into() }
    }
}

/// An answer being read.
struct Answer {
    bytes: Vec<u8>,
    at: usize,
    long: VecDeque<Vec<u8>>,
}

impl Answer {
    fn kind(&self) -> u8 {
        self.bytes[0]
    }

    fn take(&mut self, length: usize) -> &[u8] {
        self.at += length;
        &self.bytes[self.at - length..self.at]
    }

    fn number(&mut self) -> u64 {
        self.take(6).iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn field(&mut self) -> Option<Vec<u8>> {
        match u32::from_le_bytes(self.take(4).try_into().unwrap()) {
            u32::MAX => None,
            length if length as usize >= LONG => self.long.pop_front(),
            length => Some(self.take(length as usize).to_vec()),
        }
    }

    fn text(&mut self) -> Option<String> {
        self.field().map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// The answer of a call that must succeed.
    fn good(mut self) -> Self {
        assert_ne!(self.kind(), ERROR, "{:?}", self.text());
        self
    }

    /// The error of a call that must fail.
    fn error(mut self) -> String {
        assert_eq!(self.kind(), ERROR);
        [self.text().unwrap(), self.text().unwrap()].join(": ")
    }
}

/// The required options, and more fields; `wrong` is what the driver found wrong with their shape.
fn configure(more: &[(&str, &str)], wrong: &str) -> Answer {
    let required = [("secrets.0", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"), ("store.consistency", "strong")];
    let fields: Vec<_> = required.iter().chain(more).collect();
    let mut message = Message(vec![CONFIGURE]).bytes(wrong);
    message.0.extend((fields.len() as u32).to_le_bytes());
    fields.into_iter().fold(message, |message, (name, text)| message.bytes(name).bytes(text)).ask()
}

fn application() -> u32 {
    configure(&[], "").good().number() as u32
}

fn open(config: u32, cookie: &str, now: f64) -> Answer {
    let message = Message::to(OPEN, config, now).bytes("").bytes("").bytes(cookie);
    message.bytes("").bytes("").bytes("").ask()
}

fn load(config: u32, session: &[u8], record: &[u8], now: f64) -> Answer {
    Message::to(LOAD, config, now).bytes(session).byte(SHOWN).bytes(record).alone(now).ask()
}

/// A commit of what was loaded from `view`; empty for a new session.
fn commit(config: u32, session: &[u8], view: &[u8], action: u8, changes: &str, now: f64) -> Answer {
    let shown = if view.is_empty() { MISSING } else { VIEWED };
    let message = Message::to(COMMIT, config, now).bytes(session).bytes(view).byte(shown).alone(now);
    message.byte(action).bytes(changes).ask()
}

/// The session that a cookie opens.
fn session(config: u32, cookie: &str) -> Vec<u8> {
    open(config, cookie, NOW).good().field().unwrap()
}

/// The cookie and the writes of a commit, `(key, record)` each.
fn written(mut plan: Answer) -> (Option<String>, Vec<(String, Vec<u8>)>) {
    assert_eq!(plan.kind(), 1, "writes");
    let (_state, _key, _end) = (plan.field(), plan.field(), plan.field());
    let (_epochs, _way) = (plan.number(), plan.number());
    let cookie = (0..plan.number()).map(|_| plan.text().unwrap()).last();
    let (_put, _at) = (plan.number(), plan.number());
    let mut writes = Vec::new();
    for _ in 0..plan.number() {
        writes.push((plan.text().unwrap(), plan.field().unwrap()));
        let (_expires, _guard, _role, _meta) = (plan.number(), plan.number(), plan.number(), plan.field());
    }
    (cookie, writes)
}

/// A committed session: `(Cookie header, store key, record)`.
fn stored(config: u32, changes: &str) -> (String, String, Vec<u8>) {
    let (cookie, mut writes) = written(commit(config, &session(config, ""), &[], KEEP, changes, NOW));
    let (key, record) = writes.remove(0);
    (cookie.unwrap().split(';').next().unwrap().to_owned(), key, record)
}

#[wasm_bindgen_test]
fn what_was_committed_is_there_for_whoever_brings_the_cookie() {
    let config = application();
    let (cookie, key, record) = stored(config, CART);
    let mut opened = open(config, &cookie, NOW + 1.0).good();
    let session = opened.field().unwrap();
    assert_eq!((opened.number(), opened.text()), (0, Some(key.clone())), "by cookie, and the key to read");
    let mut loaded = load(config, &session, &record, NOW + 1.0);
    assert_eq!((loaded.kind(), loaded.field()), (0, None), "a view of what was stored");
    let texts: Value = serde_json::from_str(&loaded.text().unwrap()).unwrap();
    let [start, end] = [0, 1].map(|at| texts["shop.cart"][at].as_u64().unwrap() as usize);
    assert_eq!(&record[start..end], b"{\"items\":[1,2]}");
    let mut metadata = Message::to(METADATA, config, NOW + 1.0).bytes(&session).bytes(&record).ask().good();
    assert_eq!(format!("s1:{}", metadata.text().unwrap()), key);
    assert_eq!(metadata.number(), NOW as u64, "when it was created");
}

#[wasm_bindgen_test]
fn a_long_record_goes_beside_the_answer_and_the_message_and_is_not_mistaken_for_another() {
    let config = application();
    let value = format!("\"{}\"", "x".repeat(LONG));
    let (cookie, _, record) = stored(config, &format!("=\"shop.cart\"\n\"items\"\t{value}\n"));
    let session = session(config, &cookie);
    let ask = |length: usize, long: &[&[u8]]| {
        let mut message = Message::to(LOAD, config, NOW).bytes(&session).byte(SHOWN);
        message.0.extend((length as u32).to_le_bytes());
        message.alone(NOW).ask_with(&long.iter().map(|bytes| bytes.to_vec()).collect::<Vec<_>>())
    };
    assert!(record.len() > LONG);
    assert_eq!(ask(record.len(), &[&record]).good().kind(), 0, "a view");
    let shorter = &record[1..];
    for (length, long) in [(record.len(), &[][..]), (record.len(), &[shorter]), (shorter.len(), &[&record])] {
        assert!(ask(length, long).error().starts_with("internal: "), "{length} bytes announced");
    }
}

#[wasm_bindgen_test]
fn the_browsers_random_source_makes_every_session_another() {
    let config = application();
    let keys: Vec<String> = (0..20).map(|_| stored(config, CART).1).collect();
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys[..at].contains(key), "the same key twice");
    }
}

#[wasm_bindgen_test]
fn a_rotated_session_leads_on_and_a_destroyed_one_does_not() {
    let config = application();
    let (cookie, key, record) = stored(config, CART);
    let opened = session(config, &cookie);
    let (_, rotated) = written(commit(config, &opened, &record, ROTATE, "", NOW));
    let [(new, _), (old, moved)] = &rotated[..] else { panic!("{} writes", rotated.len()) };
    assert!(*new != key && *old == key, "the new record comes first, then what the old key leads to");
    let mut led = load(config, &opened, moved, NOW + 9_999.0);
    assert_eq!((led.kind(), led.field().is_some(), led.text().as_ref()), (1, true, Some(new)));
    let (_, destroyed) = written(commit(config, &opened, &record, DESTROY, "", NOW));
    assert_eq!(load(config, &opened, &destroyed[0].1, NOW).kind(), 2, "ended");
}

#[wasm_bindgen_test]
fn garbage_from_anywhere_is_an_answer_and_never_a_trap() {
    let config = application();
    let (cookie, _, record) = stored(config, CART);
    for length in 0..cookie.len() {
        let mut opened = open(config, &cookie[..length], NOW).good();
        let found = (opened.field().is_some(), opened.number(), opened.field());
        assert_eq!(found, (true, 0, None), "a new session, and nothing to read");
    }
    let session = session(config, &cookie);
    for length in 0..record.len() {
        assert!(load(config, &session, &record[..length], NOW).error().starts_with("store: "));
    }
    let noise: Vec<u8> = (0..997_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for length in 0..200 {
        let garbage = &noise[length..length * 3];
        for what in (OPEN..=MOST).chain([ERROR]) {
            Message(vec![what]).bytes(garbage).ask();
            Message(Message::to(what, config, NOW).0).bytes(garbage).bytes(garbage).ask();
        }
        load(config, garbage, &record, NOW).error();
        load(config, &session, garbage, NOW).error();
        commit(config, &session, &record, KEEP, &"\t=\n".repeat(length), NOW);
    }
    load(config, &session, &record, NOW).good();
}

#[wasm_bindgen_test]
fn options_that_are_wrong_are_named_behind_what_is_wrong_with_their_shape() {
    for (name, text) in [("maxBytes", "-1"), ("lifetime.idle", "null"), ("cookie.sameSite", "lax")] {
        let error = configure(&[(name, text)], "surprise: there is no such option").error();
        assert!(error.starts_with(&format!("config: surprise: there is no such option; {name}: ")), "{error}");
    }
}

#[wasm_bindgen_test]
fn a_clock_at_zero_is_refused_at_every_call() {
    let config = application();
    let (cookie, _, record) = stored(config, CART);
    let session = session(config, &cookie);
    for now in [0.0, -1.0, f64::NAN, f64::INFINITY, 1_500_000_000_000.0] {
        for answer in [
            open(config, &cookie, now),
            load(config, &session, &record, now),
            commit(config, &session, &record, KEEP, CART, now),
        ] {
            assert!(answer.error().starts_with("clock: "));
        }
    }
}

#[wasm_bindgen_test]
fn a_configuration_that_was_released_is_not_used_and_its_number_serves_another() {
    let config = application();
    Message([&[RELEASE][..], &config.to_le_bytes()].concat()).ask().good();
    assert!(open(config, "", NOW).error().starts_with("internal: "));
    let again = application();
    open(again, "", NOW).good();
}

#[wasm_bindgen_test]
fn headers_are_marked_and_what_is_there_stays() {
    let caching = |vary: &str, control: &str, sets: u8| {
        let mut answer = Message(vec![CACHING]).bytes(vary).bytes(control).byte(sets).bytes("").ask().good();
        [answer.text(), answer.text()]
    };
    assert_eq!(caching("", "", 1), ["Cookie", "private, no-store"].map(|text| Some(text.into())));
    let marked = caching("Accept", "public, max-age=60", 0);
    assert_eq!(marked, ["Accept, Cookie", "private, max-age=60"].map(|text| Some(text.into())));
    assert_eq!(caching("Accept, Cookie", "private, max-age=60", 0), [None, None], "not twice");
}
