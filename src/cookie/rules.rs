//! Which attributes a browser takes, alone and together.
//!
//! A browser that is sent a wrong combination says nothing: it drops the cookie, or keeps it for another scope. So every
//! rule is applied when the application starts, and the error names the field.

use super::options::{CookieOptions, FieldError, SameSite};
use crate::text::{decimal, split};

/// The longest name: beside it a token of 4,000 bytes still fits into the 4,096 that a browser keeps.
const MAX_NAME: usize = 96;

/// "If the attribute-value is longer than 1024 octets", a browser ignores the attribute (RFC 6265bis, section 5.6): the
/// cookie would silently get another scope.
const MAX_ATTRIBUTE: usize = 1024;

/// Every rule of this file, the shape of each field before what fields demand of each other.
pub(super) fn check(options: &CookieOptions) -> Result<(), FieldError> {
    check_name(&options.name)?;
    check_path(&options.path)?;
    options.domain.as_deref().map_or(Ok(()), check_domain)?;
    check_prefix(options)?;
    check_secure(options)
}

/// `cookie-name = token`, `token = 1*tchar` (RFC 6265bis, section 4.1.1; RFC 9110, section 5.6.2).
fn check_name(name: &str) -> Result<(), FieldError> {
    let wrong = |reason: &[&str]| Err(FieldError::new("cookie.name", &reason.concat()));
    let is_tchar = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() {
        return wrong(&["must not be empty"]);
    }
    if name.len() > MAX_NAME {
        return wrong(&["is ", &decimal(name.len() as u64), " bytes long; at most ", &decimal(MAX_NAME as u64)]);
    }
    match name.bytes().position(|byte| !is_tchar(byte)) {
        Some(at) => wrong(&["holds a character that no cookie name can hold, at byte ", &decimal(at as u64)]),
        None => Ok(()),
    }
}

/// `path-value = *av-octet` (RFC 6265bis, section 4.1.1). Without a leading `/`, a browser takes the directory of the
/// page instead (section 5.6.4). Space, `?` and `#` are av-octets, but stand in no request's path: such a cookie would be
/// kept and never sent.
fn check_path(path: &str) -> Result<(), FieldError> {
    let wrong = |reason: &[&str]| Err(FieldError::new("cookie.path", &reason.concat()));
    let is_path = |byte: u8| byte.is_ascii_graphic() && !b";?#".contains(&byte);
    if path.as_bytes().first() != Some(&b'/') {
        return wrong(&["must begin with \"/\""]);
    }
    if path.len() > MAX_ATTRIBUTE {
        return wrong(&["is ", &decimal(path.len() as u64), " bytes long; at most ", &decimal(MAX_ATTRIBUTE as u64)]);
    }
    match path.bytes().position(|byte| !is_path(byte)) {
        Some(at) => wrong(&["holds a character that must be percent-encoded, at byte ", &decimal(at as u64)]),
        None => Ok(()),
    }
}

