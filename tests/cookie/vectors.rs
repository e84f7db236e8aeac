//! The fixed vectors, which JavaScript reads as well.

use edge_session::cookie::{Attributes, CookieOptions, SameSite, candidates};
use edge_session::error::Reject;
use edge_session::time::Span;
use serde_json::Value;

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("a vector file is JSON")
}

/// A text, or a list of texts and `{text, times}`.
fn text(value: &Value) -> String {
    match value {
        Value::Array(parts) => parts.iter().map(text).collect(),
        Value::Object(part) => part["text"].as_str().unwrap().repeat(part["times"].as_u64().unwrap() as usize),
        _ => value.as_str().unwrap().to_string(),
    }
}

#[test]
fn every_header_holds_the_values_it_should() {
    let file = read(include_str!("../../vectors/cookie-header.json"));
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    for case in cases {
        let (header, promise) = (text(&case["header"]), &case["promise"]);
        let found = candidates(&header, case["name"].as_str().unwrap());
        let texts = |list: &Value| list.as_array().unwrap().iter().map(text).collect::<Vec<_>>();
        assert_eq!(found.certain().collect::<Vec<_>>(), texts(&case["certain"]), "{promise}");
        assert_eq!(found.possible().collect::<Vec<_>>(), texts(&case["possible"]), "{promise}");
        let outcome = found.choose(|_| Err::<(), _>(Reject::Forged), |_, _| None);
        assert_eq!(outcome.err().map(Reject::as_str), case["reject"].as_str(), "{promise}");
    }
}

fn attributes(options: &Value) -> Result<Attributes, String> {
    let default = CookieOptions::default();
    let flag = |name: &str, default: bool| options[name].as_bool().unwrap_or(default);
    let string = |name: &str| options[name].as_str().map(String::from);
    let same_site = string("sameSite").map_or(Ok(SameSite::Lax), |text| SameSite::parse(&text));
    Attributes::new(&CookieOptions {
        name: string("name").unwrap_or(default.name),
        domain: string("domain"),
        path: string("path").unwrap_or(default.path),
        secure: flag("secure", true),
        http_only: flag("httpOnly", true),
        same_site: same_site.map_err(|error| error.to_string())?,
        partitioned: flag("partitioned", false),
        persist: flag("persist", false),
    })
    .map_err(|error| error.to_string())
}

#[test]
fn every_set_of_options_gives_its_lines_or_its_error() {
    let file = read(include_str!("../../vectors/set-cookie.json"));
    let (lines, errors) = (file["lines"].as_array().unwrap(), file["errors"].as_array().unwrap());
    assert!(lines.len() >= 8 && errors.len() >= 25);
    for case in lines {
        let cookie = attributes(&case["options"]).unwrap();
        let left = case["left"].as_u64().map(Span::from_millis);
        assert_eq!(cookie.set(case["value"].as_str().unwrap(), left).unwrap(), case["set"], "{}", case["promise"]);
        assert_eq!(cookie.delete(), case["delete"], "{}", case["promise"]);
    }
    for case in errors {
        assert_eq!(attributes(&case["options"]).unwrap_err(), case["error"], "{}", case["options"]);
    }
}
