//! What the core answers, as arrays by position: the cheapest thing that crosses and leaves nothing to free.
//!
//! Their types stand in `pkg/wasm/index.d.ts`.

use alloc::format;
use alloc::string::String;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::bytes;
use crate::error::Error;
use crate::plan::{Guard, Loaded, Opened, Plan, View, Write};
use crate::record::{Live, TextRange};
use crate::session::{Metadata, garbage};

/// `[session, key?, reject?, expired handle?, limit?]`
pub(super) fn opened(opened: Opened) -> Array {
    let (expired, limit) = match &opened.expired {
        Some((handle, end)) => (Some(handle.as_str()), Some(end.as_str())),
        None => (None, None),
    };
    let session = bytes(&opened.session.to_bytes());
    let reject = opened.reject.map(|reject| reject.as_str());
    Array::of5(&session, &opened.read.into(), &text(reject), &text(expired), &text(limit))
}

/// `[VIEW, bytes?, texts, stale, conflict, due]`, `[FOLLOW, session, key]` or `[ENDED, session]`.
///
/// `texts` is a JSON object: per namespace where its text begins and ends in the view's bytes.
pub(super) fn loaded(loaded: Loaded, stored: &[u8]) -> Result<Array, Error> {
    Ok(match loaded {
        Loaded::View(view) => {
            let texts = texts(view.bytes.as_deref().unwrap_or(stored))?;
            let View { bytes: own, stale, conflict, due } = view;
            let own = own.map_or(JsValue::UNDEFINED, |own| bytes(&own));
            let tuple = Array::of5(&0.into(), &own, &texts.into(), &stale.into(), &conflict.into());
            tuple.push(&due.into());
            tuple
        }
        Loaded::Follow { session, read } => Array::of3(&1.into(), &bytes(&session.to_bytes()), &read.into()),
        Loaded::Ended { session } => Array::of2(&2.into(), &bytes(&session.to_bytes())),
    })
}

/// `[NOTHING]`, `[WRITE, session, cookie?, covered, key, bytes, expires, guard, ...]`, `[ENDED]` or
/// `[FOLLOW, session, key]`.
pub(super) fn planned(plan: Plan) -> Array {
    match plan {
        Plan::Nothing => Array::of1(&0.into()),
        Plan::Write(commit) => {
            let session = bytes(&commit.session.to_bytes());
            let tuple = Array::of4(&1.into(), &session, &commit.cookie.into(), &commit.covered.into());
            for Write { key, bytes: record, expires, guard } in commit.writes {
                tuple.push(&key.into());
                tuple.push(&bytes(&record));
                tuple.push(&(expires.as_millis() as f64).into());
                tuple.push(&(guard as u32).into());
            }
            tuple
        }
        Plan::Ended => Array::of1(&2.into()),
        Plan::Follow { session, read } => Array::of3(&3.into(), &bytes(&session.to_bytes()), &read.into()),
    }
}

const _: () = assert!(Guard::Unchanged as u32 == 0 && Guard::Absent as u32 == 1 && Guard::Always as u32 == 2);

/// `[handle, created, last access, modified?, idle end?, absolute end?]`, times in milliseconds since 1970.
pub(super) fn metadata(metadata: Metadata) -> Array {
    let tuple = Array::of1(&metadata.handle.into());
    let Metadata { created, last_access, modified, idle_end, absolute_end, .. } = metadata;
    for time in [Some(created), Some(last_access), modified, idle_end, absolute_end] {
        tuple.push(&time.map(|at| at.as_millis() as f64).into());
    }
    tuple
}

fn texts(view: &[u8]) -> Result<String, Error> {
    let mut json = String::from("{");
    for TextRange { name, range } in Live::texts(view).ok_or_else(garbage)? {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&format!("{name}:[{},{}]", range.start, range.end));
    }
    json.push('}');
    Ok(json)
}

fn text(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::UNDEFINED, JsValue::from_str)
}
