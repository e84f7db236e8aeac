//! `Vary` and `Cache-Control` of an answer that depends on a session.
//!
//! Caches in front of an application have handed one visitor's page, or one visitor's cookie, to the next
//! (CVE-2023-30861 and CVE-2026-27205 in Flask, CVE-2024-26144 in Rails, CVE-2025-48947 in nextjs-auth0). Several of
//! them ignore `Vary: Cookie`, so `Cache-Control` has to say it as well.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::text::{split, split_once, trim, trim_of};

/// The `Vary` header that names `Cookie` as well; `None` when `existing` says so already.
///
/// "A list containing the member `*` signals that other aspects of the request might have played a role" (RFC 9110,
/// section 12.5.5): it covers cookies too.
///
/// ```
/// use edge_session::cookie::vary;
/// assert_eq!(vary(None).as_deref(), Some("Cookie"));
/// assert_eq!(vary(Some("Accept")).as_deref(), Some("Accept, Cookie"));
/// assert_eq!(vary(Some("accept, cookie")), None);
/// ```
pub fn vary(existing: Option<&str>) -> Option<String> {
    vary_on(existing, "Cookie")
}

/// The same for any other request header.
pub(crate) fn vary_on(existing: Option<&str>, name: &str) -> Option<String> {
    let existing = trim_of(existing.unwrap_or_default(), b" \t,");
    let names_it = |member: &str| member == "*" || member.eq_ignore_ascii_case(name);
    if split(existing, b',').map(trim).any(names_it) {
        return None;
    }
    Some(if existing.is_empty() { name.to_string() } else { [existing, ", ", name].concat() })
}

/// The `Cache-Control` header with which no cache serves this answer to anybody else; `None` when `existing` is enough.
///
/// | existing | answer sets the cookie | answer only depends on the session |
/// | --- | --- | --- |
/// | `no-store`, or `private` without `public` and `s-maxage` | stays | stays |
/// | none, or not of the grammar | `private, no-store` | `private, no-cache` |
/// | anything else of the grammar | `private, no-store` | `private`, then the same without `public` and `s-maxage` |
///
/// `private="field"` does not count: it is about those fields and lets a shared cache keep the rest (RFC 9111, section
/// 5.2.2.7). `max-age` alone does not either: it lets a shared cache keep the answer for everybody.
///
/// The same holds for the fields that a CDN obeys before `Cache-Control` (RFC 9213: `CDN-Cache-Control` and its like):
/// where one is there, it needs the same treatment.
///
/// ```
/// use edge_session::cookie::cache_control;
/// assert_eq!(cache_control(None, true).as_deref(), Some("private, no-store"));
/// assert_eq!(cache_control(None, false).as_deref(), Some("private, no-cache"));
/// assert_eq!(cache_control(Some("public, max-age=60"), false).as_deref(), Some("private, max-age=60"));
/// assert_eq!(cache_control(Some("private, max-age=60"), true), None);
/// ```
pub fn cache_control(existing: Option<&str>, sets_cookie: bool) -> Option<String> {
    let directives = directives(existing.unwrap_or_default());
    if directives.as_deref().is_some_and(keeps_to_one_visitor) {
        return None;
    }
    Some(match directives {
        Some(directives) if !sets_cookie && !directives.is_empty() => made_private(&directives),
        _ if sets_cookie => "private, no-store".to_string(),
        _ => "private, no-cache".to_string(),
    })
}

fn keeps_to_one_visitor(directives: &[&str]) -> bool {
    let has_bare = |name: &str| directives.iter().any(|directive| directive.eq_ignore_ascii_case(name));
    let shared = directives.iter().any(|directive| is_named(directive, &["public", "s-maxage"]));
    has_bare("no-store") || (has_bare("private") && !shared)
}

fn made_private(directives: &[&str]) -> String {
    let mut header = "private".to_string();
    for directive in directives {
        if !is_named(directive, &["private", "public", "s-maxage"]) {
            header.push_str(", ");
            header.push_str(directive);
        }
    }
    header
}

/// Names are compared without case (RFC 9111, section 5.2), with or without an argument.
fn is_named(directive: &str, names: &[&str]) -> bool {
    let name = split(directive, b'=').next().map(trim).unwrap_or_default();
    names.iter().any(|wanted| name.eq_ignore_ascii_case(wanted))
}

/// The directives of a header, each as written; `None` when one of them breaks the grammar, so that caches may disagree on
/// where it ends.
///
/// `cache-directive = token [ "=" ( token / quoted-string ) ]` (RFC 9111, section 5.2), and a quoted-string may hold commas.
fn directives(header: &str) -> Option<Vec<&str>> {
    let (mut quoted, mut escaped, mut start) = (false, false, 0);
    let mut directives = Vec::new();
    // One comma behind the end closes the last directive; inside a quoted-string that has no end, nothing does.
    for (at, byte) in header.bytes().chain([b',']).enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                let directive = trim(header.get(start..at)?);
                start = at.saturating_add(1);
                is_well_formed(directive).then_some(())?;
                directives.extend(Some(directive).filter(|directive| !directive.is_empty()));
            }
            _ => {}
        }
    }
    (start > header.len()).then_some(directives)
}

