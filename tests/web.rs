//! The surface for JavaScript, called from Rust in a real browser: its random source, its `Headers`, its typed arrays.
//!
//! `wasm-pack test --headless --chrome -- --test web`
#![cfg(test)]
#![cfg(target_arch = "wasm32")]
#![allow(clippy::arithmetic_side_effects)]
#![allow(unsafe_code)] // in the expansion of `#[wasm_bindgen]` only

use std::fmt::Write;

use edge_session::js::{Answer, commit, configure, load, mark, metadata, open, release};
use serde_json::Value;
use wasm_bindgen::convert::TryFromJsValue;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    /// What every call answers.
    #[wasm_bindgen(js_name = Array)]
    type Tuple;

    #[wasm_bindgen(method, indexing_getter)]
    fn at(this: &Tuple, index: u32) -> JsValue;

    /// Whatever it is given; here, bytes.
    #[wasm_bindgen(js_name = structuredClone)]
    fn bytes_of(value: JsValue) -> Vec<u8>;

    #[wasm_bindgen(js_name = Headers)]
    type RealHeaders;

    #[wasm_bindgen(constructor, js_class = "Headers")]
    fn new() -> RealHeaders;

    #[wasm_bindgen(method)]
    fn get(this: &RealHeaders, name: &str) -> Option<String>;

    #[wasm_bindgen(method)]
    fn append(this: &RealHeaders, name: &str, value: &str);

    #[wasm_bindgen(method, js_name = getSetCookie)]
    fn get_set_cookie(this: &RealHeaders) -> Vec<String>;
}

const NOW: f64 = 1_800_000_000_000.0;
const KEEP: u32 = 0;
const ROTATE: u32 = 1;
const DESTROY: u32 = 4;
const CART: &str = "=\"shop.cart\"\n\"items\"\t[1,2]\n";

