//! The options of an application that come as text, from a language that has objects.

mod fields;

use alloc::vec::Vec;

use crate::cookie::{Attributes, CookieOptions, SameSite};
use crate::error::{Code, Error};
use crate::keyring::{Keyring, decode_secret, field_of};
use crate::lifetime::Lifetime;
use crate::options::{Consistency, Options};
use crate::session::Sessions;
use crate::text::decimal;
use crate::time::Span;
use fields::Fields;

const STORE_TIMEOUT: Span = Span::from_secs(5);

/// What the options said.
#[derive(Debug)]
pub struct Config {
    /// The sessions of the application.
    pub sessions: Sessions,
    /// How long one call of the store may take: a matter of the host alone.
    pub store_timeout: Span,
}

/// Reads and checks all options.
///
/// The text has one line per field, of the object itself first, then of each value in it and of each value in those:
///
/// ```text
/// path TAB kind TAB value LF
/// path:  names and places in lists, with "." between them; empty for the object itself
/// kind:  what `typeof` says of the value, or null, array, bytes
/// value: string: its UTF-8 in hex; bytes: in hex; number, boolean: as JavaScript prints them; array: its length; else empty
/// ```
///
/// # Errors
/// `config`, naming every field that is wrong; `internal` when the text is not of this form.
///
/// ```
/// # let hex: String = (0..32_u8).map(|i| format!("{:02x}", i.wrapping_mul(37))).collect();
/// let store = "store\tobject\t\nstore.consistency\tstring\t7374726f6e67\n\
///              store.read\tfunction\t\nstore.write\tfunction\t\nstore.remove\tfunction\t\n";
/// let text = format!("\tobject\t\nsecrets\tarray\t1\nsecrets.0\tbytes\t{hex}\n{store}maxBytes\tnumber\t2048\n");
/// let config = edge_session::config::read(&text)?;
/// assert_eq!(config.store_timeout, edge_session::time::Span::from_secs(5));
/// # Ok::<(), edge_session::Error>(())
/// ```
pub fn read(text: &str) -> Result<Config, Error> {
    let mut fields =
        Fields::parse(text).ok_or_else(|| Error::new(Code::Internal, "the options did not arrive as text"))?;
    fields.object("", "options");
    let keyring = keyring(&mut fields);
    let mut options = Options::new(keyring, consistency(&mut fields));
    cookie(&mut fields, &mut options);
    lifetime(&mut fields, &mut options);
    options.audience = fields.text("audience");
    let store_timeout = fields.span("storeTimeout").unwrap_or(STORE_TIMEOUT);
    options.max_bytes = fields.count("maxBytes").unwrap_or(options.max_bytes);
    fields.note(options.check_max_bytes());
    options.seal_records = fields.flag("sealRecords").unwrap_or(options.seal_records);
    if fields.given("clock").is_some() {
        fields.methods("clock", &["now", "sleep"]);
    }
    fields.refuse_others(&["cookie", "lifetime"]);
    fields.finish()?;
    Ok(Config { sessions: Sessions::new(options)?, store_timeout })
}

fn keyring(fields: &mut Fields<'_>) -> Keyring {
    let list = fields.any("secrets");
    if list.kind != "array" {
        fields.must_be("secrets", "a list of secrets, newest first", list, "");
        return Keyring::empty();
    }
    let mut secrets: Vec<Option<Vec<u8>>> = Vec::new();
    for index in 0..list.items() {
        secrets.push(secret(fields, index));
    }
    match secrets.iter().map(Option::as_deref).collect::<Option<Vec<&[u8]>>>() {
        Some(secrets) => fields.note(Keyring::new(&secrets)).unwrap_or_else(Keyring::empty),
        None => Keyring::empty(),
    }
}

fn secret(fields: &mut Fields<'_>, index: usize) -> Option<Vec<u8>> {
    let field = fields.any(&["secrets.", &decimal(index as u64)].concat());
    if let Some(text) = field.text() {
        return fields.note(decode_secret(index, &text));
    }
    let bytes = field.bytes();
    if bytes.is_none() {
        fields.must_be(&field_of(index), "a string or bytes", field, "; is the secret set in this environment?");
    }
    bytes
}

fn consistency(fields: &mut Fields<'_>) -> Consistency {
    fields.methods("store", &["read", "write", "remove"]);
    match fields.any("store.consistency").text().as_deref() {
        Some("eventual") => return Consistency::Eventual,
        Some("strong") => {}
        _ if fields.any("store").kind == "object" => {
            fields.wrong("store", "its consistency must be \"strong\" or \"eventual\"");
        }
        _ => {}
    }
    Consistency::Strong
}

