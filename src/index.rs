//! Which sessions there are, and ending them from elsewhere than a request of theirs.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::aging;
use crate::commit::Step;
use crate::diff;
use crate::ends::write_end;
use crate::error::{Code, Error};
use crate::options::{Consistency, Handle, handle_of, handle_text, store_key};
use crate::plan::{Action, Guard, Role, Write};
use crate::record::{Live, Record};
use crate::session::{Sessions, Stored, garbage, unavailable};
use crate::sort::sorted;
use crate::text::decimal;
use crate::time::{Span, Timestamp};
use crate::token::Client;
use crate::users::{self, Epoch};

/// The bytes of an entry: `version 1 | kind 5`. What it says stands beside them, where listings show it.
const ENTRY: [u8; 2] = [1, 5];
/// How long an entry that is over stays to say so: at least the shortest life that Workers KV gives a key.
const OVER: Span = Span::from_secs(60);
const OVER_META: &str = r#"{"over":1}"#;
/// What a store keeps beside a key.
const MOST_META: usize = 1_024;

/// Where what is known of a user stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserKeys {
    /// The user's record.
    pub record: String,
    /// How the keys of their sessions' entries begin; the session's handle follows.
    pub index: String,
}

/// What a record says of its session to those who do not have its token. All of it JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// Who is signed in.
    pub user: Option<String>,
    /// How strongly the user is authenticated.
    pub level: Option<String>,
    /// What the user recognises the session by.
    pub device: Option<String>,
    /// When the user signed in, in milliseconds since 1970.
    pub authenticated: Option<String>,
    /// When it was last written.
    pub modified: Timestamp,
    /// When the store may drop it.
    pub expires: Timestamp,
    /// The bytes of the record.
    pub size: usize,
}

/// What a handle leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// A session that lives.
    Live(Described),
    /// Another id of the same session: this handle.
    Moved(String),
    /// Nothing that lives.
    Over,
}

/// One of a user's sessions, as its entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn<'a> {
    /// The session's handle.
    pub handle: &'a str,
    /// When it ends at the latest; 0: never.
    pub ends: Timestamp,
    /// When the user signed in there; 0: not known.
    pub since: Timestamp,
}

/// How many sessions a user may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserLimit {
    /// As many as this.
    pub sessions: usize,
    /// Whoever has as many is not signed in once more; else the oldest ends.
    pub refuses: bool,
}

impl UserLimit {
    /// Which of a user's sessions are to end, so that they may have that of the handle `own` besides: those since longest.
    ///
    /// # Errors
    /// `limit` when a session would have to end, and none is to.
    pub fn excess(self, all: &[SignedIn<'_>], own: &str, now: Timestamp) -> Result<Vec<bool>, Error> {
        let counts = |session: &SignedIn<'_>| {
            session.handle != own && (session.ends == Timestamp::default() || session.ends > now)
        };
        let others = all.iter().filter(|session| counts(session)).count();
        let excess = others.saturating_add(1).saturating_sub(self.sessions);
        if excess > 0 && self.refuses {
            let [has, may] = [others, self.sessions].map(|count| decimal(count as u64));
            return Err(Error::new(Code::Limit, ["the user has ", &has, " sessions, and may have ", &may].concat()));
        }
        let since = |at: usize| all.get(at).map(|session| (!counts(session), session.since, at));
        let mut over = vec![false; all.len()];
        for at in sorted(all.len(), &|a, b| since(a) < since(b)).into_iter().take(excess) {
            if let Some(over) = over.get_mut(at) {
                *over = true;
            }
        }
        Ok(over)
    }
}

impl Sessions {
    /// Where what is known of this user (JSON text; empty: of everybody) stands, by the keys of each secret, newest first.
    pub fn user_keys(&self, user: &str) -> Vec<UserKeys> {
        let keys = self.options.keyring.iter().map(|keys| users::user_of(keys, user));
        keys.map(|user| UserKeys { record: users::record_key(&user), index: users::index_prefix(&user) }).collect()
    }

