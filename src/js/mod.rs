//! The surface for JavaScript: the only code that knows it.
//!
//! Coarse and stateless. A request crosses two or three times, each time with one message of whole strings and bytes, and
//! one answer; what must live between two crossings is opaque bytes in the driver's hands. So there is nothing to free, no
//! request's data stays in wasm, and an instance that trapped can be replaced under the requests in flight.
//!
//! What is [`LONG`] goes beside the message and the answer, each as it is: a record of a megabyte is copied once each way.
//!
//! One function instead of one for each question: what wasm-bindgen writes around a function, on both sides, weighs more
//! than reading its arguments from bytes, and takes memory for each of them.
#![cfg_attr(target_arch = "wasm32", allow(unsafe_code))] // in the expansions of `#[wasm_bindgen]` only

mod answer;
mod change;
mod configs;
mod entropy;
mod message;

use alloc::vec::Vec;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::*;

use crate::config;
use crate::cookie::{Origin, cache_control, vary, vary_on};
use crate::error::Error;
use crate::index::Entry;
use crate::named::Realm;
use crate::opening::Request;
use crate::page_token::Page;
use crate::plan::{EPOCHS, Known};
use crate::session::{Session, Stored, foreign};
use crate::time::{Span, Timestamp};
use crate::transport::Way;
use crate::user_limit::{SignedIn, UserLimit};
use answer::Answer;
use entropy::entropy;
use message::Message;

/// From how many bytes on a field of bytes is not in the message or the answer, but beside it.
const LONG: usize = 4096;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A panic is a trap: the driver drops the instance. Its message would weigh more than the session model, and could tell
/// of a value. Only for the module that ships; tests bring their own.
#[cfg(standalone)]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
extern "C" {
    /// The driver's side of one [`call`].
    pub type Host;

    /// Gives the next of what goes beside the message.
    #[wasm_bindgen(method, structural)]
    fn give(this: &Host) -> Vec<u8>;

    /// Takes each of what goes beside the answer.
    #[wasm_bindgen(method, structural)]
    fn take(this: &Host, bytes: &[u8]);

    /// Reads the answer.
    #[wasm_bindgen(method, structural)]
    fn read(this: &Host, answer: &[u8]);
}

/// Tells the host the [`answer`] to a message with so much beside it.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
pub fn call(message: &[u8], long: usize, host: &Host) {
    let long: Vec<Vec<u8>> = (0..long).map(|_| host.give()).collect();
    let (answer, long) = answer(message, &long);
    long.iter().for_each(|bytes| host.take(bytes));
    host.read(&answer);
}

/// Answers one message; `pkg/src/core.ts` writes it and reads the answer. With both goes what is [`LONG`] in them, in that order.
///
/// | first byte | asks | fields |
/// | --- | --- | --- |
/// | 0 | [`configure`] | what is wrong text, count number, then per field name text, text |
/// | 1 | to forget a configuration | config number |
/// | 2 | [`open`] | config number, now time, url text, method text, what came by each way: 4 texts |
/// | 3 | [`load`] | config number, now time, session bytes, what is [`known`] |
/// | 4 | [`commit`] | config number, now time, session bytes, view bytes, what is known, action byte, changes text |
/// | 5 | [`metadata`] | config number, now time, session bytes, view bytes |
/// | 6 | [`caching`] | `Vary` text, `Cache-Control` text, sets the cookie byte, header's name text |
/// | 7 | [`flush`] | config number, now time, session bytes, record bytes, what is known |
/// | 8 | [`csrf_token`] | config number, now time, session bytes |
/// | 9 | [`verify_csrf`] | config number, now time, session bytes, token text |
/// | 10 | [`describe`] | config number, now time, handle text, record as [`stored`], at whatever time byte |
/// | 11 | [`user_keys`] | config number, now time, user text |
/// | 12 | [`revoke`] | config number, now time, handle text, user text |
/// | 13 | [`revoke_user`] | config number, now time, user text, spared handle text, the user's [`records`] |
/// | 14 | [`is_fresh`] | length of time text, then time, now time |
/// | 15 | [`named`] | config number, now time, realm byte, id text, since time |
/// | 16 | [`page_token`] | config number, now time, session bytes, way byte, stale byte, unsaved byte |
/// | 17 | [`force`] | config number, now time, url text, token text |
/// | 18 | [`forget`] | config number, now time, session bytes |
/// | 19 | [`inspect`] | config number, now time, handle text, record as [`stored`] |
/// | 20 | [`listed`] | config number, now time, user text, the user's and everybody's [`records`], count number, that many handle text, facts text, modified time |
/// | 21 | [`excess`] | now time, own handle text, sessions number, refuses byte, count number, that many handle text, ends time, since time |
pub fn answer(message: &[u8], long: &[Vec<u8>]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut message = Message::new(message, long);
    let answer = message.byte().and_then(|what| match what {
        0 => configure(&mut message),
        1 => message.number().map(configs::release).map(|()| Answer::done()),
        2 => open(&mut message),
        3 => load(&mut message),
        4 => commit(&mut message),
        5 => metadata(&mut message),
        6 => caching(&mut message),
        7 => flush(&mut message),
        8 => csrf_token(&mut message),
        9 => verify_csrf(&mut message),
        10 => describe(&mut message),
        11 => user_keys(&mut message),
        12 => revoke(&mut message),
        13 => revoke_user(&mut message),
        14 => is_fresh(&mut message),
        15 => named(&mut message),
        16 => page_token(&mut message),
        17 => force(&mut message),
        18 => forget(&mut message),
        19 => inspect(&mut message),
        20 => listed(&mut message),
        21 => excess(&mut message),
        _ => Err(foreign()),
    });
    answer.unwrap_or_else(|error| Answer::error(&error)).into_parts()
}

