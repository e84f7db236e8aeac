//! No field carries a `;` or a line end into the `Set-Cookie` line. CVE-2024-47764, CVE-2026-29086, CVE-2026-47675: each
//! time it was another field.

use std::collections::BTreeSet;

use edge_session::cookie::{Attributes, CookieOptions, SameSite};

/// `text` with `character` in front, inside and behind.
fn spoilt(text: &str, character: char) -> [String; 3] {
    let (start, end) = text.split_at(text.len() / 2);
    [format!("{character}{text}"), format!("{start}{character}{end}"), format!("{text}{character}")]
}

/// Every byte as Latin-1, and what hosts have turned into something else.
fn characters() -> impl Iterator<Item = char> {
    (0..=0xff_u8).map(char::from).chain(['\u{2028}', '\u{2713}', '\u{10a}', '\u{10d}', '\u{ff1b}', '\u{fffd}'])
}

fn assert_unbroken(line: &str, semicolons: usize) {
    assert!(line.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{line:?}");
    assert_eq!(line.matches(';').count(), semicolons, "{line:?}");
}

#[test]
fn no_byte_in_any_field_breaks_out_of_the_line() {
    let plain = || CookieOptions {
        name: "name".into(),
        domain: Some("shop.example".into()),
        path: "/path".into(),
        ..CookieOptions::default()
    };
    let mut written = 0;
    for character in characters() {
        let names = spoilt("name", character).map(|name| CookieOptions { name, ..plain() });
        let domains = spoilt("shop.example", character).map(|text| CookieOptions { domain: Some(text), ..plain() });
        let paths = spoilt("/path", character).map(|path| CookieOptions { path, ..plain() });
        for options in names.into_iter().chain(domains).chain(paths) {
            let Ok(cookie) = Attributes::new(&options) else { continue };
            written += 1;
            assert_unbroken(&cookie.set("v", None).unwrap(), 5);
            assert_unbroken(&cookie.delete(), 7);
        }
    }
    assert!(written > 500, "{written}");
}

#[test]
fn no_byte_in_the_value_breaks_out_of_the_line() {
    let cookie = Attributes::new(&CookieOptions::default()).unwrap();
    let mut written = BTreeSet::new();
    for character in characters() {
        for line in spoilt("value", character).iter().filter_map(|value| cookie.set(value, None).ok()) {
            assert_unbroken(&line, 4);
            written.insert(character);
        }
    }
    assert_eq!(written.len(), 64, "base64url and nothing else");
}

#[test]
fn no_byte_in_same_site_is_taken() {
    for character in characters() {
        for text in ["Strict", "Lax", "None"].into_iter().flat_map(|text| spoilt(text, character)) {
            assert!(SameSite::parse(&text).is_err(), "{text:?}");
        }
    }
}
