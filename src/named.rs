//! Sessions under an id of the application's own (ERP5's `portal_sessions[id]`).
//!
//! No token leads to them, so all there is to know stands in the record: also when it was created and how long it lives. As
//! reading writes nothing, its life counts from when it was last written. The ids that the library derives for purposes of its
//! own are apart from the application's: each has a realm.

use alloc::vec::Vec;

use crate::diff::SYSTEM;
use crate::error::{Code, Error};
use crate::keyring::Keys;
use crate::merge::{Entry, Stamp};
use crate::plan::{Action, Known, Loaded, Read};
use crate::record::{Live, Namespace};
use crate::session::{Metadata, Session, Sessions, Stored, garbage};
use crate::store_key::handle_text;
use crate::text::number;
use crate::time::{Span, Timestamp};
use crate::token::Client;

const PURPOSE_NAME: &str = "edge-session 2026-11-22 v1 named id";
const CREATED: &str = "\"createdAt\"";
const LIFETIME: &str = "\"lifetime\"";
/// What a session keeps in another store is written before the session is, by no more than a request takes.
const LONGEST_REQUEST: Span = Span::from_secs(60);

/// Whose ids they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The application's.
    Application = b'n' as isize,
    /// Another layer's, in front of the application.
    ThirdParty = b't' as isize,
    /// The library's, for what a session keeps in another store.
    Part = b'p' as isize,
}

impl Sessions {
    /// The session under this id, any text, and what to read and give to [`Sessions::load`].
    ///
    /// `since`: when what it belongs to began. What was made a minute or more before that belonged to something else under the
    /// same id, has outlived it, and is nothing; 0 where nothing can have been there before.
    ///
    /// # Errors
    /// `config` where there is no store that keeps records; `internal` when the keyring is empty.
    pub fn open_named(
        &self,
        realm: Realm,
        id: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(Session, Read), Error> {
        if self.options.is_whole() {
            return Err(Error::new(Code::Config, "an id of the application's own needs a store that keeps records"));
        }
        // The same by every secret: their keyed hash of it is what names it in the store.
        let id = blake3::derive_key(PURPOSE_NAME, &[&[realm as u8], id.as_bytes()].concat());
        let client = Client { created: since, ..Client::begin(id, self.newest()?.id(), now) };
        let session = Session { held: 0, named: true, ..self.session(client, false, false)? };
        let read = self.read(&session, now);
        Ok((session, read))
    }

    /// Nothing lives where it was looked for: it may be by an older secret; else this is what will be.
    pub(crate) fn load_named(&self, session: &Session, known: &Known<'_>, now: Timestamp) -> Result<Loaded, Error> {
        let mut secrets = self.options.keyring.iter().map(Keys::id).skip_while(|id| *id != session.client.home).skip(1);
        let older = secrets.next().filter(|_| known.stored == Stored::Missing);
        let home = older.map_or_else(|| self.newest().map(Keys::id), Ok)?;
        let client = Client { home, ..session.client.clone() };
        let session = Session { handle: self.handle(&client)?, fresh: older.is_none(), client, ..session.clone() };
        let read = self.read(&session, now);
        Ok(if older.is_some() { Loaded::Follow { session, read } } else { Loaded::New { session, read } })
    }

    /// When a record that is written now ends: a lifetime later, and not after the absolute end.
    pub(crate) fn named_end(&self, live: &Live<'_>, now: Timestamp) -> Result<Timestamp, Error> {
        let (created, lifetime) = facts_of(live).ok_or_else(garbage)?;
        let lifetimes = &self.options.lifetime;
        Ok(match lifetime {
            Some(lifetime) => now.after(lifetime),
            None => lifetimes
                .absolute_end(created.unwrap_or(now))
                .min(lifetimes.idle_end(now))
                .min(lifetimes.record_end(now, now)),
        })
    }

    /// Whether half of its life is over: whoever saves it then lets it live on, even if nothing has changed.
    pub(crate) fn named_renewal_due(&self, live: &Live<'_>, now: Timestamp) -> Result<bool, Error> {
        let whole = self.named_end(live, now)?.since(now);
        Ok(live.expires.since(now) < whole.part(2))
    }

    pub(crate) fn named_metadata(
        &self,
        session: &Session,
        live: Option<&Live<'_>>,
        now: Timestamp,
    ) -> Result<Metadata, Error> {
        let (created, _) = live.map_or(Some((None, None)), facts_of).ok_or_else(garbage)?;
        let modified = live.map(|live| live.modified);
        Ok(Metadata {
            handle: handle_text(&session.handle),
            created: created.unwrap_or(now),
            last_access: modified.unwrap_or(now),
            modified,
            idle_end: live.map(|live| live.expires),
            absolute_end: None,
        })
    }
}

/// What the record says of itself, where a write begins it or changes its life.
pub(crate) fn facts<'a>(
    view: &Live<'a>,
    action: &Action<'_>,
    [now, span]: [&'a str; 2],
    stamp: Stamp,
    changes: bool,
) -> Option<Option<Namespace<'a>>> {
    let system = view.entries(SYSTEM)?;
    let is_new = system.get(CREATED).is_none_or(|entry| entry.value.is_none());
    let begins = is_new && (changes || !matches!(action, Action::Keep));
    let lives = matches!(action, Action::Live(_));
    let entry = |key, value| Entry { key, value: Some(value), stamp };
    let facts = [begins.then(|| entry(CREATED, now)), lives.then(|| entry(LIFETIME, span))];
    let facts: Vec<Entry<'a>> = facts.into_iter().flatten().collect();
    Some((!facts.is_empty()).then(|| Namespace::new(SYSTEM, facts.into_iter().collect())))
}

/// Whether it was made before what it is opened for began.
pub(crate) fn is_of_another(session: &Session, live: &Live<'_>) -> Result<bool, Error> {
    if !session.named || session.client.created == Timestamp::default() {
        return Ok(false);
    }
    let (created, _) = facts_of(live).ok_or_else(garbage)?;
    Ok(created.is_some_and(|at| at.after(LONGEST_REQUEST) < session.client.created))
}

fn facts_of(live: &Live<'_>) -> Option<(Option<Timestamp>, Option<Span>)> {
    let system = live.entries(SYSTEM)?;
    let fact = |key| system.get(key).and_then(|entry| entry.value).and_then(number);
    Some((fact(CREATED).map(Timestamp::from_millis), fact(LIFETIME).map(Span::from_millis)))
}
