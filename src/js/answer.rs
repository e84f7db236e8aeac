//! What the core answers: one run of bytes, and beside it what is long, which `pkg/src/answer.ts` reads from front to back.
//!
//! One copy crosses instead of an array, a string and a typed array for each field: that halved the time of a call.

use alloc::string::String;
use alloc::vec::Vec;

use super::LONG;
use crate::commit::FRESH;
use crate::config::Config;
use crate::error::Error;
use crate::index::Facts;
use crate::listing::{Described, Listed, UserKeys};
use crate::plan::{Commit, Guard, Loaded, Opened, Plan, Put, Read, Role, View, Write};
use crate::record::{Live, TextRange};
use crate::session::{Metadata, Session, garbage};
use crate::text::decimal;
use crate::time::Timestamp;
use crate::transport::Way;
use crate::wire::Writer;

/// In place of the length of a text or of bytes that are not there.
const NONE: u32 = u32::MAX;

/// An answer being written.
///
/// ```text
/// kind 1 | fields
/// flag:         1
/// number, time: 6, little-endian; a time that is not there: 0
/// text:         length 4, little-endian | UTF-8; not there: length 0xffffffff
/// bytes:        the same; from `LONG` on they are the next of those beside the answer
/// ```
pub(super) struct Answer {
    fields: Vec<u8>,
    long: Vec<Vec<u8>>,
}

impl Answer {
    fn of(kind: u8) -> Self {
        let mut fields = Vec::with_capacity(256);
        fields.push(kind);
        Self { fields, long: Vec::new() }
    }

