//! One session's life: open, load, and (in [`crate::commit`]) change and commit, rotate, destroy.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::aging;
use crate::cookie::Origin;
use crate::ends;
use crate::error::{Code, Error};
use crate::jar::Jar;
use crate::keyring::Keys;
use crate::merge::Stamp;
use crate::named;
use crate::options::{Consistency, Entropy, Handle, Options, end_key, handle_text, store_key};
use crate::overlay;
use crate::plan::{Known, Loaded, Opened, Read, View};
use crate::record::{Live, Record};
use crate::sealed;
use crate::time::{Span, Timestamp};
use crate::token::Client;
use crate::transport::{Request, Way};
use crate::users::{self, Epoch};

/// How long a store may be known to be behind before it is taken as the truth, so that no session is stuck for ever. Counted
/// from when that was first seen: a miss of an old record is one miss.
const GIVE_UP: Span = Span::from_secs(900);

/// The sessions of one application: its options, checked, and nothing that changes.
#[derive(Debug)]
pub struct Sessions {
    pub(crate) options: Options,
    /// For requests from elsewhere, and for those over plain http from this machine.
    jars: [Jar; 2],
}

/// A session between two steps: what its token says, and what this request found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub(crate) client: Client,
    /// What the store key says of the id. Hashed once, needed at every step.
    pub(crate) handle: Handle,
    /// Nobody knows of it yet: no cookie, no record.
    pub(crate) fresh: bool,
    /// Its token is to be sealed anew: the key is an old one, the id has changed, or there are cookies to clear away.
    pub(crate) reseal: bool,
    /// The request came over plain http from this very machine.
    pub(crate) local: bool,
    /// Which of its cookies the browser may have, as [`crate::jar::Sent::held`] tells.
    pub(crate) held: u8,
    /// How its token came; for a new session, how it goes out.
    pub(crate) way: Way,
    /// This request is not of a method that may begin a session.
    pub(crate) denied: bool,
    /// It goes by an id of the application's own, see [`crate::named`]: no token ever leads to it.
    pub(crate) named: bool,
}

/// What the store answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored<'a> {
    /// This record.
    Shown(&'a [u8]),
    /// No record.
    Missing,
    /// Nothing: it failed. That is not the same as showing nothing.
    Unavailable,
}

/// When a session began and when it will end, and who it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The handle: what the store key says of the id.
    pub handle: String,
    /// When it was created.
    pub created: Timestamp,
    /// The last access, exact to the resolution.
    pub last_access: Timestamp,
    /// When its last change was written.
    pub modified: Option<Timestamp>,
    /// When it ends if nobody comes.
    pub idle_end: Option<Timestamp>,
    /// When it ends whatever happens.
    pub absolute_end: Option<Timestamp>,
}

/// A stored record and what the token adds to it.
pub(crate) struct Merged<'a> {
    /// What the store shows.
    pub(crate) record: Live<'a>,
    /// What the visitor sees.
    pub(crate) view: Live<'a>,
    /// The token added something that the store does not show.
    pub(crate) added: bool,
    /// The view is what the store shows, and nothing else.
    pub(crate) as_stored: bool,
    pub(crate) stale: bool,
    /// Since when the store has been behind; 0 when it is not.
    pub(crate) behind: Timestamp,
    pub(crate) conflict: bool,
    /// It shows something newer than the token knows of. The token is to learn of it, so that no place that shows less
    /// takes the visitor back.
    pub(crate) news: bool,
    /// The record is to be written even if nothing changes: its lease runs out, or a write of it was lost.
    pub(crate) write_due: bool,
}

/// The plain bytes of the records that are sealed; `None` for one that is not.
pub(crate) struct Plain {
    stored: Option<Vec<u8>>,
    recent: Option<Vec<u8>>,
}

