//! What the core answers, as arrays by position: the cheapest thing that crosses and leaves nothing to free.
//!
//! Their types stand in `pkg/wasm/index.d.ts`.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::host::{Bytes, Tuple};
use crate::config::Config;
use crate::error::Error;
use crate::plan::{Guard, Loaded, Opened, Plan, Write};
use crate::record::{Live, TextRange};
use crate::session::{Metadata, Session, garbage};
use crate::text::decimal;
use crate::time::Timestamp;

impl Tuple {
    fn of(kind: u8) -> Self {
        let tuple = Self::new();
        tuple.push_number(f64::from(kind));
        tuple
    }

    fn bytes(&self, bytes: &[u8]) {
        self.push(&Bytes::copy(bytes));
    }

    fn session(&self, session: &Session) {
        self.bytes(&session.to_bytes());
    }

    fn text(&self, text: Option<&str>) {
        match text {
            Some(text) => self.push_text(text),
            None => self.push(&JsValue::UNDEFINED),
        }
    }

    fn time(&self, time: Option<Timestamp>) {
        match time {
            Some(time) => self.push_number(time.as_millis() as f64),
            None => self.push(&JsValue::UNDEFINED),
        }
    }
}

/// `[config, storeTimeout]`: a number for all other calls, and milliseconds.
pub(super) fn configured(Config { sessions, store_timeout }: Config) -> Tuple {
    let tuple = Tuple::new();
    tuple.push_number(f64::from(super::configs::keep(sessions)));
    tuple.push_number(store_timeout.as_millis() as f64);
    tuple
}

/// `[session, key?, reject?, expired handle?, limit?]`
pub(super) fn opened(opened: &Opened) -> Tuple {
    let tuple = Tuple::new();
    tuple.session(&opened.session);
    tuple.text(opened.read.as_deref());
    tuple.text(opened.reject.map(|reject| reject.as_str()));
    tuple.text(opened.expired.as_ref().map(|(handle, _)| handle.as_str()));
    tuple.text(opened.expired.as_ref().map(|(_, end)| end.as_str()));
    tuple
}

/// `[VIEW, bytes?, texts, stale, conflict, due]`, `[FOLLOW, session, key]` or `[ENDED, session]`.
///
/// `texts` is a JSON object: per namespace where its text begins and ends in the view's bytes.
pub(super) fn loaded(loaded: &Loaded, stored: &[u8]) -> Result<Tuple, Error> {
    Ok(match loaded {
        Loaded::View(view) => {
            let tuple = Tuple::of(0);
            match &view.bytes {
                Some(bytes) => tuple.bytes(bytes),
                None => tuple.text(None),
            }
            tuple.push_text(&texts(view.bytes.as_deref().unwrap_or(stored))?);
            for flag in [view.stale, view.conflict, view.due] {
                tuple.push_flag(flag);
            }
            tuple
        }
        Loaded::Follow { session, read } => follow(1, session, read),
        Loaded::Ended { session } => {
            let tuple = Tuple::of(2);
            tuple.session(session);
            tuple
        }
    })
}

/// `[NOTHING]`, `[WRITE, session, cookie?, covered, key, bytes, expires, guard, ...]`, `[ENDED]` or
/// `[FOLLOW, session, key]`.
pub(super) fn planned(plan: &Plan) -> Tuple {
    match plan {
        Plan::Nothing => Tuple::of(0),
        Plan::Write(commit) => {
            let tuple = Tuple::of(1);
            tuple.session(&commit.session);
            tuple.text(commit.cookie.as_deref());
            tuple.push_flag(commit.covered);
            for Write { key, bytes, expires, guard } in &commit.writes {
                tuple.push_text(key);
                tuple.bytes(bytes);
                tuple.time(Some(*expires));
                tuple.push_number(f64::from(*guard as u8));
            }
            tuple
        }
        Plan::Ended => Tuple::of(2),
        Plan::Follow { session, read } => follow(3, session, read),
    }
}

const _: () = assert!(Guard::Unchanged as u8 == 0 && Guard::Absent as u8 == 1 && Guard::Always as u8 == 2);

fn follow(kind: u8, session: &Session, read: &str) -> Tuple {
    let tuple = Tuple::of(kind);
    tuple.session(session);
    tuple.push_text(read);
    tuple
}

/// `[handle, created, last access, modified?, idle end?, absolute end?]`, times in milliseconds since 1970.
pub(super) fn metadata(metadata: &Metadata) -> Tuple {
    let tuple = Tuple::new();
    tuple.push_text(&metadata.handle);
    let Metadata { created, last_access, modified, idle_end, absolute_end, .. } = *metadata;
    for time in [Some(created), Some(last_access), modified, idle_end, absolute_end] {
        tuple.time(time);
    }
    tuple
}

/// `{"name":[begin,end],...}`
fn texts(view: &[u8]) -> Result<String, Error> {
    let mut json = String::from("{");
    for TextRange { name, range } in Live::texts(view).ok_or_else(garbage)? {
        let separator = if json.len() > 1 { "," } else { "" };
        for part in [separator, name, ":[", &decimal(range.start as u64), ",", &decimal(range.end as u64), "]"] {
            json.push_str(part);
        }
    }
    json.push('}');
    Ok(json)
}