fn cookie(fields: &mut Fields<'_>, options: &mut Options) {
    fields.object("cookie", "cookie");
    let cookie = &mut options.cookie;
    if let Some(name) = fields.text("cookie.name") {
        cookie.name = name;
    }
    if let Some(path) = fields.text("cookie.path") {
        cookie.path = path;
    }
    cookie.domain = fields.text("cookie.domain");
    if let Some(text) = fields.text("cookie.sameSite")
        && let Some(same_site) = fields.note(SameSite::parse(&text).map_err(Error::from))
    {
        cookie.same_site = same_site;
    }
    let CookieOptions { secure, http_only, partitioned, persist, .. } = cookie;
    for (path, flag) in [
        ("cookie.secure", secure),
        ("cookie.httpOnly", http_only),
        ("cookie.partitioned", partitioned),
        ("cookie.persist", persist),
    ] {
        *flag = fields.flag(path).unwrap_or(*flag);
    }
    fields.note(Attributes::new(cookie).map_err(Error::from));
    options.budget = fields.count("cookie.budget").unwrap_or(options.budget);
    fields.note(options.check_budget());
}

fn lifetime(fields: &mut Fields<'_>, options: &mut Options) {
    let field = fields.any("lifetime");
    let lifetime = match (field.kind, field.text().as_deref()) {
        ("undefined", _) => Some(Lifetime::default()),
        (_, Some("aal1")) => Some(Lifetime::AAL1),
        (_, Some("aal2")) => Some(Lifetime::AAL2),
        (_, Some("aal3")) => Some(Lifetime::AAL3),
        ("object", _) => limits(fields),
        _ => {
            fields.wrong("lifetime", "must be \"aal1\", \"aal2\", \"aal3\", or {idle, absolute, resolution}");
            None
        }
    };
    options.lifetime = lifetime.unwrap_or_default();
}

