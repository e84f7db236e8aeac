//! The options of an application that come as text, from a language that has objects.
//!
//! That language looks after the shape: that a text is one, and that there is such an option. What a value may be is
//! decided here.

use alloc::string::String;
use alloc::vec::Vec;

use crate::aging::Aging;
use crate::cookie::{Attributes, SameSite};
use crate::error::{Code, Error};
use crate::keyring::{Keyring, decode_secret};
use crate::lifetime::Lifetime;
use crate::options::{Consistency, Options};
use crate::session::Sessions;
use crate::text::number;
use crate::time::Span;
use crate::transport::{self, Transport, Way};

const STORE_TIMEOUT: Span = Span::from_secs(5);
/// The longest length of time that is believed: 100 years.
const CENTURY: Span = Span::from_days(36_525);

/// What the options said.
#[derive(Debug)]
pub struct Config {
    /// The sessions of the application.
    pub sessions: Sessions,
    /// How long one call of the store may take: a matter of the host alone.
    pub store_timeout: Span,
    /// How long a put waits after another of the same process.
    pub write_interval: Span,
}

/// Reads and checks all options.
///
/// `fields` are those that are given, each a name and a text. Numbers stand in decimal digits, switches as `true` or
/// `false`, lengths of time as [`Span::parse`] reads them, secrets as [`decode_secret`] does:
///
/// ```text
/// secrets.0 secrets.1 ...   store.consistency   audience   storeTimeout   maxBytes   maxValueBytes   sealRecords   globalEpoch
/// horizon   writeInterval   onStale
/// namespaces["shop.cart"].idle .absolute
/// cookie.name .path .domain .sameSite .secure .httpOnly .partitioned .persist .budget
/// lifetime                  or: lifetime.idle .absolute .resolution
/// transports[0]   transports[0].name .lifetime .maxBytes   transports[1] ...   createOn
/// ```
///
/// `wrong`: what is wrong with the shape of the options; empty when nothing is.
///
/// # Errors
/// `config`, naming every field that is wrong: `wrong`, then what is found here.
///
/// ```
/// let secret = "ACVKb5S53gMoTXKXvOEGK1B1mr_kCS5TeJ3C5wwxVns";
/// let fields = [("secrets.0", secret), ("store.consistency", "strong"), ("maxBytes", "2048")];
/// let config = edge_session::config::read(&fields, "")?;
/// assert_eq!(config.store_timeout, edge_session::time::Span::from_secs(5));
/// # Ok::<(), edge_session::Error>(())
/// ```
pub fn read(fields: &[(&str, &str)], wrong: &str) -> Result<Config, Error> {
    let mut reading = Reading { fields, wrong: wrong.into() };
    let mut options = Options::new(reading.keyring(), reading.consistency());
    reading.cookie(&mut options);
    reading.lifetime(&mut options);
    options.audience = reading.text("audience").map(String::from);
    let store_timeout = reading.span("storeTimeout").unwrap_or(STORE_TIMEOUT);
    reading.count("maxBytes", &mut options.max_bytes);
    reading.count("maxValueBytes", &mut options.max_value_bytes);
    reading.note(options.check_max_bytes());
    reading.flag("sealRecords", &mut options.seal_records);
    reading.flag("globalEpoch", &mut options.global_epoch);
    options.horizon = reading.span("horizon").unwrap_or(options.horizon);
    options.write_interval = reading.span("writeInterval").unwrap_or_default();
    reading.note(options.check_times());
    reading.on_stale(&mut options);
    reading.transports(&mut options);
    options.aging = reading.aging();
    if !reading.wrong.is_empty() {
        return Err(Error::new(Code::Config, reading.wrong));
    }
    let write_interval = options.write_interval;
    Ok(Config { sessions: Sessions::new(options)?, store_timeout, write_interval })
}

/// The fields, and what was found wrong so far.
struct Reading<'f> {
    fields: &'f [(&'f str, &'f str)],
    wrong: String,
}