/// What one record says.
pub(crate) enum Found<'a> {
    Live(Option<Live<'a>>),
    Over(Merge<'a>),
}

pub(crate) enum Merge<'a> {
    Live(Box<Merged<'a>>),
    Ended,
    Moved(Session),
}

impl Sessions {
    /// The sessions of an application with these options.
    ///
    /// # Errors
    /// `config`, naming the option that is out of bounds.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.check_budget()?;
        options.check_transports()?;
        options.check_max_bytes()?;
        options.check_times()?;
        let jars = options.jars()?;
        Ok(Self { options, jars })
    }

    /// The visitor's session, from the `Cookie` header; [`Sessions::open_request`] looks everywhere.
    ///
    /// A bad cookie is no error: the visitor gets a new session, and [`Opened::refused`] says why. Nothing is read for it.
    /// `draw` is called for a new session only: for one that goes on, randomness would be drawn in vain.
    ///
    /// # Errors
    /// `config` when the page came over plain http from another machine, where a `Secure` cookie would never stick;
    /// `internal` when the keyring is empty; what `draw` fails with.
    pub fn open(
        &self,
        header: &str,
        origin: Origin,
        now: Timestamp,
        draw: impl FnOnce() -> Result<Entropy, Error>,
    ) -> Result<Opened, Error> {
        self.open_request(&Request { sent: [header, "", "", ""], origin, method: "" }, now, draw)
    }

    /// The session's values, from what the store answered to [`Opened::read`].
    ///
    /// # Errors
    /// `store` when the bytes are no record of this session, or when the store failed and the token does not carry
    /// everything; `stale`, if the application wants that, when the store is known to show an older state. Nothing may be
    /// issued then: the cookie stays as it is.
    pub fn load(
        &self,
        session: &Session,
        known: &Known<'_>,
        now: Timestamp,
        draw: impl FnOnce() -> Result<Entropy, Error>,
    ) -> Result<Loaded, Error> {
        let plain = self.unseal_all(session, known)?;
        let merged = match self.merge(session, known, &plain, now)? {
            Merge::Live(merged) => merged,
            Merge::Ended if session.named => return self.load_named(session, known, now),
            Merge::Ended => {
                let (way, denied) = (self.reply(session.way), session.denied);
                let session = Session { way, denied, ..self.fresh(session.local, now, &draw()?)? };
                return Ok(Loaded::Ended { session });
            }
            Merge::Moved(session) => return Ok(Loaded::Follow { read: self.read(&session, now), session }),
        };
        let refresh = self.options.lifetime.refresh_due(session.client.last_access, now);
        // A token that is not sent back learns nothing.
        let learns = session.reseal || session.way.carries() && (refresh || merged.news);
        let due = learns || merged.conflict || merged.write_due;
        // A store that fails is not one that shows less: here the token carries everything.
        let (stale, conflict) = (merged.stale && known.stored != Stored::Unavailable, merged.conflict);
        if stale && self.options.fail_on_stale {
            return Err(behind("the store shows less than this visitor has seen"));
        }
        let over = aging::over(&merged.view, &self.options.aging, now).ok_or_else(garbage)?;
        let expired = over.iter().map(|namespace| String::from(namespace.name)).collect();
        let bytes = match merged.as_stored && over.is_empty() {
            true => plain.stored,
            false => Some(merged.view.merge(over).ok_or_else(garbage)?.encode(&session.handle)),
        };
        Ok(Loaded::View(View { bytes, stale, conflict, due, expired }))
    }

    /// When the session began and ends. `stored`: what it was loaded from, or `Missing`.
    ///
    /// # Errors
    /// `internal` when the session is not one this application opened.
    pub fn metadata(&self, session: &Session, stored: Stored<'_>, now: Timestamp) -> Result<Metadata, Error> {
        let Session { client, handle, .. } = session;
        let plain = self.unseal(handle, stored)?;
        let record = match plain.as_deref().map_or(stored, Stored::Shown) {
            Stored::Shown(bytes) => Record::decode(bytes, handle),
            _ => None,
        };
        let live = if let Some(Record::Live(live)) = record { Some(live) } else { None };
        if session.named {
            return self.named_metadata(session, live.as_ref(), now);
        }
        let modified = live.map(|live| live.modified).filter(|at| at.as_millis() > 0);
        let lifetime = &self.options.lifetime;
        let last_access = if lifetime.refresh_due(client.last_access, now) { now } else { client.last_access };
        let known = |end: Timestamp| (end < Timestamp::NEVER).then_some(end);
        Ok(Metadata {
            handle: handle_text(handle),
            created: client.created,
            last_access,
            modified,
            idle_end: known(lifetime.idle_end(last_access)),
            absolute_end: known(lifetime.absolute_end(client.began)),
        })
    }

    /// The store's record, what this process wrote itself, and the token's overlay, merged: the whole of section 7's reading
    /// rules.
    pub(crate) fn merge<'a>(
        &self,
        session: &'a Session,
        known: &Known<'a>,
        plain: &'a Plain,
        now: Timestamp,
    ) -> Result<Merge<'a>, Error> {
        let client = &session.client;
        let eventual = self.options.consistency == Consistency::Eventual;
        if self.is_over(session, known, now)? {
            return Ok(Merge::Ended);
        }
        let found = match self.found(session, known.stored, plain.stored.as_deref(), now)? {
            Found::Live(live) => live,
            Found::Over(merge) => return Ok(merge),
        };
        let recent = match self.found(session, known.recent(), plain.recent.as_deref(), now)? {
            Found::Live(live) => live,
            Found::Over(merge) => return Ok(merge),
        };
        if known.stored == Stored::Unavailable && (!eventual || client.seen != Stamp::ZERO) {
            return Err(unavailable());
        }
        let shows_all = self.options.consistency == Consistency::Strong || session.named;
        if found.is_none() && shows_all && !session.fresh {
            return Ok(Merge::Ended); // a store that shows every write would have it
        }
        let renewal = match &found {
            Some(live) if session.named => self.named_renewal_due(live, now)?,
            Some(live) => self.options.lifetime.renewal_due(live.expires, now),
            None => false,
        };
        let shown = found.is_some();
        let record = found.unwrap_or_else(Live::empty);
        let ours = match recent {
            Some(recent) => overlay::newer(recent.namespaces, &record).ok_or_else(garbage)?,
            None => Vec::new(),
        };
        let carried = client.overlay().ok_or_else(garbage)?;
        let unshown = overlay::newer(carried.clone(), &record).ok_or_else(garbage)?;
        let added = !unshown.is_empty() || !ours.is_empty();
        let heal = eventual && overlay::lost(&unshown, now, self.options.horizon).ok_or_else(garbage)?;
        let base = record.clone().merge(ours).ok_or_else(garbage)?;
        let behind = eventual && base.newest() < client.seen;
        let since = if client.behind == Timestamp::default() { now } else { client.behind };
        let lost = now.since(since) >= GIVE_UP;
        let stale = (behind && !lost) || known.stored == Stored::Unavailable;
        let mut view = base.merge(unshown).ok_or_else(garbage)?;
        if self.options.is_whole() {
            let (_, newest) = client.latest();
            view.modified = newest.time();
        }
        let (conflict, write_due) = (behind && lost, !stale && (renewal || heal));
        let as_stored = shown && !added;
        // A store that fails has not said whether it is behind.
        let unknown = known.stored == Stored::Unavailable;
        let since = if unknown {
            client.behind
        } else if behind && !lost {
            since
        } else {
            Timestamp::default()
        };
        let news =
            since != client.behind || eventual && overlay::is_news(&view, &carried, client.seen).ok_or_else(garbage)?;
        Ok(Merge::Live(Box::new(Merged {
            record,
            view,
            added,
            as_stored,
            stale,
            behind: since,
            conflict,
            news,
            write_due,
        })))
    }

    /// What one record says of the session.
    pub(crate) fn found<'a>(
        &self,
        session: &Session,
        stored: Stored<'a>,
        plain: Option<&'a [u8]>,
        now: Timestamp,
    ) -> Result<Found<'a>, Error> {
        let Stored::Shown(bytes) = plain.map_or(stored, Stored::Shown) else { return Ok(Found::Live(None)) };
        Ok(match Record::decode(bytes, &session.handle).ok_or_else(garbage)? {
            Record::Ended if session.named && session.fresh => Found::Live(None),
            Record::Ended => Found::Over(Merge::Ended),
            Record::Moved { until, successor } => Found::Over(self.follow(session, until, successor, now)?),
            // Where records are sealed, one that is not was planted, or is older than the option.
            Record::Live(_) if self.options.seal_records && plain.is_none() => Found::Over(Merge::Ended),
            Record::Live(live) => Found::Live((live.expires > now).then_some(live)),
        })
    }

    /// What to read for the session. Where a store could lose an end, that stands in a second place, and the user's record
    /// is only looked at when the token is to be refreshed: no token goes without for longer.
    pub(crate) fn read(&self, session: &Session, now: Timestamp) -> Read {
        let (client, options) = (&session.client, &self.options);
        let end =
            (options.consistency == Consistency::Eventual && client.user.is_some()).then(|| end_key(&session.handle));
        let looks = end.is_none() || options.lifetime.refresh_due(client.last_access, now);
        let user = client.user.as_ref().filter(|_| looks).map(users::record_key);
        Read { key: session.key(), end, user }
    }

    /// Whether the session is over for what is known beside its record.
    fn is_over(&self, session: &Session, known: &Known<'_>, now: Timestamp) -> Result<bool, Error> {
        let ended = match known.end {
            Stored::Shown(bytes) if session.client.user.is_some() => {
                now >= ends::decode_end(bytes, &session.handle).ok_or_else(garbage)?
            }
            _ => false,
        };
        let epoch = self.epoch(session, known)?;
        let began = session.client.began.max(session.client.spared);
        Ok(ended || epoch.is_some_and(|epoch| epoch.ends(&session.handle, began)))
    }

    /// The user's record; none where there is none to be had.
    pub(crate) fn epoch(&self, session: &Session, known: &Known<'_>) -> Result<Option<Epoch>, Error> {
        match (known.user, &session.client.user) {
            (Stored::Shown(bytes), Some(key)) => Epoch::decode(bytes, key).map(Some).ok_or_else(garbage),
            _ => Ok(None),
        }
    }

    /// The plain bytes of the records that are sealed.
    pub(crate) fn unseal_all(&self, session: &Session, known: &Known<'_>) -> Result<Plain, Error> {
        let Session { handle, .. } = session;
        Ok(Plain { stored: self.unseal(handle, known.stored)?, recent: self.unseal(handle, known.recent())? })
    }

    /// The plain bytes of a sealed record; `None` when the record is not sealed.
    pub(crate) fn unseal(&self, handle: &Handle, stored: Stored<'_>) -> Result<Option<Vec<u8>>, Error> {
        match stored {
            Stored::Shown(bytes) if sealed::is_sealed(bytes) => {
                sealed::open_record(bytes, &self.options.keyring, handle).map(Some).ok_or_else(garbage)
            }
            _ => Ok(None),
        }
    }

    /// What a moved record tells of the new id.
    pub(crate) fn successor(&self, sealed: &[u8], old: &Handle) -> Result<Client, Error> {
        let plain = sealed::open_successor(sealed, &self.options.keyring, old);
        plain.and_then(|plain| Client::decode(&plain)).ok_or_else(garbage)
    }

    /// A moved record leads to its successor during the grace; afterwards the old id is dead.
    fn follow<'a>(&self, old: &Session, until: Timestamp, sealed: &[u8], now: Timestamp) -> Result<Merge<'a>, Error> {
        // The grace is for requests in flight, not for links: those stay in histories and in logs. Whoever ends the session
        // asks at no time at all, and means it under any id.
        if now >= until || !old.way.carries() && now > Timestamp::default() {
            return Ok(Merge::Ended);
        }
        let mut client = self.successor(sealed, &old.handle)?;
        client.last_access = client.last_access.max(old.client.last_access);
        // A change made under the old id, where its rotation did not show yet.
        client.overlay.clone_from(&old.client.overlay);
        client.seen = client.seen.max(old.client.seen);
        let Session { way, denied, local, .. } = *old;
        Ok(Merge::Moved(Session { way, denied, ..self.session(client, true, local)? }))
    }

    pub(crate) const fn jar(&self, local: bool) -> &Jar {
        let [elsewhere, here] = &self.jars;
        if local { here } else { elsewhere }
    }

    pub(crate) fn newest(&self) -> Result<&Keys, Error> {
        self.options.keyring.newest().ok_or_else(foreign)
    }

    /// What the store key says of the id, by the secret that names it in the store.
    pub(crate) fn handle(&self, client: &Client) -> Result<Handle, Error> {
        Ok(self.options.keyring.find(&client.home).ok_or_else(foreign)?.hash(&client.id))
    }

    /// The session that a token or a moved record tells of.
    pub(crate) fn session(&self, client: Client, reseal: bool, local: bool) -> Result<Session, Error> {
        let handle = self.handle(&client)?;
        let (way, denied, named) = (Way::Cookie, false, false);
        Ok(Session { handle, client, fresh: false, reseal, local, held: 1, way, denied, named })
    }

    /// A session that nothing knows of yet.
    pub(crate) fn fresh(&self, local: bool, now: Timestamp, entropy: &Entropy) -> Result<Session, Error> {
        let client = Client::begin(entropy.id(), self.newest()?.id(), now);
        Ok(Session { fresh: true, ..self.session(client, false, local)? })
    }
}

