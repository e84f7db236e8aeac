//! The surface for JavaScript: the only code that knows it.
//!
//! Coarse and stateless. A request crosses two or three times, with whole strings and bytes; what must live between two
//! crossings is opaque bytes in the driver's hands. So there is nothing to free, no request's data stays in wasm, and an
//! instance that trapped can be replaced under the requests in flight.
#![allow(unsafe_code)] // in the expansions of `#[wasm_bindgen]` only

mod change;
mod configs;
mod host;
mod tuples;

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::config;
use crate::cookie::{Origin, cache_control, vary};
use crate::error::{Code, Error};
use crate::options::Entropy;
use crate::session::{Session, Stored};
use crate::time::Timestamp;
use host::{Headers, Tuple};

#[global_allocator]
static HEAP: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A panic is a trap: the driver drops the instance. Its message would weigh more than the session model, and could tell
/// of a value. Only for the module that ships; tests bring their own.
#[cfg(standalone)]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Checks the options, described as [`config::read`] has it, and keeps them. See [`tuples::configured`].
#[wasm_bindgen]
pub fn configure(options: &str) -> Result<Tuple, JsValue> {
    config::read(options).map(tuples::configured).map_err(thrown)
}

/// Forgets a configuration.
#[wasm_bindgen]
pub fn release(config: u32) {
    configs::release(config);
}

/// The visitor's session, from the `Cookie` header; `url` only where it begins with `http:`. See [`tuples::opened`].
#[wasm_bindgen]
pub fn open(config: u32, cookie: &str, url: Option<String>, now: f64) -> Result<Tuple, JsValue> {
    let origin = url.map_or(Origin::Secure, |url| Origin::of(&url));
    let run = || configs::find(config)?.open(cookie, origin, Timestamp::from_clock(now)?, &entropy()?);
    run().map(|opened| tuples::opened(&opened)).map_err(thrown)
}

/// The session's values, from what the store answered. See [`tuples::loaded`].
#[wasm_bindgen]
pub fn load(config: u32, session: &[u8], answer: Answer, stored: &[u8], now: f64) -> Result<Tuple, JsValue> {
    let run = || {
        let stored = answer.with(stored, stored);
        configs::find(config)?.load(&Session::from_bytes(session)?, stored, Timestamp::from_clock(now)?, &entropy()?)
    };
    run().and_then(|loaded| tuples::loaded(&loaded, stored)).map_err(thrown)
}

/// What to do so that the changes hold. `changes`: see [`change::parse`]; the result: see [`tuples::planned`].
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)] // an object would have to be read field by field across the boundary
pub fn commit(
    config: u32,
    session: &[u8],
    view: &[u8],
    answer: Answer,
    stored: &[u8],
    action: change::Act,
    changes: &str,
    now: f64,
) -> Result<Tuple, JsValue> {
    let run = || {
        let (session, now) = (Session::from_bytes(session)?, Timestamp::from_clock(now)?);
        let change = change::parse(action, changes)?;
        configs::find(config)?.commit(&session, view, answer.with(stored, view), &change, now, &entropy()?)
    };
    run().map(|plan| tuples::planned(&plan)).map_err(thrown)
}

/// The session's handle, and when it began and ends. See [`tuples::metadata`].
#[wasm_bindgen]
pub fn metadata(config: u32, session: &[u8], view: &[u8], now: f64) -> Result<Tuple, JsValue> {
    let run = || {
        let stored = if view.is_empty() { Stored::Missing } else { Stored::Shown(view) };
        configs::find(config)?.metadata(&Session::from_bytes(session)?, stored, Timestamp::from_clock(now)?)
    };
    run().map(|metadata| tuples::metadata(&metadata)).map_err(thrown)
}

/// Marks a response that depends on the session, and sets the cookie if there is one to set.
#[wasm_bindgen]
pub fn mark(headers: &Headers, cookie: Option<String>) -> Result<(), JsValue> {
    if let Some(value) = vary(headers.get("Vary")?.as_deref()) {
        headers.set("Vary", &value)?;
    }
    if let Some(value) = cache_control(headers.get("Cache-Control")?.as_deref(), cookie.is_some()) {
        headers.set("Cache-Control", &value)?;
    }
    cookie.map_or(Ok(()), |cookie| headers.append("Set-Cookie", &cookie))
}

/// What the store answered.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Answer {
    /// No record.
    Missing,
    /// The bytes that are passed beside it.
    Shown,
    /// The same bytes as the view: they need not cross twice.
    Viewed,
    /// It failed.
    Unavailable,
}

impl Answer {
    const fn with<'a>(self, stored: &'a [u8], view: &'a [u8]) -> Stored<'a> {
        match self {
            Self::Missing => Stored::Missing,
            Self::Shown => Stored::Shown(stored),
            Self::Viewed => Stored::Shown(view),
            Self::Unavailable => Stored::Unavailable,
        }
    }
}

/// Drawn inside a request: Workers refuse randomness at global scope.
fn entropy() -> Result<Entropy, Error> {
    let mut bytes = [0; Entropy::BYTES];
    getrandom::fill(&mut bytes).map_err(|_| {
        Error::new(Code::Entropy, "the random source failed; on Workers, open sessions inside a request")
    })?;
    Entropy::new(bytes)
}

/// Errors cross as `code: message`; the driver makes a `SessionError` of it.
fn thrown(error: Error) -> JsValue {
    JsValue::from_str(&[error.code().as_str(), ": ", error.message()].concat())
}