    /// What a record says of its session.
    ///
    /// # Errors
    /// `value` when the text is no handle; `store` when the store failed or showed what is no record of this session.
    pub fn describe(&self, handle: &str, stored: Stored<'_>, now: Timestamp) -> Result<Listed, Error> {
        let handle = known(handle)?;
        let plain = self.unseal(&handle, stored)?;
        let Some(bytes) = shown(&plain, stored)? else { return Ok(Listed::Over) };
        match Record::decode(bytes, &handle).ok_or_else(garbage)? {
            // Where records are sealed, one that is not was planted, or is older than the option.
            Record::Live(_) if self.options.seal_records && plain.is_none() => Ok(Listed::Over),
            Record::Live(live) if live.expires > now => {
                described(&live, bytes.len()).map(Listed::Live).ok_or_else(garbage)
            }
            Record::Moved { until, successor } if now < until => {
                Ok(Listed::Moved(handle_text(&self.handle(&self.successor(successor, &handle)?)?)))
            }
            _ => Ok(Listed::Over),
        }
    }

    /// The same, and of a session that lives the record as a visit reads it: plain, and without what is over in it.
    ///
    /// # Errors
    /// Those of [`Sessions::describe`].
    pub fn inspect(&self, handle: &str, stored: Stored<'_>, now: Timestamp) -> Result<(Listed, Vec<u8>), Error> {
        let (id, listed) = (known(handle)?, self.describe(handle, stored, now)?);
        let plain = self.unseal(&id, stored)?;
        let bytes = shown(&plain, stored)?.unwrap_or_default();
        let (Listed::Live(_), Some(Record::Live(live))) = (&listed, Record::decode(bytes, &id)) else {
            return Ok((listed, Vec::new()));
        };
        let over = aging::over(&live, &self.options.aging, now).ok_or_else(garbage)?;
        if over.is_empty() {
            return Ok((listed, bytes.to_vec()));
        }
        Ok((listed, live.merge(over).ok_or_else(garbage)?.encode(&id)))
    }

    /// Ends the session of this handle. `user`: who is signed in there, JSON text, as [`Sessions::describe`] says.
    ///
    /// # Errors
    /// `value` when the text is no handle.
    pub fn revoke(&self, handle: &str, user: Option<&str>, now: Timestamp) -> Result<Vec<Write>, Error> {
        let handle = known(handle)?;
        let expires = self.options.lifetime.record_end(now, now);
        let bytes = Record::Ended.encode(&handle);
        let end = Write { key: store_key(&handle), bytes, expires, guard: Guard::Always, role: Role::End, meta: None };
        let mut writes = Vec::from([end]);
        let Some(user) = user else { return Ok(writes) };
        if self.options.consistency == Consistency::Eventual {
            // There is no new id that would be of use without it.
            writes.push(Write { role: Role::End, ..write_end(&handle, Timestamp::default(), expires) });
        }
        let users = self.options.keyring.iter().map(|keys| users::user_of(keys, user));
        writes.extend(users.map(|user| over_at(users::index_key(&user, &handle), now)));
        Ok(writes)
    }

    /// Which of these entries are of sessions that live on: each a handle, and since when it counts, as its meta says; 0: always.
    /// `records`: what the store answered to the keys of the user's records, in the order of [`Sessions::user_keys`].
    ///
    /// # Errors
    /// `value` when one is no handle; `store` when the store failed, or showed what is no record of this user (JSON text).
    pub fn living(
        &self,
        user: &str,
        records: &[Stored<'_>],
        entries: &[(&str, Timestamp)],
    ) -> Result<Vec<bool>, Error> {
        let mut epochs = Vec::new();
        for (keys, stored) in self.options.keyring.iter().zip(records) {
            let Some(bytes) = shown(&None, *stored)? else { continue };
            epochs.push(Epoch::decode(bytes, &users::user_of(keys, user)).ok_or_else(garbage)?);
        }
        let lives = |&(handle, since): &(&str, Timestamp)| {
            let handle = known(handle)?;
            Ok(since == Timestamp::default() || !epochs.iter().any(|epoch| epoch.ends(&handle, since)))
        };
        entries.iter().map(lives).collect()
    }

    /// Ends every session of this user (JSON text) that began before now, but for that of one handle: one write for each
    /// secret. The empty user is everybody; [`Options::global_epoch`](crate::Options::global_epoch) says whether they look.
    ///
    /// # Errors
    /// `value` when `spared` is no handle.
    pub fn revoke_user(&self, user: &str, spared: Option<&str>, now: Timestamp) -> Result<Vec<Write>, Error> {
        let epoch = Epoch { at: now, spared: spared.map(known).transpose()? };
        // As long as the sessions it ends: while the store fails, tokens go on without a look at it.
        let lifetime = &self.options.lifetime;
        let expires = lifetime.record_end(now, now).max(lifetime.token_end(now)).after(self.options.horizon);
        let write = |keys| {
            let user = users::user_of(keys, user);
            let (key, bytes) = (users::record_key(&user), epoch.encode(&user));
            Write { key, bytes, expires, guard: Guard::Always, role: Role::End, meta: None }
        };
        Ok(self.options.keyring.iter().map(write).collect())
    }
}

impl Step<'_> {
    /// The session's entry in the index of its user, where it gets a new id or a user.
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
        let system = described(full, 0).ok_or_else(garbage)?;
        let hidden = options.seal_records;
        let meta = |hidden| meta(client, options.lifetime.absolute_end(client.began), &system, hidden);
        let meta = Some(meta(hidden)).filter(|meta| meta.len() <= MOST_META).unwrap_or_else(|| meta(true));
        let (key, expires) = (users::index_key(&user, handle), options.lifetime.record_end(client.began, self.now));
        Ok(Some(Write { key, bytes: ENTRY.into(), expires, guard: Guard::Always, role: Role::Entry, meta: Some(meta) }))
    }
}

