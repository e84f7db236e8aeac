//! A commit: whether there is anything to do, and what to write. What ends with it, see `ends`.

use alloc::vec::Vec;

use crate::draft::Draft;
use crate::entropy::Entropy;
use crate::error::{Code, Error};
use crate::index;
use crate::limits::too_large;
use crate::options::Consistency;
use crate::plan::{Action, Change, Commit, Guard, Known, Plan, Put, Role, Write};
use crate::reading::Merge;
use crate::record::Live;
use crate::sealed;
use crate::session::{Looked, Session, Sessions, Stored, foreign, garbage};
use crate::store_key::{Handle, session_key};
use crate::text::decimal;
use crate::time::{Span, Timestamp};
use crate::token::Client;

/// How long a deleted key leaves a trace: longer than any store shows an old state.
const TOMBSTONE_AGE: Span = Span::from_secs(600);
/// How old what was read may be as the base of a put, on a store that cannot compare: another write may have come between.
pub(crate) const FRESH: Span = Span::from_secs(1);

/// One commit: whose, what of, when, and the random bytes it may use.
pub(crate) struct Step<'s> {
    pub(crate) sessions: &'s Sessions,
    pub(crate) session: &'s Session,
    pub(crate) action: &'s Action<'s>,
    pub(crate) known: &'s Known<'s>,
    /// The session gets a new id.
    pub(crate) rotates: bool,
    pub(crate) now: Timestamp,
    pub(crate) entropy: &'s Entropy,
}

impl Sessions {
    /// What the host must do so that `change` holds.
    ///
    /// `view`: the bytes that [`Sessions::load`] gave the application to see; empty for a new session. `known`: what the
    /// store shows now. After a lost compare-and-set, read again and call this again with what is known then.
    ///
    /// # Errors
    /// `too-large` when the record, or a value that changed, exceeds its limit; `stale` when the store is behind and the
    /// change does not fit the cookie; `store` when what it showed is no record. Nothing may be written or sent then.
    pub fn commit(
        &self,
        session: &Session,
        view: &[u8],
        known: &Known<'_>,
        change: &Change<'_>,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<Plan, Error> {
        let action = &change.action;
        let rotates = !session.fresh && matches!(action, Action::Rotate | Action::Login(_) | Action::Logout);
        let step = Step { sessions: self, session, action, known, rotates, now, entropy };
        if matches!(action, Action::Destroy) || session.outdated && matches!(action, Action::Logout) {
            return step.destroy();
        }
        let plain = self.unseal_all(session, known)?;
        let merged = match self.merge(session, known, &plain, now) {
            Ok(Merge::Live(merged)) => merged,
            Ok(Merge::Ended) => return Ok(step.ended(&plain)),
            Ok(Merge::Moved(session)) => return Ok(step.follow(session)),
            // Where nothing is to be kept, a store that fails by now fails nobody: a later request renews the token.
            Err(_) if known.stored == Stored::Unavailable && *change == Change::default() => return Ok(Plan::Nothing),
            Err(error) => return Err(error),
        };
        step.check_action()?;
        let text = [now.as_millis(), action.span().as_millis()].map(decimal);
        let conflict = merged.conflict;
        let draft = step.draft(view, *merged, change, &text)?;
        // What only the cookie has, while nothing can be written, stays there: a later request renews it.
        if draft.stale && draft.carried.loses && !draft.changed && step.keeps() {
            return Ok(Plan::Nothing);
        }
        let starts = session.fresh && matches!(action, Action::Start) || matches!(action, Action::Live(_));
        let acts = rotates || starts || matches!(action, Action::Login(_));
        // A visitor who stores nothing gets no session, however long the request took.
        let refresh =
            !session.fresh && !session.named && self.options.lifetime.refresh_due(session.client.last_access, now);
        let learns = session.reseal || session.way.carries() && (refresh || draft.news);
        if !(draft.changed || acts || learns || conflict || draft.write_due) {
            return Ok(Plan::Nothing);
        }
        session.check_begins()?;
        let compares = rotates || draft.changed || draft.write_due;
        if step.read_too_long_ago(compares) {
            return Ok(step.follow(session.clone()));
        }
        if step.has_to_look(refresh) {
            let session = Session { looked: Looked::Now, ..session.clone() };
            return Ok(Plan::Follow { read: self.read_all(&session), session });
        }
        step.plan(draft).map(Plan::Write)
    }
}

impl Sessions {
    /// A record as it is stored.
    pub(crate) fn encode(&self, handle: &Handle, live: &Live<'_>, entropy: &Entropy) -> Result<Vec<u8>, Error> {
        let bytes = live.encode(handle);
        if bytes.len() > self.options.max_bytes {
            return Err(too_large(bytes.len(), "maxBytes", self.options.max_bytes, &live.namespaces));
        }
        if !self.options.seal_records {
            return Ok(bytes);
        }
        sealed::seal_record(&bytes, self.newest()?, handle, &entropy.record_nonce()).ok_or_else(foreign)
    }
}

