//! The options object of `createSessions`.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use super::fields::{Fields, Limit, finish, kind};
use crate::cookie::{Attributes, CookieOptions, SameSite};
use crate::error::{Code, Error};
use crate::keyring::{Keyring, decode_secret};
use crate::lifetime::Lifetime;
use crate::options::{Consistency, Options};
use crate::session::Sessions;
use crate::time::Span;

const STORE_TIMEOUT: Span = Span::from_secs(5);

/// What the options said.
pub(super) struct Checked {
    pub(super) sessions: Sessions,
    pub(super) store_timeout: Span,
}

/// Reads and checks all options.
///
/// # Errors
/// `config`, naming every field that is wrong.
pub(super) fn read(value: &JsValue) -> Result<Checked, Error> {
    let mut errors = Vec::new();
    let checked = read_fields(&mut Fields::new(value, "", &mut errors));
    finish(checked, &errors)
}

fn read_fields(fields: &mut Fields<'_>) -> Option<Checked> {
    let keyring = secrets(&fields.value("secrets"));
    let keyring = fields.note(keyring);
    let consistency = consistency(fields);
    let cookie = cookie(fields);
    let lifetime = lifetime(fields);
    let audience = fields.text("audience");
    let store_timeout = fields.span("storeTimeout").unwrap_or(STORE_TIMEOUT);
    let max_bytes = fields.count("maxBytes");
    let seal_records = fields.flag("sealRecords").unwrap_or(false);
    let clock = fields.value("clock");
    if !clock.is_undefined() {
        fields.methods("clock", &["now", "sleep"]);
    }
    fields.refuse_others();
    let (cookie, budget) = cookie?;
    let options = Options::new(keyring?, consistency);
    let (budget, max_bytes) = (budget.unwrap_or(options.budget), max_bytes.unwrap_or(options.max_bytes));
    let options = Options { cookie, lifetime: lifetime?, audience, budget, max_bytes, seal_records, ..options };
    let sessions = fields.note(Sessions::new(options))?;
    Some(Checked { sessions, store_timeout })
}

fn secrets(value: &JsValue) -> Result<Keyring, Error> {
    let Some(list) = value.dyn_ref::<Array>() else {
        let message = alloc::format!("secrets: must be a list of secrets, newest first, not {}", kind(value));
        return Err(Error::new(Code::Config, message));
    };
    let secrets: Result<Vec<Vec<u8>>, Error> = list.iter().enumerate().map(|(index, secret)| bytes_of(index, &secret)).collect();
    let secrets = secrets?;
    let secrets: Vec<&[u8]> = secrets.iter().map(Vec::as_slice).collect();
    Keyring::new(&secrets)
}

fn bytes_of(index: usize, secret: &JsValue) -> Result<Vec<u8>, Error> {
    match (secret.as_string(), secret.dyn_ref::<Uint8Array>()) {
        (Some(text), _) => decode_secret(index, &text),
        (None, Some(bytes)) => Ok(bytes.to_vec()),
        (None, None) => {
            let kind = kind(secret);
            let message = alloc::format!("secrets[{index}]: must be a string or bytes, not {kind}; is the secret set in this environment?");
            Err(Error::new(Code::Config, message))
        }
    }
}

fn consistency(fields: &mut Fields<'_>) -> Consistency {
    fields.methods("store", &["read", "write", "remove"]);
    let store = fields.value("store");
    let consistency = js_sys::Reflect::get(&store, &"consistency".into()).ok().and_then(|value| value.as_string());
    match consistency.as_deref() {
        Some("eventual") => return Consistency::Eventual,
        Some("strong") => {}
        _ if store.is_object() => fields.wrong("store", "its consistency must be \"strong\" or \"eventual\""),
        _ => {}
    }
    Consistency::Strong
}

fn cookie(fields: &mut Fields<'_>) -> Option<(CookieOptions, Option<usize>)> {
    let mut cookie = fields.inner("cookie");
    let default = CookieOptions::default();
    let same_site = cookie.text("sameSite").map(|text| SameSite::parse(&text).map_err(Error::from));
    let options = CookieOptions {
        name: cookie.text("name").unwrap_or(default.name),
        domain: cookie.text("domain"),
        path: cookie.text("path").unwrap_or(default.path),
        secure: cookie.flag("secure").unwrap_or(default.secure),
        http_only: cookie.flag("httpOnly").unwrap_or(default.http_only),
        same_site: match same_site {
            Some(parsed) => cookie.note(parsed)?,
            None => default.same_site,
        },
        partitioned: cookie.flag("partitioned").unwrap_or(default.partitioned),
        persist: cookie.flag("persist").unwrap_or(default.persist),
    };
    let budget = cookie.count("budget");
    cookie.refuse_others();
    cookie.note(Attributes::new(&options).map_err(Error::from))?;
    Some((options, budget))
}

fn lifetime(fields: &mut Fields<'_>) -> Option<Lifetime> {
    let value = fields.value("lifetime");
    if value.is_undefined() {
        return Some(Lifetime::default());
    }
    if let Some(preset) = value.as_string() {
        let preset: String = preset;
        return match preset.as_str() {
            "aal1" => Some(Lifetime::AAL1),
            "aal2" => Some(Lifetime::AAL2),
            "aal3" => Some(Lifetime::AAL3),
            _ => {
                fields.wrong("lifetime", "must be \"aal1\", \"aal2\", \"aal3\", or {idle, absolute, resolution}");
                None
            }
        };
    }
    let mut limits = fields.inner("lifetime");
    let (idle, absolute) = (limits.limit("idle"), limits.limit("absolute"));
    let resolution = limits.span("resolution");
    limits.refuse_others();
    let span = |limit: Option<Limit>, default: Span| match limit {
        None => Some(default),
        Some(Limit::Never) => None,
        Some(Limit::Span(span)) => Some(span),
    };
    let checked = Lifetime::new(span(idle, Span::from_secs(3600)), span(absolute, Span::from_days(1)), resolution);
    limits.note(checked)
}