/// The entry of an id that ends, if it had one.
pub(crate) fn over(client: &Client, handle: &Handle, now: Timestamp) -> Option<Write> {
    client.user.map(|user| over_at(users::index_key(&user, handle), now))
}

/// What stands beside a session's record, so that a list of all sessions tells how old each is: `{"created":1}`.
pub(crate) fn birth(client: &Client) -> String {
    [&created(client), "}"].concat()
}

fn created(client: &Client) -> String {
    ["{\"created\":", &decimal(client.created.as_millis())].concat()
}

fn over_at(key: String, now: Timestamp) -> Write {
    let (bytes, expires, meta) = (ENTRY.into(), now.after(OVER), Some(OVER_META.into()));
    Write { key, bytes, expires, guard: Guard::Always, role: Role::Entry, meta }
}

/// `{"created":1,"ends":2,"since":1,"authenticated":1,"level":"2","device":"Firefox"}`; what there is not is left out, as are the
/// user's own words where they are to be hidden.
fn meta(client: &Client, ends: Timestamp, system: &Described, hidden: bool) -> String {
    let mut json = created(client);
    let ends = (ends < Timestamp::NEVER).then(|| decimal(ends.as_millis()));
    let words = |text: &Option<String>| text.clone().filter(|_| !hidden);
    for (name, value) in [
        (",\"ends\":", ends),
        // From when on it counts: of a session that was spared, from then.
        (",\"since\":", Some(decimal(client.began.max(client.spared).as_millis()))),
        (",\"authenticated\":", system.authenticated.clone()),
        (",\"level\":", words(&system.level)),
        (",\"device\":", words(&system.device)),
    ] {
        if let Some(value) = value {
            json.push_str(name);
            json.push_str(&value);
        }
    }
    json.push('}');
    json
}

fn described(live: &Live<'_>, size: usize) -> Option<Described> {
    let system = live.entries(diff::SYSTEM)?;
    let text = |key| system.get(key).and_then(|entry| entry.value).map(String::from);
    let [user, level, device, authenticated] = [diff::USER, diff::LEVEL, diff::DEVICE, diff::AUTHENTICATED].map(text);
    Some(Described { user, level, device, authenticated, modified: live.modified, expires: live.expires, size })
}

/// The bytes of a record, plain; `None`: there is none.
fn shown<'a>(plain: &'a Option<Vec<u8>>, stored: Stored<'a>) -> Result<Option<&'a [u8]>, Error> {
    match plain.as_deref().map_or(stored, Stored::Shown) {
        Stored::Shown(bytes) => Ok(Some(bytes)),
        Stored::Missing => Ok(None),
        Stored::Unavailable => Err(unavailable()),
    }
}

fn known(handle: &str) -> Result<Handle, Error> {
    handle_of(handle).ok_or_else(|| Error::new(Code::Value, "this is no session's handle"))
}