impl<'f> Reading<'f> {
    fn keyring(&mut self) -> Keyring {
        let mut secrets: Vec<Vec<u8>> = Vec::new();
        for (name, text) in self.fields {
            let place = name.strip_prefix("secrets.").and_then(number);
            let Some(place) = place else { continue };
            secrets.extend(self.note(decode_secret(place as usize, text)));
        }
        let known = self.wrong.contains("secrets");
        let secrets: Vec<&[u8]> = secrets.iter().map(Vec::as_slice).collect();
        if known { Keyring::empty() } else { self.note(Keyring::new(&secrets)).unwrap_or_else(Keyring::empty) }
    }

    fn consistency(&mut self) -> Consistency {
        match self.text("store.consistency") {
            Some("eventual") => return Consistency::Eventual,
            Some("none") => return Consistency::None,
            Some("strong") | None => {}
            Some(_) => self.refuse("store", "its consistency must be \"strong\", \"eventual\" or \"none\""),
        }
        Consistency::Strong
    }

    fn cookie(&mut self, options: &mut Options) {
        let cookie = &mut options.cookie;
        cookie.domain = self.text("cookie.domain").map(String::from);
        for (name, text) in [("cookie.name", &mut cookie.name), ("cookie.path", &mut cookie.path)] {
            if let Some(given) = self.text(name) {
                *text = given.into();
            }
        }
        if let Some(text) = self.text("cookie.sameSite") {
            cookie.same_site = self.note(SameSite::parse(text)).unwrap_or_default();
        }
        for (name, flag) in [
            ("cookie.secure", &mut cookie.secure),
            ("cookie.httpOnly", &mut cookie.http_only),
            ("cookie.partitioned", &mut cookie.partitioned),
            ("cookie.persist", &mut cookie.persist),
        ] {
            self.flag(name, flag);
        }
        self.note(Attributes::new(cookie));
        self.count("cookie.budget", &mut options.budget);
        self.note(options.check_budget());
    }

    fn lifetime(&mut self, options: &mut Options) {
        options.lifetime = match self.text("lifetime") {
            Some("aal1") => Lifetime::AAL1,
            Some("aal2") => Lifetime::AAL2,
            Some("aal3") => Lifetime::AAL3,
            Some(_) => {
                return self
                    .refuse("lifetime", "must be \"aal1\", \"aal2\", \"aal3\", or {idle, absolute, resolution}");
            }
            None => {
                let idle = self.limit("lifetime.idle", Some(Span::from_secs(3600)));
                let absolute = self.limit("lifetime.absolute", Some(Span::from_days(1)));
                let resolution = self.span("lifetime.resolution");
                self.note(Lifetime::new(idle, absolute, resolution)).unwrap_or_default()
            }
        };
    }

    fn on_stale(&mut self, options: &mut Options) {
        match self.text("onStale") {
            Some("fail") => options.fail_on_stale = true,
            Some("serve") | None => {}
            Some(_) => self.refuse("onStale", "must be \"serve\" or \"fail\""),
        }
    }

    /// Where tokens may come from, and the methods that may begin a session.
    fn transports(&mut self, options: &mut Options) {
        let listed = |field: &str| field.starts_with("transports[") && field.ends_with(']');
        let default = core::mem::take(&mut options.transports);
        for (field, kind) in self.fields.iter().filter(|(field, _)| listed(field)) {
            let Some(way) = Way::named(kind) else {
                self.refuse(field, "must be cookie(), header(), form() or url()");
                continue;
            };
            let mut transport = Transport::new(way, self.text(&[field, ".name"].concat()).unwrap_or_default());
            transport.lifetime = self.span(&[field, ".lifetime"].concat()).unwrap_or(transport.lifetime);
            let (max_bytes, mut most) = ([field, ".maxBytes"].concat(), 1);
            self.count(&max_bytes, &mut most);
            if !(1..=transport::LARGEST_FORM).contains(&most) {
                self.refuse(&max_bytes, "must be between 1 byte and 1 MiB");
            }
            options.transports.push(transport);
            self.note(options.check_transport(options.transports.len().saturating_sub(1), field));
        }
        if options.transports.is_empty() {
            options.transports = default;
        }
        options.create_on = self.text("createOn").unwrap_or_default().into();
        self.note(options.check_methods());
    }

