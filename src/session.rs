//! One session's life: load and metadata. It is opened in [`crate::opening`], changed in [`crate::commit`], ended in `ends`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::aging;
use crate::cookie::Origin;
use crate::entropy::Entropy;
use crate::error::{Code, Error};
use crate::jar::Jar;
use crate::keyring::Keys;
use crate::opening::Request;
use crate::options::Options;
use crate::plan::{Known, Loaded, Opened, View};
use crate::reading::Merge;
use crate::record::Record;
use crate::store_key::{Handle, handle_text, named_key, session_key};
use crate::time::Timestamp;
use crate::token::Client;
use crate::transport::Way;

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
    /// What is known of whether it was signed out everywhere.
    pub(crate) looked: Looked,
    /// This request came by an id that is over: signing out, it can end the session, and have nothing of it.
    pub(crate) outdated: bool,
}

/// Whether this request has looked at the records that end a session together with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looked {
    /// Not at those that are only looked at now and then.
    No,
    /// When it began.
    AtFirst,
    /// Also at what it did to its user itself since then.
    Now,
}

impl Looked {
    fn of(number: u8) -> Self {
        [Self::No, Self::AtFirst, Self::Now].into_iter().find(|looked| *looked as u8 == number).unwrap_or(Self::No)
    }
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
        options.check_epoch()?;
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
            Merge::Moved(session) => {
                let (session, read) = self.look(session, now);
                return Ok(Loaded::Follow { session, read });
            }
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
        let (way, denied, named, looked, outdated) = (Way::Cookie, false, false, Looked::No, false);
        Ok(Session { handle, client, fresh: false, reseal, local, held: 1, way, denied, named, looked, outdated })
    }

    /// A session that nothing knows of yet.
    pub(crate) fn fresh(&self, local: bool, now: Timestamp, entropy: &Entropy) -> Result<Session, Error> {
        let client = Client::begin(entropy.id(), self.newest()?.id(), now);
        Ok(Session { fresh: true, ..self.session(client, false, local)? })
    }
}

impl Session {
    /// Opaque bytes for the host to hold between two steps. They open the session: never store or send them.
    ///
    /// `flags 1 | held 1 | looked 1 | handle 32 | client`; the flags, from the lowest bit: fresh, reseal, local, named, denied, way 2,
    /// outdated.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bits = [self.fresh, self.reseal, self.local, self.named, self.denied];
        let flags = bits.iter().rev().fold(0, |flags, bit| flags << 1 | u8::from(*bit));
        let (way, outdated) = ((self.way as u8) << 5, u8::from(self.outdated) << 7);
        let mut bytes = Vec::from([flags | way | outdated, self.held, self.looked as u8]);
        bytes.extend_from_slice(&self.handle);
        self.client.encode_to(&mut bytes);
        bytes
    }

    /// What [`Session::to_bytes`] gave.
    ///
    /// # Errors
    /// `internal` when they are other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let ([flags, held, looked], rest) = bytes.split_first_chunk().ok_or_else(foreign)?;
        let (handle, client) = rest.split_first_chunk().ok_or_else(foreign)?;
        let client = Client::decode(client).ok_or_else(foreign)?;
        let [fresh, reseal, local, named, denied, outdated] = [1, 2, 4, 8, 16, 128].map(|bit| flags & bit != 0);
        let (way, looked) = (Way::of(flags >> 5 & 3).ok_or_else(foreign)?, Looked::of(*looked));
        Ok(Self { client, handle: *handle, fresh, reseal, local, held: *held, way, denied, named, looked, outdated })
    }

    /// What the store knows it by.
    pub(crate) fn key(&self) -> String {
        if self.named { named_key(&self.handle) } else { session_key(&self.handle) }
    }

    /// How its token came; for a new session, how it goes out.
    pub const fn way(&self) -> Way {
        self.way
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