impl Step<'_> {
    fn plan(&self, draft: Draft<'_>) -> Result<Commit, Error> {
        let Self { sessions, session, rotates, .. } = *self;
        let way = self.goes_by();
        let covered = self.is_eventual() && !session.named && draft.carried.complete && self.keeps() && way.carries();
        let writes_record = rotates || (!draft.stale && (draft.changed || draft.write_due || session.fresh));
        let mut client = self.next_client(draft.carried, draft.stale, draft.behind, &draft.full)?;
        let put = match (covered, writes_record) {
            (true, true) => self.slot(&mut client),
            (true, false) => Put::Behind,
            (false, _) => Put::Awaited,
        };
        let handle = if rotates { sessions.handle(&client)? } else { session.handle };
        // Also where nothing changed, another place may not show what a new id stands for.
        let modified = draft.changed || draft.added || rotates;
        let writes = self.writes(&client, &handle, draft.full, writes_record, modified)?;
        let sets_cookie = !session.named && (session.fresh || session.reseal || client != session.client);
        let (cookies, takes) = if sets_cookie { self.set_cookies(way, &client)? } else { (Vec::new(), 0) };
        let (held, denied) = (session.held | takes, false);
        let session =
            Session { client, handle, fresh: false, reseal: false, held, way, denied, looked: Looked::No, ..*session };
        Ok(Commit { read: sessions.read(&session, self.now), session, writes, cookies, put })
    }

    /// The record, if it is written; the end of the old id, if there is a new one; and what its user's index is to say.
    fn writes(
        &self,
        client: &Client,
        handle: &Handle,
        mut full: Live<'_>,
        writes_record: bool,
        modified: bool,
    ) -> Result<Vec<Write>, Error> {
        let Self { session, rotates, .. } = *self;
        let keeps_records = !self.sessions.options.is_whole();
        let (newest, entry) = (full.newest(), self.index_entry(client, handle, &full)?);
        let mut writes = Vec::new();
        if writes_record && keeps_records {
            if modified {
                full.modified = self.now;
            }
            // What was read under an id of the application's own may be what is left of an earlier session.
            let is_new = rotates || session.fresh && !session.named;
            let guard = if is_new { Guard::Absent } else { Guard::Unchanged };
            writes.push(self.write_live(client, handle, full, guard)?);
        }
        if rotates && keeps_records {
            writes.push(self.write_old(client, newest)?);
            writes.extend(self.write_end());
        }
        writes.extend(entry);
        if rotates && keeps_records {
            writes.extend(index::over(&session.client, &session.handle, self.now));
        }
        Ok(writes)
    }

    fn check_action(&self) -> Result<(), Error> {
        match self.session.named && !matches!(self.action, Action::Keep | Action::Start | Action::Live(_)) {
            true => Err(Error::new(
                Code::Value,
                "a session under an id of the application's own cannot sign in or out, or rotate",
            )),
            false => Ok(()),
        }
    }

    /// Whether something may have come between reading and now that nobody would tell: a store that compares tells where
    /// something is written. Where nothing is, the token of a session that has a new id by now would take the new one's place.
    pub(crate) fn read_too_long_ago(&self, compares: bool) -> bool {
        let told = match self.sessions.options.consistency {
            Consistency::Strong => compares,
            Consistency::Eventual => false,
            Consistency::None => true,
        };
        !told && !self.session.fresh && self.now.since(self.known.at) >= FRESH
    }

    /// Whether what the user's record says by now has to be known first. The new id is not the one that it spares; and where
    /// it is looked at only now and then, a token that told a later access would go without for longer.
    fn has_to_look(&self, refresh: bool) -> bool {
        let rarely = self.sessions.looks_rarely(self.session);
        let (looked, signed_in) = (self.session.looked, self.session.client.user.is_some());
        match self.action {
            Action::Rotate => (rarely || signed_in) && looked != Looked::Now,
            _ => rarely && refresh && self.keeps() && looked == Looked::No,
        }
    }

    pub(crate) fn keeps(&self) -> bool {
        matches!(self.action, Action::Keep | Action::Start)
    }

    pub(crate) fn is_eventual(&self) -> bool {
        self.sessions.options.consistency == Consistency::Eventual
    }

    fn write_live(&self, client: &Client, handle: &Handle, full: Live<'_>, guard: Guard) -> Result<Write, Error> {
        let options = &self.sessions.options;
        let before = self.now.before(TOMBSTONE_AGE);
        // A tombstone that the token still carries may not show everywhere yet.
        let carried = self.session.client.overlay().ok_or_else(garbage)?;
        let ages = |name: &str| options.aging.iter().any(|aging| aging.name == name);
        let mut live = full.collect_except(before, &carried, &ages).ok_or_else(garbage)?;
        live.expires = match self.session.named {
            true => self.sessions.named_end(&live, self.now)?,
            false => options.lifetime.record_end(client.began, self.now),
        };
        let bytes = self.sessions.encode(handle, &live, self.entropy)?;
        let (key, meta) = match self.session.named {
            true => (self.session.key(), None),
            false => (session_key(handle), Some(index::birth(client))),
        };
        Ok(Write { key, bytes, expires: live.expires, guard, role: Role::Session, meta })
    }
}