impl<'a> Known<'a> {
    fn recent(&self) -> Stored<'a> {
        self.recent.map_or(Stored::Missing, Stored::Shown)
    }
}

impl Session {
    /// Opaque bytes for the host to hold between two steps. They open the session: never store or send them.
    ///
    /// `flags 1 | held 1 | handle 32 | client`; the flags, from the lowest bit: fresh, reseal, local, named, denied, way 2.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bits = [self.fresh, self.reseal, self.local, self.named, self.denied];
        let flags = bits.iter().rev().fold(0, |flags, bit| flags << 1 | u8::from(*bit));
        let mut bytes = Vec::from([flags | (self.way as u8) << 5, self.held]);
        bytes.extend_from_slice(&self.handle);
        self.client.encode_to(&mut bytes);
        bytes
    }

    /// What [`Session::to_bytes`] gave.
    ///
    /// # Errors
    /// `internal` when they are other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let ([flags, held], rest) = bytes.split_first_chunk().ok_or_else(foreign)?;
        let (handle, client) = rest.split_first_chunk().ok_or_else(foreign)?;
        let client = Client::decode(client).ok_or_else(foreign)?;
        let [fresh, reseal, local, named, denied] = [1, 2, 4, 8, 16].map(|bit| flags & bit != 0);
        let way = Way::of(flags >> 5).ok_or_else(foreign)?;
        Ok(Self { client, handle: *handle, fresh, reseal, local, held: *held, way, denied, named })
    }

    /// What the store knows it by.
    pub(crate) fn key(&self) -> String {
        if self.named { named::store_key(&self.handle) } else { store_key(&self.handle) }
    }

    /// Whether nobody knows of it yet.
    pub const fn is_fresh(&self) -> bool {
        self.fresh
    }
}

#[cold]
#[inline(never)]
pub(crate) fn unavailable() -> Error {
    Error::new(Code::Store, "the store failed, and the cookie does not carry all of the session")
}

#[cold]
#[inline(never)]
pub(crate) fn behind(message: &'static str) -> Error {
    Error::new(Code::Stale, message)
}

#[cold]
#[inline(never)]
pub(crate) fn garbage() -> Error {
    Error::new(Code::Store, "the store returned what is no record of this session")
}

#[cold]
#[inline(never)]
pub(crate) fn foreign() -> Error {
    Error::new(Code::Internal, "a session was handed back that this application did not open")
}