    /// `namespaces["shop.cart"].idle`: the name is a JSON string literal, as it is in records.
    fn aging(&mut self) -> Vec<Aging> {
        let mut all: Vec<Aging> = Vec::new();
        for (field, _) in self.fields {
            let Some(place) = field.strip_prefix("namespaces[") else { continue };
            let ends = ["].idle", "].absolute"].map(|end| place.strip_suffix(end));
            let Some(name) = ends.into_iter().flatten().next() else { continue };
            let span = self.limit(field, None);
            if span == Some(Span::from_millis(0)) {
                self.refuse(field, "must be longer than nothing; \"never\" for no limit");
            }
            let known = all.iter().position(|aging| aging.name == name).unwrap_or(all.len());
            if known == all.len() {
                all.push(Aging { name: name.into(), ..Aging::default() });
            }
            let Some(aging) = all.get_mut(known) else { continue };
            if ends.first().is_some_and(Option::is_some) { aging.idle = span } else { aging.absolute = span }
        }
        all
    }

    fn text(&self, name: &str) -> Option<&'f str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, text)| *text)
    }

    fn flag(&self, name: &str, flag: &mut bool) {
        if let Some(text) = self.text(name) {
            *flag = text == "true";
        }
    }

    /// A whole number of things, such as bytes.
    fn count(&mut self, name: &str, count: &mut usize) {
        let Some(text) = self.text(name) else { return };
        match number(text).and_then(|number| u32::try_from(number).ok()) {
            Some(number) => *count = number as usize,
            None => self.refuse(name, "must be a whole number"),
        }
    }

    fn span(&mut self, name: &str) -> Option<Span> {
        let text = self.text(name)?;
        let span = Span::parse(text).filter(|span| *span <= CENTURY);
        if span.is_none() {
            self.refuse(name, "must be a length of time such as \"30s\", \"15m\", \"12h\", \"7d\", or milliseconds");
        }
        span
    }

    /// A length of time, or explicitly none.
    fn limit(&mut self, name: &str, default: Option<Span>) -> Option<Span> {
        match self.text(name) {
            Some("never") => None,
            _ => self.span(name).or(default),
        }
    }

    /// Notes what a check found; its message begins with the field's whole name.
    fn note<T, E: Into<Error>>(&mut self, checked: Result<T, E>) -> Option<T> {
        checked.map_err(|error| self.push(error.into().message())).ok()
    }

    fn refuse(&mut self, name: &str, reason: &str) {
        self.push(&[name, ": ", reason].concat());
    }

    #[inline(never)]
    fn push(&mut self, message: &str) {
        if !self.wrong.is_empty() {
            self.wrong.push_str("; ");
        }
        self.wrong.push_str(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::CookieOptions;

    const RIGHT: [(&str, &str); 2] =
        [("secrets.0", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"), ("store.consistency", "strong")];

    /// These fields, and those of right options that are not among them.
    fn read_with(fields: &[(&str, &str)]) -> Result<Config, Error> {
        let kept = RIGHT.iter().filter(|(name, _)| fields.iter().all(|(changed, _)| changed != name));
        read(&kept.chain(fields).copied().collect::<Vec<_>>(), "")
    }

    #[test]
    fn every_option_reaches_its_place() {
        let config = read_with(&[
            ("secrets.1", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"),
            ("store.consistency", "eventual"),
            ("cookie.name", "__Secure-sid"),
            ("cookie.domain", "shop.example"),
            ("cookie.path", "/cart"),
            ("cookie.sameSite", "None"),
            ("cookie.httpOnly", "false"),
            ("cookie.partitioned", "true"),
            ("cookie.persist", "true"),
            ("cookie.budget", "1000"),
            ("lifetime.idle", "30m"),
            ("lifetime.absolute", "never"),
            ("lifetime.resolution", "1000ms"),
            ("audience", "shop"),
            ("storeTimeout", "2s"),
            ("maxBytes", "2048"),
            ("maxValueBytes", "512"),
            ("sealRecords", "true"),
            ("globalEpoch", "true"),
            ("horizon", "5m"),
            ("writeInterval", "10s"),
            ("onStale", "fail"),
        ]);
        let Config { sessions, store_timeout, .. } = config.unwrap();
        let options = &sessions.options;
        assert_eq!(store_timeout, Span::from_secs(2));
        assert_eq!((options.budget, options.max_bytes), (1000, 2048));
        assert!(options.seal_records && options.global_epoch);
        assert_eq!((options.horizon, options.write_interval), (Span::from_secs(300), Span::from_secs(10)));
        assert_eq!(options.max_value_bytes, 512);
        assert!(options.fail_on_stale);
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
        let Config { sessions, store_timeout, .. } = read_with(&[]).unwrap();
        assert_eq!(store_timeout, Span::from_secs(5));
        assert_eq!(sessions.options.lifetime, Lifetime::AAL2);
        assert_eq!(sessions.options.cookie, CookieOptions::default());
    }

    #[test]
    fn a_wrong_option_is_named_and_its_content_is_not_told() {
        for (name, text, message) in [
            ("secrets.0", "hunter2 hunter2", "secrets[0]: text that is neither"),
            ("secrets.0", "AAE", "secrets[0]: is too short"),
            ("secrets.1", RIGHT[0].1, "secrets[1]: is given twice"),
            ("store.consistency", "weak", "store: its consistency must be"),
            ("cookie.name", "a b", "cookie.name: holds a character"),
            ("cookie.secure", "false", "cookie.secure: must be true with the prefix __Host-"),
            ("cookie.sameSite", "lax", "cookie.sameSite: must be \"Strict\""),
            ("cookie.budget", "5000", "cookie.budget: must be between 222 and 4000 bytes"),
            ("cookie.budget", "1.5", "cookie.budget: must be a whole number"),
            ("lifetime", "aal4", "lifetime: must be \"aal1\""),
            ("lifetime.idle", "2d", "lifetime.idle: is longer than lifetime.absolute"),
            ("lifetime.resolution", "never", "lifetime.resolution: must be a length of time"),
            ("storeTimeout", "-1ms", "storeTimeout: must be a length of time"),
            ("storeTimeout", "3155760000001ms", "storeTimeout: must be a length of time"),
            ("horizon", "59s", "horizon: must be at least a minute"),
            ("writeInterval", "26s", "writeInterval: must be at most 25 s"),
            ("onStale", "never", "onStale: must be \"serve\""),
            ("maxBytes", "5", "maxBytes: must be between 1 KiB and 25 MiB"),
            ("maxValueBytes", "0", "maxValueBytes: must be at least 1"),
            ("maxBytes", "1e+21", "maxBytes: must be a whole number"),
        ] {
            let error = read_with(&[(name, text)]).unwrap_err();
            assert_eq!(error.code(), Code::Config);
            assert!(error.message().starts_with(message), "{name} {text}: {error}");
            assert!(!error.message().contains("hunter2"));
        }
        assert_eq!(read(&[], "").unwrap_err().message(), "secrets: at least one secret is needed");
    }

    #[test]
    fn every_wrong_option_is_named_at_once_behind_what_is_wrong_with_the_shape() {
        let fields = [("cookie.name", ""), ("cookie.budget", "1"), ("maxBytes", "1 MB")];
        let error = read(&fields, "secrets[0]: must be a string; colour: there is no such option").unwrap_err();
        let named: Vec<&str> = error.message().split("; ").filter_map(|part| part.split(": ").next()).collect();
        assert_eq!(named, ["secrets[0]", "colour", "cookie.name", "cookie.budget", "maxBytes"]);
    }
}
