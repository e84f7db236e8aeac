//! What a session is, from all that is known of it: the whole of section 7's reading rules.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::ends;
use crate::error::Error;
use crate::keyring::KeyId;
use crate::merge::Stamp;
use crate::named;
use crate::options::Consistency;
use crate::overlay;
use crate::plan::{Known, Read};
use crate::record::{Live, Record};
use crate::sealed;
use crate::session::{Looked, Session, Sessions, Stored, garbage, unavailable};
use crate::store_key::{Handle, end_key, user_key};
use crate::time::{Span, Timestamp};
use crate::token::Client;
use crate::users::{self, Epoch, UserKey};

/// How long a store may be known to be behind before it is taken as the truth, so that no session is stuck for ever. Counted
/// from when that was first seen: a miss of an old record is one miss.
pub(crate) const GIVE_UP: Span = Span::from_secs(900);

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
    pub(crate) stored: Option<Vec<u8>>,
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

/// How far what the store shows lags behind what the token has seen.
struct Lag {
    stale: bool,
    /// It has for so long that what it shows is taken for the truth.
    conflict: bool,
    /// Since when; 0: it does not.
    since: Timestamp,
}

impl Lag {
    fn of(client: &Client, known: &Known<'_>, behind: bool, now: Timestamp) -> Self {
        if known.stored == Stored::Unavailable {
            // A store that fails has not said whether it is behind.
            return Self { stale: true, conflict: false, since: client.behind };
        }
        let first = if client.behind == Timestamp::default() { now } else { client.behind };
        let conflict = behind && now.since(first) >= GIVE_UP;
        let stale = behind && !conflict;
        Self { stale, conflict, since: if stale { first } else { Timestamp::default() } }
    }
}