/// Checks the options, see [`config::read`], and keeps them.
fn configure(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (wrong, count) = (message.text()?, message.number()?);
    let mut fields = Vec::new(); // grows with what is really there: a count is not to be believed
    for _ in 0..count {
        fields.push((message.text()?, message.text()?));
    }
    config::read(&fields, wrong).map(Answer::configured)
}

/// The visitor's session, from what came by each transport; the method only where it matters.
fn open(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let (origin, method) = (origin(message)?, message.text()?);
    let sent = [message.text()?, message.text()?, message.text()?, message.text()?];
    Ok(Answer::opened(&sessions.open_request(&Request { sent, origin, method }, now, entropy)?))
}

/// The session of a token that the application has in its hands, to go on by cookie.
fn force(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let origin = origin(message)?;
    Ok(Answer::opened(&sessions.force(message.text()?, origin, now, entropy)?))
}

/// The URL only where it begins with `http:`, else empty.
fn origin(message: &mut Message<'_>) -> Result<Origin, Error> {
    let url = message.text()?;
    Ok(if url.is_empty() { Origin::Secure } else { Origin::of(url) })
}

/// The session's values, from what the store answered.
fn load(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let session = Session::from_bytes(message.bytes()?)?;
    let known = known(message, &[])?;
    let loaded = sessions.load(&session, &known, now, entropy)?;
    Answer::loaded(loaded, if let Stored::Shown(record) = known.stored { record } else { &[] })
}

/// What to do so that the changes hold. The action and the changes: see [`change::parse`].
fn commit(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let session = Session::from_bytes(message.bytes()?)?;
    let view = message.bytes()?;
    let known = known(message, view)?;
    let change = change::parse(message.byte()?, message.text()?)?;
    Ok(Answer::planned(sessions.commit(&session, view, &known, &change, now, &entropy()?)?))
}

/// What is left to put of a record that waited for its time.
fn flush(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let (session, record) = (Session::from_bytes(message.bytes()?)?, message.bytes()?);
    let known = known(message, record)?;
    Ok(Answer::flushed(sessions.flush(&session, record, &known, now, &entropy()?)?))
}

/// The session's handle, and when it began and ends.
fn metadata(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let (session, view) = (Session::from_bytes(message.bytes()?)?, message.bytes()?);
    let stored = if view.is_empty() { Stored::Missing } else { Stored::Shown(view) };
    Ok(Answer::metadata(&sessions.metadata(&session, stored, now)?))
}

/// A token for a form.
fn csrf_token(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, _) = (configs::find(message.number()?)?, message.now()?);
    sessions.csrf_token(&Session::from_bytes(message.bytes()?)?, &entropy()?).map(|token| Answer::token(&token))
}

/// Whether a form's token is this session's.
fn verify_csrf(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, _) = (configs::find(message.number()?)?, message.now()?);
    let session = Session::from_bytes(message.bytes()?)?;
    sessions.verify_csrf(&session, message.text()?).map(Answer::verified)
}

/// What a record says of its session.
fn describe(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let (handle, stored) = (message.text()?, stored(message, &[])?);
    let now = if message.byte()? == 0 { now } else { Timestamp::default() };
    sessions.describe(handle, stored, now).map(|listed| Answer::listed(&listed))
}

/// What a record says of its session, and its values.
fn inspect(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let (handle, stored) = (message.text()?, stored(message, &[])?);
    let (listed, record) = sessions.inspect(handle, stored, now)?;
    Answer::inspected(&listed, &record)
}

/// What the keys tell whose sessions live on.
fn listed(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, _) = (configs::find(message.number()?)?, message.now()?);
    let (user, of_user, of_all) = (message.text()?, records(message)?, records(message)?);
    let epochs = sessions.epochs(user, &of_user, &of_all)?;
    let mut answer = Answer::done();
    for _ in 0..message.number()? {
        let entry = Entry { handle: message.text()?, facts: message.text()?, modified: message.time()? };
        answer.entry(epochs.living(&entry)?.as_ref());
    }
    Ok(answer)
}