/// Options as they cross: the required ones, and `more` lines of `path TAB kind TAB value`.
fn options(more: &[&str]) -> String {
    let secret: String = (0..32_u8).map(|n| format!("{:02x}", n.wrapping_mul(37))).collect();
    let strong = hex("strong");
    let mut lines = format!(
        "\tobject\t\nsecrets\tarray\t1\nsecrets.0\tbytes\t{secret}\nstore\tobject\t\nstore.consistency\tstring\t{strong}\n"
    );
    for method in ["read", "write", "remove"] {
        writeln!(lines, "store.{method}\tfunction\t").unwrap();
    }
    for line in more {
        writeln!(lines, "{line}").unwrap();
    }
    lines
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn application() -> u32 {
    number(&tuple(configure(&options(&[]))), 0) as u32
}

/// The answer of a call that must succeed.
fn tuple(answer: Result<impl JsCast, JsValue>) -> Tuple {
    answer.unwrap().unchecked_into()
}

/// The error of a call that must fail.
fn thrown(answer: Result<impl JsCast, JsValue>) -> String {
    answer.err().expect("the call must fail").as_string().expect("an error of the core")
}

/// The enum is named in JavaScript only, where it is a number.
fn act<T: TryFromJsValue>(number: u32) -> T {
    T::try_from_js_value(number.into()).unwrap_or_else(|_| panic!("no such act"))
}

fn number(tuple: &Tuple, at: u32) -> f64 {
    tuple.at(at).as_f64().unwrap()
}

fn text(tuple: &Tuple, at: u32) -> Option<String> {
    tuple.at(at).as_string()
}

fn bytes(tuple: &Tuple, at: u32) -> Vec<u8> {
    bytes_of(tuple.at(at))
}

/// A committed session: `(Cookie header, store key, record)`.
fn stored(config: u32, changes: &str) -> (String, String, Vec<u8>) {
    let opened = tuple(open(config, "", None, NOW));
    let plan = tuple(commit(config, &bytes(&opened, 0), &[], Answer::Missing, &[], act(KEEP), changes, NOW));
    assert_eq!(number(&plan, 0), 1.0, "a write");
    let cookie = text(&plan, 2).unwrap();
    (cookie.split(';').next().unwrap().to_owned(), text(&plan, 4).unwrap(), bytes(&plan, 5))
}

#[wasm_bindgen_test]
fn what_was_committed_is_there_for_whoever_brings_the_cookie() {
    let config = application();
    let (cookie, key, record) = stored(config, CART);
    let opened = tuple(open(config, &cookie, None, NOW + 1.0));
    assert_eq!(text(&opened, 1), Some(key.clone()), "the key to read");
    let loaded = tuple(load(config, &bytes(&opened, 0), Answer::Shown, &record, NOW + 1.0));
    assert_eq!(number(&loaded, 0), 0.0, "a view");
    let texts: Value = serde_json::from_str(&text(&loaded, 2).unwrap()).unwrap();
    let [start, end] = [0, 1].map(|at| texts["shop.cart"][at].as_u64().unwrap() as usize);
    assert_eq!(&record[start..end], b"{\"items\":[1,2]}");
    let metadata = tuple(metadata(config, &bytes(&opened, 0), &record, NOW + 1.0));
    assert_eq!(format!("s1:{}", text(&metadata, 0).unwrap()), key);
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
    let opened = bytes(&tuple(open(config, &cookie, None, NOW)), 0);
    let rotated = tuple(commit(config, &opened, &record, Answer::Viewed, &[], act(ROTATE), "", NOW));
    assert_ne!(text(&rotated, 4), Some(key.clone()), "the new record comes first");
    assert_eq!(text(&rotated, 8), Some(key), "then what the old key leads to");
    let led = tuple(load(config, &opened, Answer::Shown, &bytes(&rotated, 9), NOW + 9_999.0));
    assert_eq!((number(&led, 0), text(&led, 2)), (1.0, text(&rotated, 4)));
    let destroyed = tuple(commit(config, &opened, &record, Answer::Viewed, &[], act(DESTROY), "", NOW));
    let ended = tuple(load(config, &opened, Answer::Shown, &bytes(&destroyed, 5), NOW));
    assert_eq!(number(&ended, 0), 2.0, "ended");
}

#[wasm_bindgen_test]
fn garbage_from_anywhere_is_an_answer_and_never_a_trap() {
    let config = application();
    let (cookie, _, record) = stored(config, CART);
    for length in 0..cookie.len() {
        let opened = tuple(open(config, &cookie[..length], None, NOW));
        assert_eq!(text(&opened, 1), None, "nothing to read");
    }
    let session = bytes(&tuple(open(config, &cookie, None, NOW)), 0);
    for length in 0..record.len() {
        assert!(thrown(load(config, &session, Answer::Shown, &record[..length], NOW)).starts_with("store: "));
    }
    let noise: Vec<u8> = (0..997_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for length in 0..200 {
        let garbage = &noise[length..length * 3];
        let answers = [
            load(config, garbage, Answer::Shown, &record, NOW),
            load(config, &session, Answer::Shown, garbage, NOW),
            metadata(config, garbage, garbage, NOW),
            commit(config, &session, garbage, Answer::Shown, &record, act(KEEP), CART, NOW),
            commit(config, &session, &record, Answer::Viewed, &[], act(KEEP), &"\t=\n".repeat(length), NOW),
        ];
        for answer in answers {
            assert!(answer.is_ok() || thrown(answer).contains(": "));
        }
    }
    assert!(load(config, &session, Answer::Shown, &record, NOW).is_ok(), "the core works on");
}

#[wasm_bindgen_test]
fn options_that_are_wrong_are_named_and_a_description_that_is_none_is_refused() {
    let lax = format!("cookie.sameSite\tstring\t{}", hex("lax"));
    for (more, field) in [
        (["maxBytes\tnumber\t-1"].as_slice(), "maxBytes"),
        (&["lifetime\tobject\t", "lifetime.idle\tnull\t"], "lifetime.idle"),
        (&["cookie\tobject\t", &lax], "cookie.sameSite"),
        (&["surprise\tnumber\t1"], "surprise"),
    ] {
        let error = thrown(configure(&options(more)));
        assert!(error.starts_with(&format!("config: {field}: ")), "{error}");
    }
    for nothing in ["", "\n", "\t\t\n", "\tundefined\t\n", "no description", "\tobject\t\nsecrets\tarray\t9\n"] {
        assert!(thrown(configure(nothing)).contains(": "));
    }
}

#[wasm_bindgen_test]
fn a_clock_at_zero_is_refused_at_every_call() {
    let config = application();
    let (cookie, _, record) = stored(config, CART);
    let session = bytes(&tuple(open(config, &cookie, None, NOW)), 0);
    for now in [0.0, -1.0, f64::NAN, f64::INFINITY, 1_500_000_000_000.0] {
        let answers = [
            open(config, &cookie, None, now),
            load(config, &session, Answer::Shown, &record, now),
            commit(config, &session, &record, Answer::Viewed, &[], act(KEEP), CART, now),
        ];
        for answer in answers {
            assert!(thrown(answer).starts_with("clock: "));
        }
    }
}

#[wasm_bindgen_test]
fn a_configuration_that_was_released_is_not_used_and_its_number_serves_another() {
    let config = application();
    release(config);
    assert!(thrown(open(config, "", None, NOW)).starts_with("internal: "));
    let again = application();
    assert!(open(again, "", None, NOW).is_ok());
}

#[wasm_bindgen_test]
fn real_headers_are_marked_and_what_is_there_stays() {
    let headers = RealHeaders::new();
    headers.append("Vary", "Accept");
    headers.append("Cache-Control", "public, max-age=60");
    headers.append("Set-Cookie", "theme=dark");
    mark(headers.unchecked_ref(), None).unwrap();
    assert_eq!(headers.get("Vary").as_deref(), Some("Accept, Cookie"));
    assert_eq!(headers.get("Cache-Control").as_deref(), Some("private, max-age=60"));
    mark(headers.unchecked_ref(), Some("sid=1; Path=/".into())).unwrap();
    assert_eq!(headers.get("Vary").as_deref(), Some("Accept, Cookie"), "not twice");
    assert_eq!(headers.get_set_cookie(), ["theme=dark", "sid=1; Path=/"]);
}