fn is_well_formed(directive: &str) -> bool {
    let (name, argument) = split_once(directive, b'=').unwrap_or((directive, ""));
    let is_plain = |text: &str| !text.bytes().any(|byte| matches!(byte, b'"' | b'\\'));
    let quoted =
        |text: &str| text.strip_prefix("\"").and_then(|rest| rest.strip_suffix("\"")).is_some_and(ends_nowhere);
    is_plain(name) && (is_plain(argument) || quoted(argument))
}

/// Whether no quote inside a quoted-string ends it early: each stands behind a backslash.
fn ends_nowhere(inner: &str) -> bool {
    let mut escaped = false;
    let mut is_inside = |byte: u8| {
        let inside = escaped || byte != b'"';
        escaped = !escaped && byte == b'\\';
        inside
    };
    inner.bytes().all(&mut is_inside) && !escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vary_names_cookie_once_and_keeps_what_was_there() {
        for (existing, expected) in [
            (None, Some("Cookie")),
            (Some(""), Some("Cookie")),
            (Some(" , "), Some("Cookie")),
            (Some("Accept"), Some("Accept, Cookie")),
            (Some("Accept,"), Some("Accept, Cookie")),
            (Some("Accept, X-Cookie"), Some("Accept, X-Cookie, Cookie")),
            (Some("cookie"), None),
            (Some("Accept,COOKIE"), None),
            (Some("Accept,\tCookie , Origin"), None),
            (Some("*"), None),
            (Some("Accept, *"), None),
        ] {
            assert_eq!(vary(existing).as_deref(), expected, "{existing:?}");
        }
    }

    #[test]
    fn an_answer_that_sets_the_cookie_is_kept_by_no_shared_cache() {
        const REPLACED: Option<&str> = Some("private, no-store");
        for (existing, expected) in [
            (None, REPLACED),
            (Some(""), REPLACED),
            (Some("max-age=60"), REPLACED),
            (Some("no-cache"), REPLACED),
            (Some("public, max-age=600"), REPLACED),
            (Some("private, s-maxage=5"), REPLACED),
            (Some("private, PUBLIC"), REPLACED),
            (Some("private=\"set-cookie\""), REPLACED),
            (Some("ext=\"private, no-store\""), REPLACED),
            (Some("no-store=1"), REPLACED),
            (Some("ext=\"open, no-store"), REPLACED),
            (Some("private, \""), REPLACED),
            (Some("private, ext=\"a\"b"), REPLACED),
            (Some("private, ext=\"a\\"), REPLACED),
            (Some("private, ext=\"a\\\""), REPLACED),
            (Some("\\\", private, \\\""), REPLACED),
            (Some("no-store"), None),
            (Some("No-Store, public"), None),
            (Some("Private"), None),
            (Some("max-age=60 ,private"), None),
            (Some("ext=\"a\\\", public\", private"), None),
        ] {
            assert_eq!(cache_control(existing, true).as_deref(), expected, "{existing:?}");
        }
    }

    #[test]
    fn an_answer_that_depends_on_the_session_is_private_and_otherwise_what_it_was() {
        const DEFAULT: Option<&str> = Some("private, no-cache");
        for (existing, expected) in [
            (None, DEFAULT),
            (Some(""), DEFAULT),
            (Some(" ,, "), DEFAULT),
            (Some("ext=\"open"), DEFAULT),
            (Some("max-age=60, a\"b\""), DEFAULT),
            (Some("public"), Some("private")),
            (Some("public, max-age=600, immutable"), Some("private, max-age=600, immutable")),
            (Some("max-age=60, S-MaxAge=600"), Some("private, max-age=60")),
            (Some("private, s-maxage =5"), Some("private")),
            (Some("max-age=60"), Some("private, max-age=60")),
            (Some("private=\"a, public\", max-age=1"), Some("private, max-age=1")),
            (Some("ext=\"a, public\", max-age=1"), Some("private, ext=\"a, public\", max-age=1")),
            (Some("no-store"), None),
            (Some("no-store, public"), None),
            (Some("private, max-age=60"), None),
        ] {
            assert_eq!(cache_control(existing, false).as_deref(), expected, "{existing:?}");
        }
    }

    #[test]
    fn what_it_returns_needs_no_second_change() {
        for existing in [None, Some("public"), Some("max-age=1, s-maxage=2"), Some("private=\"x\""), Some("a=\"")] {
            for sets_cookie in [true, false] {
                let header = cache_control(existing, sets_cookie);
                assert_eq!(cache_control(header.as_deref(), sets_cookie), None, "{existing:?}");
            }
            assert_eq!(vary(vary(existing).as_deref()), None);
        }
    }
}