impl Sessions {
    /// The store's record, what this process wrote itself, and the token's overlay, merged.
    pub(crate) fn merge<'a>(
        &self,
        session: &'a Session,
        known: &Known<'a>,
        plain: &'a Plain,
        now: Timestamp,
    ) -> Result<Merge<'a>, Error> {
        if is_ended(session, known, now)? {
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
        // An id that leads on is judged where it leads: the user's record may spare that one.
        if self.is_signed_out(session, known)? {
            return Ok(Merge::Ended);
        }
        let eventual = self.options.consistency == Consistency::Eventual;
        if known.stored == Stored::Unavailable && (!eventual || session.client.seen != Stamp::ZERO) {
            return Err(unavailable());
        }
        let shows_all = self.options.consistency == Consistency::Strong || session.named;
        if found.is_none() && shows_all && !session.fresh {
            return Ok(Merge::Ended); // a store that shows every write would have it
        }
        Ok(Merge::Live(Box::new(self.merged(session, known, (found, recent), now)?)))
    }

    /// What lives, of the store's record and of what this process wrote itself.
    fn merged<'a>(
        &self,
        session: &'a Session,
        known: &Known<'a>,
        (found, recent): (Option<Live<'a>>, Option<Live<'a>>),
        now: Timestamp,
    ) -> Result<Merged<'a>, Error> {
        let (client, eventual) = (&session.client, self.options.consistency == Consistency::Eventual);
        let renewal = match &found {
            Some(live) if session.named => self.named_renewal_due(live, now)?,
            Some(live) => self.options.lifetime.renewal_due(live.expires, now),
            None => false,
        };
        let shown = found.is_some();
        let mut record = found.unwrap_or_else(Live::empty);
        let (mut ours, mut forgets) = (Vec::new(), false);
        if let Some(recent) = recent {
            // A store that shows the time before a deletion whose trace is gone would bring back what was deleted.
            forgets = recent.floor > record.floor;
            // What this process wrote is judged by what the store shows, not by its own floor.
            ours = overlay::newer(recent.namespaces.clone(), &record).ok_or_else(garbage)?;
            record = record.without_forgotten(&recent).ok_or_else(garbage)?;
        }
        let carried = client.overlay().ok_or_else(garbage)?;
        let unshown = overlay::newer(carried.clone(), &record).ok_or_else(garbage)?;
        let added = !unshown.is_empty() || !ours.is_empty();
        let heal = eventual && overlay::lost(&unshown, now, self.options.horizon).ok_or_else(garbage)?;
        let base = record.clone().merge(ours).ok_or_else(garbage)?;
        let Lag { stale, conflict, since } = Lag::of(client, known, eventual && base.newest() < client.seen, now);
        let mut view = base.merge(unshown).ok_or_else(garbage)?;
        if self.options.is_whole() {
            let (_, newest) = client.latest();
            view.modified = newest.time();
        }
        let learns = eventual && overlay::is_news(&view, &carried, client.seen).ok_or_else(garbage)?;
        Ok(Merged {
            record,
            view,
            added,
            as_stored: shown && !added && !forgets,
            stale,
            behind: since,
            conflict,
            news: since != client.behind || learns,
            write_due: !stale && (renewal || heal),
        })
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
            Record::Live(live) if named::is_of_another(session, &live)? => Found::Live(None),
            Record::Live(live) => Found::Live((live.expires > now).then_some(live)),
        })
    }

    /// What to read for the session. Where a store could lose an end, that stands in a second place, and the user's record
    /// is only looked at now and then; everybody's is nowhere looked at more often. A token that is not sent back is looked up
    /// each time: it would not know when it was.
    pub(crate) fn read(&self, session: &Session, now: Timestamp) -> Read {
        self.reading_of(session, self.is_to_look(session, now))
    }

    fn is_to_look(&self, session: &Session, now: Timestamp) -> bool {
        self.options.lifetime.look_due(session.client.last_access, now) || !session.way.carries()
    }

    /// The same, whether it is time or not.
    pub(crate) fn read_all(&self, session: &Session) -> Read {
        self.reading_of(session, true)
    }

    fn reading_of(&self, session: &Session, looks: bool) -> Read {
        let (client, options) = (&session.client, &self.options);
        let end =
            (options.consistency == Consistency::Eventual && client.user.is_some()).then(|| end_key(&session.handle));
        let names = if looks || end.is_none() { self.heeded(session, looks) } else { Vec::new() };
        let epochs = names.iter().map(|(name, _)| user_key(name)).collect();
        Read { key: session.key(), end, epochs }
    }

    /// The session, and what to read for it when its request comes.
    pub(crate) fn look(&self, session: Session, now: Timestamp) -> (Session, Read) {
        let read = self.read(&session, now);
        let looked = match self.is_to_look(&session, now) && self.looks_rarely(&session) {
            false => Looked::No,
            // What this very request does to its user shows at once where the process remembers it, else at a second look.
            true if session.client.user.is_some() && read.end.is_none() => Looked::AtFirst,
            true => Looked::Now,
        };
        (Session { looked, ..session }, read)
    }

    /// Whether there is an epoch that is only looked at now and then. What only just begins was not signed out.
    pub(crate) fn looks_rarely(&self, session: &Session) -> bool {
        let eventual = self.options.consistency == Consistency::Eventual;
        !session.fresh && (eventual && session.client.user.is_some() || self.heeds_everybody(session))
    }

    /// Whether it looks, now and then, for an end of all sessions.
    pub(crate) const fn heeds_everybody(&self, session: &Session) -> bool {
        self.options.global_epoch && !session.named
    }

    /// Under which names the epochs stand that can end the session, and since when it counts for each; without `all` that of
    /// its user alone.
    fn heeded(&self, session: &Session, all: bool) -> Vec<(UserKey, Timestamp)> {
        let Client { home, user, began, spared, created, .. } = session.client;
        let mut names = Vec::new();
        let mut heed = |name: Option<UserKey>, since| names.extend(name.map(|name| (name, since)));
        let former = session.client.former.as_deref();
        for user in [user, former.and_then(|former| former.user)] {
            heed(user, began.max(spared));
        }
        if all {
            // Signing in or out begins anew, but with the same values: for everybody it counts when all began.
            heed(self.everybody_of(session, &home), created);
            heed(former.and_then(|former| self.everybody_of(session, &former.home)), created);
        }
        names
    }

    /// Under which name the epoch of all sessions stands by that secret, if this one heeds it.
    fn everybody_of(&self, session: &Session, home: &KeyId) -> Option<UserKey> {
        let heeds = self.heeds_everybody(session);
        self.options.keyring.find(home).filter(|_| heeds).map(users::everybody)
    }

    /// Whether its user, or everybody, was signed out everywhere since it began.
    fn is_signed_out(&self, session: &Session, known: &Known<'_>) -> Result<bool, Error> {
        let mut shown = known.epochs().peekable();
        if session.fresh || shown.peek().is_none() {
            return Ok(false); // what only just begins was not signed out
        }
        let names = self.heeded(session, true);
        for bytes in shown {
            let (whose, epoch) = Epoch::decode(bytes).ok_or_else(garbage)?;
            let (_, since) = names.iter().find(|(name, _)| *name == whose).ok_or_else(garbage)?;
            if epoch.ends(&session.handle, *since) {
                return Ok(true);
            }
        }
        Ok(false)
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
}

/// Whether its end is known where saves never write.
fn is_ended(session: &Session, known: &Known<'_>, now: Timestamp) -> Result<bool, Error> {
    match known.end {
        Stored::Shown(bytes) if session.client.user.is_some() => {
            Ok(now >= ends::decode_end(bytes, &session.handle).ok_or_else(garbage)?)
        }
        _ => Ok(false),
    }
}

impl<'a> Known<'a> {
    fn recent(&self) -> Stored<'a> {
        self.recent.map_or(Stored::Missing, Stored::Shown)
    }

    /// The records of epochs that there are. One that is not to be had counts as none.
    fn epochs(&self) -> impl Iterator<Item = &'a [u8]> {
        self.epochs.into_iter().filter_map(|stored| if let Stored::Shown(bytes) = stored { Some(bytes) } else { None })
    }

    /// The latest of this client's user, if there is one to be had.
    pub(crate) fn epoch_of(&self, Client { user, former, .. }: &Client) -> Option<Timestamp> {
        let former = former.as_ref().and_then(|former| former.user);
        let epochs = self.epochs().filter_map(Epoch::decode);
        epochs.filter(|(whose, _)| [*user, former].contains(&Some(*whose))).map(|(_, epoch)| epoch.at).max()
    }
}
