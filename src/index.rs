//! The index of a user's sessions: under the user's prefix an entry for each, with a few facts beside its key.

use alloc::string::String;

use crate::commit::Step;
use crate::diff;
use crate::error::Error;
use crate::plan::{Action, Guard, Role, Write};
use crate::record::Live;
use crate::session::garbage;
use crate::store_key::{Handle, index_key};
use crate::text::{decimal, number};
use crate::time::{Span, Timestamp};
use crate::token::Client;
use crate::users::UserKey;

/// The bytes of an entry: `version 1 | kind 5`. What it says stands beside them, where listings show it.
const ENTRY: [u8; 2] = [1, 5];
/// How long an entry that is over stays to say so: at least the shortest life that Workers KV gives a key.
const OVER_STAYS: Span = Span::from_secs(60);
const OVER_FACTS: &str = r#"{"over":1}"#;
/// What a store keeps beside a key.
const MOST_FACTS: usize = 1_024;

/// The members that an entry can have, as they begin.
const OVER: &str = "\"over\":";
const CREATED: &str = "\"created\":";
const ENDS: &str = "\"ends\":";
const SINCE: &str = "\"since\":";
const AUTHENTICATED: &str = "\"authenticated\":";
const LEVEL: &str = "\"level\":";
const DEVICE: &str = "\"device\":";

/// A key that a store listed: a user's entry, or a session's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The session's handle.
    pub handle: &'a str,
    /// What stands beside the key, as JSON; empty: nothing.
    pub facts: &'a str,
    /// When the record was last written; 0: not known.
    pub modified: Timestamp,
}

/// What stands beside a key. A time that is not there is 0, and so is that of a session that never ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The session is over.
    pub over: bool,
    /// When it was created.
    pub created: Timestamp,
    /// When it ends at the latest.
    pub ends: Timestamp,
    /// From when on it counts: of a session that was spared, from then.
    pub since: Timestamp,
    /// When the user signed in.
    pub authenticated: Timestamp,
    /// How strongly the user is authenticated, as JSON text.
    pub level: Option<&'a str>,
    /// What the user recognises the session by, as JSON text.
    pub device: Option<&'a str>,
}

impl<'a> Facts<'a> {
    /// `{"created":1,"ends":2,"since":1,"authenticated":1,"level":"2","device":"Firefox"}`; what there is not is left out.
    fn to_json(self) -> String {
        let mut json = String::from("{");
        let times =
            [(CREATED, self.created), (ENDS, self.ends), (SINCE, self.since), (AUTHENTICATED, self.authenticated)];
        for (name, time) in times {
            if time > Timestamp::default() {
                put(&mut json, name, &decimal(time.as_millis()));
            }
        }
        for (name, text) in [(LEVEL, self.level), (DEVICE, self.device)] {
            put(&mut json, name, text.unwrap_or_default());
        }
        json.push('}');
        json
    }

    /// What [`Facts::to_json`] gave, its members in any order. What is there of another kind is as if it were not.
    pub(crate) fn parse(json: &'a str) -> Self {
        let time = |name| time_of(fact(json, name));
        Self {
            over: fact(json, OVER) == Some("1"),
            created: time(CREATED),
            ends: time(ENDS),
            since: time(SINCE),
            authenticated: time(AUTHENTICATED),
            level: fact(json, LEVEL),
            device: fact(json, DEVICE),
        }
    }
}

impl Step<'_> {
    /// The session's entry in the index of its user, where it gets a new id or a user. One that says that it is over stays: that
    /// came sooner.
    pub(crate) fn index_entry(
        &self,
        client: &Client,
        handle: &Handle,
        full: &Live<'_>,
    ) -> Result<Option<Write>, Error> {
        let Some(user) = client.user.filter(|_| matches!(self.action, Action::Login(_) | Action::Rotate)) else {
            return Ok(None);
        };
        let options = &self.sessions.options;
        let system = full.entries(diff::SYSTEM).ok_or_else(garbage)?;
        let said = |key| system.get(key).and_then(|entry| entry.value);
        let ends = options.lifetime.absolute_end(client.began);
        let mut facts = Facts {
            over: false,
            created: client.created,
            ends: if ends < Timestamp::NEVER { ends } else { Timestamp::default() },
            since: client.began.max(client.spared),
            authenticated: time_of(said(diff::AUTHENTICATED)),
            level: said(diff::LEVEL),
            device: said(diff::DEVICE),
        };
        let mut meta = facts.to_json();
        // Where records are sealed, so are the user's own words.
        if options.seal_records || meta.len() > MOST_FACTS {
            (facts.level, facts.device) = (None, None);
            meta = facts.to_json();
        }
        let meta = Some(meta);
        let (key, expires) = (index_key(&user, handle), options.lifetime.record_end(client.began, self.now));
        Ok(Some(Write { key, bytes: ENTRY.into(), expires, guard: Guard::Absent, role: Role::Entry, meta }))
    }
}

/// The entry of an id that ends, if it had one.
pub(crate) fn over(client: &Client, handle: &Handle, now: Timestamp) -> Option<Write> {
    client.user.map(|user| over_at(&user, handle, now))
}

/// The entry of a user's session that ends.
pub(crate) fn over_at(user: &UserKey, handle: &Handle, now: Timestamp) -> Write {
    let (key, expires, meta) = (index_key(user, handle), now.after(OVER_STAYS), Some(OVER_FACTS.into()));
    Write { key, bytes: ENTRY.into(), expires, guard: Guard::Always, role: Role::Entry, meta }
}

/// What stands beside a session's record, so that a list of all sessions tells how old each is.
pub(crate) fn birth(client: &Client) -> String {
    Facts { created: client.created, ..Facts::default() }.to_json()
}

/// One member; none for an empty value.
fn put(json: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let separator = if json.len() > 1 { "," } else { "" };
        [separator, name, value].iter().for_each(|part| json.push_str(part));
    }
}

fn time_of(digits: Option<&str>) -> Timestamp {
    digits.and_then(number).map(Timestamp::from_millis).unwrap_or_default()
}

/// The text of one fact. No text is mistaken for a `name`: in a text, the quotation mark before the colon is escaped.
fn fact<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let at = json.as_bytes().windows(name.len()).position(|window| window == name.as_bytes())?;
    let value = json.get(at.checked_add(name.len())?..)?;
    let (mut quoted, mut escaped) = (false, false);
    let end = value.bytes().position(|byte| {
        let ends = !quoted && matches!(byte, b',' | b'}');
        quoted ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    value.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn what_stands_beside_a_key_is_read_back_whatever_the_texts_in_it_hold() {
        let texts =
            [r#""""#, r#""Firefox""#, r#""a,b}c{""#, r#""\\""#, r#""\\\",\"ends\":5,\"over\":1,\"""#, r#""\"level""#];
        for level in texts {
            for device in texts {
                let facts =
                    Facts { created: AT, since: AT, level: Some(level), device: Some(device), ..Facts::default() };
                assert_eq!(Facts::parse(&facts.to_json()), facts);
            }
        }
        let all = Facts { ends: AT, authenticated: AT, ..Facts::default() };
        assert_eq!(Facts::parse(&all.to_json()), all);
        assert!(Facts::parse(OVER_FACTS).over);
    }

    #[test]
    fn what_is_not_there_or_is_of_another_kind_is_nothing() {
        for json in ["", "{}", "{", "[]", r#"{"created":"#, r#"{"created":-1,"ends":1.5,"since":"1","over":2}"#] {
            assert_eq!(Facts::parse(json), Facts::default(), "{json}");
        }
    }
}