/// `domain-value = <subdomain>` (RFC 6265bis, section 4.1.1): labels of letters, digits and inner hyphens, at most 63
/// bytes each and 253 together (RFC 1123, section 2.1). A trailing dot makes a browser ignore the attribute (section
/// 4.1.2.3), and an address has no subdomains to share with.
fn check_domain(domain: &str) -> Result<(), FieldError> {
    let wrong = |reason: &str| Err(FieldError::new("cookie.domain", reason));
    if domain.is_empty() {
        return wrong("must not be empty; leave it out for a cookie of this host alone");
    }
    if domain.as_bytes().first() == Some(&b'.') {
        return wrong("must be written without the leading dot; subdomains are included");
    }
    if domain.len() > 253 || !split(domain, b'.').all(is_label) {
        return wrong("must be a host name such as shop.example, in punycode where needed, without scheme and port");
    }
    if split(domain, b'.').last().is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit())) {
        return wrong("must be a host name, not an address; leave it out");
    }
    Ok(())
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.as_bytes().first() != Some(&b'-')
        && label.as_bytes().last() != Some(&b'-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// What a name that begins with `text` promises, and a browser enforces.
struct Prefix {
    text: &'static str,
    /// No `Domain`, and `Path=/`.
    host: bool,
    http_only: bool,
}

/// RFC 6265bis, sections 4.1.3.1 and 4.1.3.2; the two `Http` prefixes are from layered-cookies. Longer ones first.
const PREFIXES: [Prefix; 4] = [
    Prefix { text: "__Host-Http-", host: true, http_only: true },
    Prefix { text: "__Host-", host: true, http_only: false },
    Prefix { text: "__Http-", host: false, http_only: true },
    Prefix { text: "__Secure-", host: false, http_only: false },
];

/// "UAs MUST match the prefix string case-insensitively" (RFC 6265bis, section 5.4), so `__HOST-sid` is bound as well.
fn check_prefix(options: &CookieOptions) -> Result<(), FieldError> {
    let begins_with = |text: &str| options.name.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    let Some(Prefix { text, host, http_only }) = PREFIXES.iter().find(|prefix| begins_with(prefix.text)) else {
        return Ok(());
    };
    let wrong = |field, rule: &str| Err(FieldError::new(field, &[rule, " with the prefix ", text].concat()));
    if !options.secure {
        return wrong("cookie.secure", "must be true");
    }
    if *host && options.domain.is_some() {
        return wrong("cookie.domain", "not allowed");
    }
    if *host && options.path != "/" {
        return wrong("cookie.path", "must be \"/\"");
    }
    if *http_only && !options.http_only {
        return wrong("cookie.httpOnly", "must be true");
    }
    Ok(())
}

/// RFC 6265bis, section 5.7: a `SameSite=None` cookie that is not `Secure` is ignored; so is a `Partitioned` one (CHIPS).
fn check_secure(options: &CookieOptions) -> Result<(), FieldError> {
    if options.same_site == SameSite::None && !options.secure {
        return Err(FieldError::new("cookie.sameSite", "\"None\" needs secure"));
    }
    if options.partitioned && !options.secure {
        return Err(FieldError::new("cookie.partitioned", "needs secure"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::LOCAL_NAME;
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    /// Without prefix, so that one field can be wrong at a time.
    fn plain() -> CookieOptions {
        CookieOptions { name: LOCAL_NAME.into(), ..CookieOptions::default() }
    }

    fn wrong_field(options: CookieOptions) -> Option<&'static str> {
        check(&options).err().map(|error| error.field)
    }

    #[test]
    fn the_defaults_go_together_here_and_on_plain_http() {
        assert_eq!(wrong_field(CookieOptions::default()), None);
        assert_eq!(wrong_field(CookieOptions { secure: false, ..plain() }), None);
    }

    #[test]
    fn every_prefix_holds_in_every_case_of_its_letters() {
        let rules: [(&str, &[&str]); 4] = [
            ("__Secure-", &["cookie.secure"]),
            ("__Host-", &["cookie.secure", "cookie.domain", "cookie.path"]),
            ("__Http-", &["cookie.secure", "cookie.httpOnly"]),
            ("__Host-Http-", &["cookie.secure", "cookie.domain", "cookie.path", "cookie.httpOnly"]),
        ];
        for (prefix, bound) in rules {
            for prefix in [prefix.to_string(), prefix.to_lowercase(), prefix.to_uppercase()] {
                let named = || CookieOptions { name: format!("{prefix}sid"), ..plain() };
                assert_eq!(wrong_field(named()), None);
                for (field, options) in [
                    ("cookie.secure", CookieOptions { secure: false, ..named() }),
                    ("cookie.domain", CookieOptions { domain: Some("shop.example".into()), ..named() }),
                    ("cookie.path", CookieOptions { path: "/cart".into(), ..named() }),
                    ("cookie.httpOnly", CookieOptions { http_only: false, ..named() }),
                ] {
                    assert_eq!(wrong_field(options), bound.contains(&field).then_some(field), "{prefix} {field}");
                }
            }
        }
    }

    #[test]
    fn a_name_that_only_resembles_a_prefix_is_bound_by_nothing() {
        for name in ["__Host", "_Host-sid", "x__Host-sid", "__Hosts-sid"] {
            assert_eq!(wrong_field(CookieOptions { name: name.into(), secure: false, ..plain() }), None, "{name}");
        }
    }

    #[test]
    fn names_are_http_tokens_that_leave_room_for_the_largest_token() {
        for name in ["sid", "a", "!#$%&'*+-.^_`|~", "__proto__", &"n".repeat(96)] {
            assert_eq!(wrong_field(CookieOptions { name: name.into(), ..plain() }), None, "{name}");
        }
        for name in ["", "a b", "a=b", "a;b", "a,b", "\"a\"", "a\u{a0}", "sïd", "a\r\n", &"n".repeat(97)] {
            assert_eq!(wrong_field(CookieOptions { name: name.into(), ..plain() }), Some("cookie.name"), "{name:?}");
        }
    }

    #[test]
    fn paths_are_such_as_a_request_can_have() {
        let longest = format!("/{}", "p".repeat(1023));
        for path in ["/", "/cart", "/a%20b/~c=,", &longest] {
            assert_eq!(wrong_field(CookieOptions { path: path.into(), ..plain() }), None, "{path}");
        }
        let too_long = format!("/{}", "p".repeat(1024));
        for path in ["", "cart", "/a;b", "/a b", "/a ", "/a?b", "/a#b", "/ä", "/\r", "/\u{7f}", &too_long] {
            assert_eq!(wrong_field(CookieOptions { path: path.into(), ..plain() }), Some("cookie.path"), "{path:?}");
        }
    }

    #[test]
    fn domains_are_host_names() {
        let label = "l".repeat(63);
        for domain in ["shop.example", "localhost", "Shop.Example", "a-b.1.example", "xn--bcher-kva.example", &label] {
            assert_eq!(wrong_field(CookieOptions { domain: Some(domain.into()), ..plain() }), None, "{domain}");
        }
        let too_long = format!("{0}.{0}.{0}.{0}", "l".repeat(63));
        let label_too_long = "l".repeat(64);
        for domain in ["", ".shop.example", "shop.example.", "a..b", "-a.example", "a-.example", "bücher.example"] {
            assert_eq!(wrong_field(CookieOptions { domain: Some(domain.into()), ..plain() }), Some("cookie.domain"));
        }
        for domain in
            ["https://a.example", "a.example:80", "a_b.example", "127.0.0.1", "[::1]", &too_long, &label_too_long]
        {
            assert_eq!(wrong_field(CookieOptions { domain: Some(domain.into()), ..plain() }), Some("cookie.domain"));
        }
    }

    #[test]
    fn same_site_none_and_partitioned_need_secure() {
        let open = || CookieOptions { secure: false, ..plain() };
        assert_eq!(wrong_field(CookieOptions { same_site: SameSite::None, ..open() }), Some("cookie.sameSite"));
        assert_eq!(wrong_field(CookieOptions { partitioned: true, ..open() }), Some("cookie.partitioned"));
        assert_eq!(wrong_field(CookieOptions { same_site: SameSite::None, partitioned: true, ..plain() }), None);
        assert!(
            ["strict", "LAX", "none", "", "Default", "Lax; Secure"].map(SameSite::parse).iter().all(Result::is_err)
        );
    }
}