/// Which of a user's sessions are too many.
fn excess(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (now, own) = (message.now()?, message.text()?);
    let limit = UserLimit { sessions: message.number()? as usize, refuses: message.byte()? != 0 };
    let mut all = Vec::new();
    for _ in 0..message.number()? {
        all.push(SignedIn { handle: message.text()?, ends: message.time()?, since: message.time()? });
    }
    Ok(Answer::flags(&limit.excess(&all, own, now)?))
}

/// Where what is known of a user stands.
fn user_keys(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, _) = (configs::find(message.number()?)?, message.now()?);
    Ok(Answer::user_keys(&sessions.user_keys(message.text()?)))
}

/// What to write so that a session is over; the user is empty where nobody is signed in.
fn revoke(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let (handle, user) = (message.text()?, message.text()?);
    sessions.revoke(handle, (!user.is_empty()).then_some(user), now).map(Answer::to_write)
}

/// What to write so that all sessions of a user are over but one; no handle: all.
fn revoke_user(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let (user, spared, before) = (message.text()?, message.text()?, records(message)?);
    let spared = (!spared.is_empty()).then_some((spared, before.as_slice()));
    sessions.revoke_user(user, spared, now).map(Answer::to_write)
}

/// The session under an id of the application's own (realm 0), of another layer's (1), of the library's (2).
fn named(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let realm = match message.byte()? {
        0 => Realm::Application,
        1 => Realm::ThirdParty,
        _ => Realm::Part,
    };
    let (id, since) = (message.text()?, message.time()?);
    sessions.open_named(realm, id, since, now).map(|(session, read)| Answer::follow(0, &session, &read))
}

/// Whether something is not longer ago than a length of time.
fn is_fresh(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (span, then, now) = (message.text()?, message.now()?, message.now()?);
    let span = Span::parse(span).ok_or_else(change::no_span)?;
    Ok(Answer::verified(now < then.after(span)))
}

/// A token for a form or a URL.
fn page_token(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, now) = (configs::find(message.number()?)?, message.now()?);
    let session = Session::from_bytes(message.bytes()?)?;
    let way = Way::of(message.byte()?).ok_or_else(foreign)?;
    let page = Page { session, way, stale: message.byte()? != 0, unsaved: message.byte()? != 0 };
    sessions.page_token(page, now, &entropy()?).map(|token| Answer::token(&token))
}

/// What makes the visitor's client forget its token.
fn forget(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (sessions, _) = (configs::find(message.number()?)?, message.now()?);
    let session = Session::from_bytes(message.bytes()?)?;
    sessions.forget(&session).map(|lines| Answer::forgotten(session.way, &lines))
}

/// What to set two headers to, from what they are (empty: not there), on an answer that depends on the session, which may
/// also come by a header of this name (empty: by none).
fn caching(message: &mut Message<'_>) -> Result<Answer, Error> {
    let (existing_vary, existing_control) = (message.text()?, message.text()?);
    let (sets_cookie, name) = (message.byte()? != 0, message.text()?);
    let control = cache_control(Some(existing_control), sets_cookie);
    let cookie = vary(Some(existing_vary));
    let so_far = cookie.as_deref().unwrap_or(existing_vary);
    let both = if name.is_empty() { None } else { vary_on(Some(so_far), name) };
    Ok(Answer::caching(both.or(cookie), control))
}

/// `session's record, its end, session's record as this process wrote it (each as [`stored`]), epochs as [`records`], at time,
/// scheduled byte`
fn known<'m>(message: &mut Message<'m>, view: &'m [u8]) -> Result<Known<'m>, Error> {
    let (of_session, end) = (stored(message, view)?, stored(message, view)?);
    let recent = match stored(message, view)? {
        Stored::Shown(record) => Some(record),
        _ => None,
    };
    let mut epochs = [Stored::Missing; EPOCHS];
    for number in 0..message.number()? as usize {
        *epochs.get_mut(number).ok_or_else(foreign)? = stored(message, &[])?;
    }
    Ok(Known { stored: of_session, end, epochs, recent, at: message.now()?, scheduled: message.byte()? != 0 })
}

/// `byte`: 0 no record, 1 these `bytes`, 2 the same bytes as the view, which need not cross twice, 3 the store failed.
fn stored<'m>(message: &mut Message<'m>, view: &'m [u8]) -> Result<Stored<'m>, Error> {
    match message.byte()? {
        0 => Ok(Stored::Missing),
        1 => Ok(Stored::Shown(message.bytes()?)),
        2 => Ok(Stored::Shown(view)),
        3 => Ok(Stored::Unavailable),
        _ => Err(foreign()),
    }
}

/// `count number`, that many as [`stored`]
fn records<'m>(message: &mut Message<'m>) -> Result<Vec<Stored<'m>>, Error> {
    let mut records = Vec::new();
    for _ in 0..message.number()? {
        records.push(stored(message, &[])?);
    }
    Ok(records)
}