    /// The answer, and what is long in it.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<Vec<u8>>) {
        (self.fields, self.long)
    }

    fn flag(&mut self, flag: bool) {
        self.fields.push(u8::from(flag));
    }

    fn number(&mut self, number: u64) {
        let [low @ .., _, _] = number.to_le_bytes();
        self.fields.put(&low);
    }

    fn time(&mut self, time: Option<Timestamp>) {
        self.number(time.unwrap_or_default().as_millis());
    }

    fn bytes(&mut self, bytes: Vec<u8>) {
        if bytes.len() < LONG {
            return self.short(Some(&bytes));
        }
        self.length(bytes.len() as u32);
        self.long.push(bytes);
    }

    fn text(&mut self, text: &str) {
        self.optional_text(Some(text));
    }

    fn optional_text(&mut self, text: Option<&str>) {
        self.short(text.map(str::as_bytes));
    }

    /// A text, or bytes that are not long.
    fn short(&mut self, bytes: Option<&[u8]>) {
        self.length(bytes.map_or(NONE, |bytes| bytes.len() as u32));
        self.fields.put(bytes.unwrap_or_default());
    }

    fn length(&mut self, length: u32) {
        self.fields.put(&length.to_le_bytes());
    }

    fn session(&mut self, session: &Session) {
        self.bytes(session.to_bytes());
    }

    /// Kind 255: `code text, message text`
    pub(super) fn error(error: &Error) -> Self {
        let mut answer = Self::of(255);
        answer.text(error.code().as_str());
        answer.text(error.message());
        answer
    }

    pub(super) fn done() -> Self {
        Self::of(0)
    }

    /// `config number, store timeout number, write interval number, fresh number`: a number for all other calls, and milliseconds;
    /// the last, how old what was read may be as the base of what is written or sent.
    pub(super) fn configured(Config { sessions, store_timeout, write_interval }: Config) -> Self {
        let mut answer = Self::of(0);
        answer.number(super::configs::keep(sessions).into());
        answer.number(store_timeout.as_millis());
        answer.number(write_interval.as_millis());
        answer.number(FRESH.as_millis());
        answer
    }

    /// `session bytes, way number, keys as [`Answer::keys`], reject text? by each of 4 ways, expired handle text?, limit text?`
    pub(super) fn opened(opened: &Opened) -> Self {
        let mut answer = Self::of(0);
        answer.session(&opened.session);
        answer.number(opened.session.way as u64);
        answer.keys(opened.read.as_ref());
        let expired = opened.expired.as_ref();
        let [cookie, header, form, url] = opened.refused.map(|reject| reject.map(|reject| reject.as_str()));
        for text in [
            cookie,
            header,
            form,
            url,
            expired.map(|(handle, _)| handle.as_str()),
            expired.map(|(_, end)| end.as_str()),
        ] {
            answer.optional_text(text);
        }
        answer
    }

    /// - 0, a view: `bytes?, texts text, stale flag, conflict flag, due flag, expired text`
    /// - 1, follow: `session bytes, keys as [`Answer::keys`]`
    /// - 2, ended: `session bytes`
    /// - 3, new: `session bytes, keys as [`Answer::keys`]`
    ///
    /// `expired`: namespaces, JSON string literals with commas between them. `texts` is a JSON object: per namespace where its text begins and ends in the view's bytes.
    pub(super) fn loaded(loaded: Loaded, stored: &[u8]) -> Result<Self, Error> {
        Ok(match loaded {
            Loaded::View(View { bytes, stale, conflict, due, expired }) => {
                let mut answer = Self::of(0);
                let texts = texts(bytes.as_deref().unwrap_or(stored))?;
                match bytes {
                    Some(bytes) => answer.bytes(bytes),
                    None => answer.short(None),
                }
                answer.text(&texts);
                for flag in [stale, conflict, due] {
                    answer.flag(flag);
                }
                answer.text(&expired.join(","));
                answer
            }
            Loaded::Follow { session, read } => Self::follow(1, &session, &read),
            Loaded::New { session, read } => Self::follow(3, &session, &read),
            Loaded::Ended { session } => {
                let mut answer = Self::of(2);
                answer.session(&session);
                answer
            }
        })
    }

    /// - 0: nothing
    /// - 1, writes: `session bytes, keys as [`Answer::keys`], way number, count number, that many
    ///   cookies text, put number, at time, count number`, then the writes; `put` is 0 awaited,
    ///   1 behind, 2 at that time, 3 joined, 4 carried
    /// - 2: ended
    /// - 3, follow: `session bytes, keys as [`Answer::keys`]`
    pub(super) fn planned(plan: Plan) -> Self {
        match plan {
            Plan::Nothing => Self::of(0),
            Plan::Write(commit) => Self::writes(commit),
            Plan::Ended => Self::of(2),
            Plan::Follow { session, read } => Self::follow(3, &session, &read),
        }
    }

    fn writes(commit: Commit) -> Self {
        let mut answer = Self::follow(1, &commit.session, &commit.read);
        answer.number(commit.session.way as u64);
        answer.lines(&commit.cookies);
        let (put, at) = match commit.put {
            Put::Awaited => (0, None),
            Put::Behind => (1, None),
            Put::At(at) => (2, Some(at)),
            Put::Joined => (3, None),
            Put::Carried => (4, None),
        };
        answer.number(put);
        answer.time(at);
        answer.writes_of(commit.writes);
        answer
    }

    /// `count number`, then the writes
    pub(super) fn to_write(writes: Vec<Write>) -> Self {
        let mut answer = Self::of(0);
        answer.writes_of(writes);
        answer
    }

    fn writes_of(&mut self, writes: Vec<Write>) {
        self.number(writes.len() as u64);
        for write in writes {
            self.write(write);
        }
    }

    /// `key text, bytes, expires time, guard number, role number, meta text?`
    fn write(&mut self, Write { key, bytes, expires, guard, role, meta }: Write) {
        self.text(&key);
        self.bytes(bytes);
        self.time(Some(expires));
        self.number(guard as u64);
        self.number(role as u64);
        self.optional_text(meta.as_deref());
    }

    pub(super) fn follow(kind: u8, session: &Session, read: &Read) -> Self {
        let mut answer = Self::of(kind);
        answer.session(session);
        answer.keys(Some(read));
        answer
    }

    /// `session's key text?`; if there is one, `its end's text?, count number`, that many `epoch's text`
    fn keys(&mut self, read: Option<&Read>) {
        self.optional_text(read.map(|read| read.key.as_str()));
        let Some(Read { end, epochs, .. }) = read else { return };
        self.optional_text(end.as_deref());
        self.lines(epochs);
    }

    /// - 0: nothing
    /// - 1: the write
    pub(super) fn flushed(write: Option<Write>) -> Self {
        let mut answer = Self::of(u8::from(write.is_some()));
        if let Some(write) = write {
            answer.write(write);
        }
        answer
    }

    /// `handle text, created time, last access time, modified time?, idle end time?, absolute end time?`
    pub(super) fn metadata(metadata: &Metadata) -> Self {
        let mut answer = Self::of(0);
        answer.text(&metadata.handle);
        let Metadata { created, last_access, modified, idle_end, absolute_end, .. } = *metadata;
        for time in [Some(created), Some(last_access), modified, idle_end, absolute_end] {
            answer.time(time);
        }
        answer
    }

    /// `way number, count number, that many cookies text`
    pub(super) fn forgotten(way: Way, lines: &[String]) -> Self {
        let mut answer = Self::of(0);
        answer.number(way as u64);
        answer.lines(lines);
        answer
    }

    fn lines(&mut self, lines: &[String]) {
        self.number(lines.len() as u64);
        for line in lines {
            self.text(line);
        }
    }

    /// - 0: nothing that lives
    /// - 1, a session: `user text?, level text?, device text?, authenticated text?, modified time, expires time, size number`
    /// - 2, another id of it: `handle text`
    pub(super) fn listed(listed: &Listed) -> Self {
        match listed {
            Listed::Over => Self::of(0),
            Listed::Live(Described { user, level, device, authenticated, modified, expires, size }) => {
                let mut answer = Self::of(1);
                for text in [user, level, device, authenticated] {
                    answer.optional_text(text.as_deref());
                }
                answer.time(Some(*modified));
                answer.time(Some(*expires));
                answer.number(*size as u64);
                answer
            }
            Listed::Moved(handle) => {
                let mut answer = Self::of(2);
                answer.text(handle);
                answer
            }
        }
    }

    /// As [`Answer::listed`], and for a session `count number`, then `name text, text`: the name, a JSON string literal, and
    /// the JSON object of each namespace.
    pub(super) fn inspected(listed: &Listed, plain: &[u8]) -> Result<Self, Error> {
        let mut answer = Self::listed(listed);
        if let Listed::Live(_) = listed {
            let texts = Live::texts(plain).ok_or_else(garbage)?;
            answer.number(texts.len() as u64);
            for TextRange { name, range } in texts {
                answer.text(name);
                answer.short(plain.get(range));
            }
        }
        Ok(answer)
    }

    /// `lives flag`, and if it does `created time?, authenticated time?, ends time?, level text?, device text?`
    pub(super) fn entry(&mut self, facts: Option<&Facts<'_>>) {
        self.flag(facts.is_some());
        let Some(Facts { created, authenticated, ends, level, device, .. }) = facts else { return };
        for time in [created, authenticated, ends] {
            self.time(Some(*time));
        }
        for text in [level, device] {
            self.optional_text(*text);
        }
    }

    /// As many flags as were asked for.
    pub(super) fn flags(flags: &[bool]) -> Self {
        let mut answer = Self::of(0);
        for flag in flags {
            answer.flag(*flag);
        }
        answer
    }

    /// `count number`, then `record's key text, entries' prefix text`
    pub(super) fn user_keys(keys: &[UserKeys]) -> Self {
        let mut answer = Self::of(0);
        answer.number(keys.len() as u64);
        for UserKeys { record, index } in keys {
            answer.text(record);
            answer.text(index);
        }
        answer
    }

    /// `token text`
    pub(super) fn token(token: &str) -> Self {
        let mut answer = Self::of(0);
        answer.text(token);
        answer
    }

    /// 0: it is not, 1: it is
    pub(super) fn verified(verified: bool) -> Self {
        Self::of(u8::from(verified))
    }

    /// `Vary text?, Cache-Control text?`: the headers to set.
    pub(super) fn caching(vary: Option<String>, cache_control: Option<String>) -> Self {
        let mut answer = Self::of(0);
        for header in [vary, cache_control] {
            answer.optional_text(header.as_deref());
        }
        answer
    }
}

const _: () =
    assert!(Role::Session as u8 == 0 && Role::End as u8 == 1 && Role::Safeguard as u8 == 2 && Role::Entry as u8 == 3);
const _: () = assert!(Guard::Unchanged as u8 == 0 && Guard::Absent as u8 == 1 && Guard::Always as u8 == 2);

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