fn limits(fields: &mut Fields<'_>) -> Option<Lifetime> {
    let idle = fields.limit("lifetime.idle").unwrap_or(Some(Span::from_secs(3600)));
    let absolute = fields.limit("lifetime.absolute").unwrap_or(Some(Span::from_days(1)));
    let resolution = fields.span("lifetime.resolution");
    fields.note(Lifetime::new(idle, absolute, resolution))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    const SECRET: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Lines of `path kind value`, strings in plain text, instead of the lines of a right object that have these paths.
    fn described(changes: &[(&str, &str, &str)]) -> String {
        let right = [
            ("", "object", ""),
            ("secrets", "array", "1"),
            ("secrets.0", "bytes", SECRET),
            ("store", "object", ""),
            ("store.consistency", "string", "strong"),
            ("store.read", "function", ""),
            ("store.write", "function", ""),
            ("store.remove", "function", ""),
            ("store.anything", "bigint", ""),
        ];
        let kept = right.iter().filter(|(path, ..)| changes.iter().all(|(changed, ..)| changed != path));
        let line = |(path, kind, value): &(&str, &str, &str)| match *kind {
            "string" => format!("{path}\tstring\t{}\n", hex(value)),
            kind => format!("{path}\t{kind}\t{value}\n"),
        };
        kept.chain(changes).map(line).collect()
    }

    #[test]
    fn every_option_reaches_its_place() {
        let text = described(&[
            ("secrets", "array", "2"),
            ("secrets.1", "string", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"),
            ("store.consistency", "string", "eventual"),
            ("cookie", "object", ""),
            ("cookie.name", "string", "__Secure-sid"),
            ("cookie.domain", "string", "shop.example"),
            ("cookie.path", "string", "/cart"),
            ("cookie.sameSite", "string", "None"),
            ("cookie.httpOnly", "boolean", "false"),
            ("cookie.partitioned", "boolean", "true"),
            ("cookie.persist", "boolean", "true"),
            ("cookie.budget", "number", "1000"),
            ("lifetime", "object", ""),
            ("lifetime.idle", "string", "30m"),
            ("lifetime.absolute", "string", "never"),
            ("lifetime.resolution", "number", "1000"),
            ("audience", "string", "shop"),
            ("storeTimeout", "string", "2s"),
            ("maxBytes", "number", "2048"),
            ("sealRecords", "boolean", "true"),
            ("clock", "object", ""),
            ("clock.now", "function", ""),
            ("clock.sleep", "function", ""),
        ]);
        let Config { sessions, store_timeout } = read(&text).unwrap();
        let options = &sessions.options;
        assert_eq!(store_timeout, Span::from_secs(2));
        assert_eq!((options.budget, options.max_bytes, options.seal_records), (1000, 2048, true));
        assert_eq!((options.consistency, options.audience.as_deref()), (Consistency::Eventual, Some("shop")));
        let lifetime = Lifetime::new(Some(Span::from_secs(1800)), None, Some(Span::from_secs(1))).unwrap();
        assert_eq!(options.lifetime, lifetime);
        assert_eq!(
            options.cookie,
            CookieOptions {
                name: "__Secure-sid".into(),
                domain: Some("shop.example".into()),
                path: "/cart".into(),
                secure: true,
                http_only: false,
                same_site: SameSite::None,
                partitioned: true,
                persist: true,
            }
        );
    }

    #[test]
    fn what_is_not_given_has_its_default() {
        let Config { sessions, store_timeout } = read(&described(&[("cookie", "undefined", "")])).unwrap();
        assert_eq!(store_timeout, Span::from_secs(5));
        assert_eq!(sessions.options.lifetime, Lifetime::AAL2);
        assert_eq!(sessions.options.cookie, CookieOptions::default());
    }

    #[test]
    fn a_wrong_option_is_named_with_its_shape_and_never_its_content() {
        let wrong = |changes: &[(&str, &str, &str)]| read(&described(changes)).unwrap_err();
        for (path, kind, value, message) in [
            ("", "null", "", "options: must be an object, not null"),
            ("secrets", "undefined", "", "secrets: must be a list of secrets, newest first, not undefined"),
            ("secrets", "string", "hunter2", "secrets: must be a list of secrets, newest first, not this string"),
            ("secrets", "array", "0", "secrets: at least one secret is needed"),
            ("secrets.0", "undefined", "", "secrets[0]: must be a string or bytes, not undefined; is the secret set"),
            ("secrets.0", "string", "hunter2 hunter2", "secrets[0]: text that is neither"),
            ("secrets.0", "bytes", "0001", "secrets[0]: is too short"),
            ("store.read", "string", "x", "store: has no method read(); an object was given"),
            ("store.consistency", "string", "weak", "store: its consistency must be"),
            ("cookie", "number", "5", "cookie: must be an object, not this number"),
            ("cookie.name", "string", "a b", "cookie.name: holds a character"),
            ("cookie.name", "number", "5", "cookie.name: must be a string, not this number"),
            ("cookie.secure", "boolean", "false", "cookie.secure: must be true with the prefix __Host-"),
            ("cookie.secure", "string", "no", "cookie.secure: must be true or false, not this string"),
            ("cookie.sameSite", "string", "lax", "cookie.sameSite: must be \"Strict\""),
            ("cookie.budget", "number", "5000", "cookie.budget: must be between 222 and 4000 bytes"),
            ("cookie.budget", "number", "1.5", "cookie.budget: must be a whole number, not this number"),
            ("cookie.colour", "string", "red", "cookie.colour: there is no such option"),
            ("lifetime", "string", "aal4", "lifetime: must be \"aal1\""),
            ("lifetime", "number", "3", "lifetime: must be \"aal1\""),
            ("audience", "null", "", "audience: must be a string, not null"),
            ("storeTimeout", "number", "-1", "storeTimeout: must be a length of time"),
            ("storeTimeout", "number", "3155760000001", "storeTimeout: must be a length of time"),
            ("maxBytes", "number", "5", "maxBytes: must be between 1 KiB and 25 MiB"),
            ("maxBytes", "number", "1e+21", "maxBytes: must be a whole number, not this number"),
            ("sealRecords", "function", "", "sealRecords: must be true or false, not a function"),
            ("clock", "object", "", "clock: has no method now(); an object was given"),
            ("secret", "array", "0", "secret: there is no such option"),
            ("\"a\\u002eb\"", "undefined", "", "\"a\\u002eb\": there is no such option"),
        ] {
            let error = wrong(&[(path, kind, value)]);
            assert_eq!(error.code(), Code::Config);
            assert!(error.message().starts_with(message), "{path} {kind} {value}: {error}");
            assert!(!error.message().contains("hunter2"));
        }
        let nothing = read("\tobject\t\n").unwrap_err();
        assert!(nothing.message().ends_with("not undefined; store: has no method read(); undefined was given"));
        let limits = [("lifetime", "object", ""), ("lifetime.idle", "string", "2d")];
        assert_eq!(wrong(&limits).message(), "lifetime.idle: is longer than lifetime.absolute");
        let misspelt = [("lifetime", "object", ""), ("lifetime.idel", "string", "2d")];
        assert_eq!(wrong(&misspelt).message(), "lifetime.idel: there is no such option");
    }

    #[test]
    fn every_wrong_option_is_named_at_once() {
        let error = read(&described(&[
            ("secrets", "array", "2"),
            ("secrets.0", "null", ""),
            ("secrets.1", "number", "7"),
            ("cookie.name", "string", ""),
            ("cookie.budget", "number", "1"),
            ("maxBytes", "string", "1 MB"),
            ("colour", "string", "red"),
        ]));
        let message = error.unwrap_err();
        let named: Vec<&str> = message.message().split("; ").filter_map(|part| part.split(": ").next()).collect();
        let secrets = [
            "secrets[0]",
            "is the secret set in this environment?",
            "secrets[1]",
            "is the secret set in this environment?",
        ];
        assert_eq!(named, [&secrets[..], &["cookie.name", "cookie.budget", "maxBytes", "colour"]].concat());
    }

    #[test]
    fn text_of_another_form_is_refused() {
        for text in ["secrets", "secrets\tarray", "\tobject\t\nx"] {
            assert_eq!(read(text).unwrap_err().code(), Code::Internal, "{text}");
        }
    }
}
