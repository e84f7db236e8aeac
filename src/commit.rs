//! Change and commit. What ends with it, see `ends`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::aging;
use crate::diff;
use crate::error::{Code, Error};
use crate::index;
use crate::limits::{check_values, too_large};
use crate::merge::Stamp;
use crate::named;
use crate::options::{Consistency, Entropy, Handle, LONGEST_WAIT, store_key};
use crate::overlay::{self, Carried};
use crate::plan::{Action, Change, Commit, Guard, Known, Plan, Put, Role, Write};
use crate::reading::{Merge, Merged};
use crate::record::{Live, Record};
use crate::sealed;
use crate::session::{Looked, Session, Sessions, Stored, behind, foreign, garbage, unavailable};
use crate::text::decimal;
use crate::time::{Span, Timestamp};
use crate::token::{self, Client};
use crate::transport::Way;
use crate::users;

/// How long a deleted key leaves a trace: longer than any store shows an old state.
const TOMBSTONE_AGE: Span = Span::from_secs(600);
/// How old what was read may be as the base of a put, on a store that cannot compare: another write may have come between.
const FRESH: Span = Span::from_secs(1);

/// One commit: whose, what of, when, and the random bytes it may use.
pub(crate) struct Step<'s> {
    pub(crate) sessions: &'s Sessions,
    pub(crate) session: &'s Session,
    pub(crate) action: &'s Action<'s>,
    pub(crate) known: &'s Known<'s>,
    /// The session gets a new id.
    rotates: bool,
    pub(crate) now: Timestamp,
    pub(crate) entropy: &'s Entropy,
}

/// One commit on its way: what the record becomes, and what the token carries of it.
struct Draft<'a> {
    full: Live<'a>,
    carried: Carried,
    changed: bool,
    /// The token adds something that the store does not show.
    added: bool,
    stale: bool,
    behind: Timestamp,
    write_due: bool,
    /// The token does not know of all that the request was shown.
    news: bool,
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
        if matches!(action, Action::Destroy) {
            return step.destroy();
        }
        let plain = self.unseal_all(session, known)?;
        let merged = match self.merge(session, known, &plain, now)? {
            Merge::Live(merged) => merged,
            Merge::Ended => return Ok(step.ended(&plain)),
            Merge::Moved(session) => return Ok(step.follow(session)),
        };
        if session.named && !matches!(action, Action::Keep | Action::Start | Action::Live(_)) {
            return Err(Error::new(
                Code::Value,
                "a session under an id of the application's own cannot sign in or out, or rotate",
            ));
        }
        let text = [now.as_millis(), action.span().as_millis()].map(decimal);
        let conflict = merged.conflict;
        let draft = step.draft(view, *merged, change, &text)?;
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
        if step.read_too_long_ago() {
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
    /// The view with the changes in it, and what of it the token is to carry. `[now, span]`: the time, and the action's length
    /// of time, as JSON text.
    fn draft<'a>(
        &self,
        view: &'a [u8],
        merged: Merged<'a>,
        change: &Change<'a>,
        [now, span]: &'a [String; 2],
    ) -> Result<Draft<'a>, Error> {
        let view = if view.is_empty() { Live::empty() } else { Record::decode_view(view).ok_or_else(foreign)? };
        let newest = merged.view.newest().max(view.newest()).max(self.session.client.seen);
        let stamp = Stamp::next(self.now, newest, self.entropy.tie());
        let mut changes = diff::values(&view, &change.snapshots, stamp).ok_or_else(garbage)?;
        check_values(&changes, self.sessions.options.max_value_bytes)?;
        if self.rotates || matches!(self.action, Action::Login(_)) {
            changes.extend(diff::identity(&change.action, now, stamp));
        }
        if self.session.named {
            changes.extend(
                named::facts(&merged.view, self.action, [now, span], stamp, !changes.is_empty()).ok_or_else(garbage)?,
            );
        }
        let changed = !changes.is_empty();
        // What is over is written down with the next change; until then anybody can tell.
        let over = aging::over(&merged.view, &self.sessions.options.aging, self.now).ok_or_else(garbage)?;
        let aged = match over.is_empty() {
            true => None,
            false => Some(merged.view.clone().merge(over).ok_or_else(garbage)?),
        };
        // A second look can show less than the first did: what was shown once stays known.
        let once = match self.is_eventual() {
            true => {
                overlay::newer(view.namespaces.clone(), aged.as_ref().unwrap_or(&merged.view)).ok_or_else(garbage)?
            }
            false => Vec::new(),
        };
        let news = merged.news || !once.is_empty();
        let full = aged.filter(|_| changed).unwrap_or(merged.view);
        let full = full.merge(once).ok_or_else(garbage)?;
        let full = full.merge(changes).ok_or_else(garbage)?;
        // A rotated session's new id shows nothing yet.
        let nothing = Live::empty();
        let carried = self.carry(&full, if self.rotates { &nothing } else { &merged.record })?;
        // A sign-out is never refused, and its new record is awaited: it need not fit the cookie.
        let unkept = match self.action {
            Action::Logout => false,
            _ => self.rotates || changed && !carried.complete,
        };
        // What was read too long ago is read again before anything comes of it: that may show more.
        if merged.stale && unkept && !self.read_too_long_ago() {
            if self.known.stored == Stored::Unavailable {
                return Err(unavailable());
            }
            return Err(behind(
                "the store shows less than this visitor has seen, and the change does not fit the cookie",
            ));
        }
        let write_due = merged.write_due || !carried.complete;
        let added = merged.added;
        Ok(Draft { full, carried, changed, news, added, stale: merged.stale, behind: merged.behind, write_due })
    }

    fn carry(&self, full: &Live<'_>, shown: &Live<'_>) -> Result<Carried, Error> {
        let options = &self.sessions.options;
        match options.consistency {
            // What has no token can carry nothing.
            _ if self.session.named => Ok(Carried { overlay: Vec::new(), seen: Stamp::ZERO, complete: true }),
            Consistency::Strong => Ok(Carried { overlay: Vec::new(), seen: Stamp::ZERO, complete: true }),
            Consistency::None => self.carry_all(full),
            Consistency::Eventual => {
                let sends = self.goes_by().carries();
                let room = if sends { options.room().saturating_sub(self.extras()) } else { 0 };
                overlay::carry(&self.session.client, full, shown, self.now, options.horizon, room).ok_or_else(garbage)
            }
        }
    }

    /// The whole session, if the cookies hold it.
    fn carry_all(&self, full: &Live<'_>) -> Result<Carried, Error> {
        let options = &self.sessions.options;
        let (what, limit) = match options.room() {
            room if room < options.max_bytes => ("what its cookies hold", room),
            _ => ("maxBytes", options.max_bytes),
        };
        let carried = overlay::whole(full).ok_or_else(garbage)?;
        match carried.overlay.len() {
            size if size > limit => Err(too_large(size, what, limit, &full.namespaces)),
            _ => Ok(carried),
        }
    }

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
        let newest = draft.full.newest();
        let entry = self.index_entry(&client, &handle, &draft.full)?;
        let mut full = draft.full;
        // Also where nothing changed, another place may not show what a new id stands for.
        if draft.changed || draft.added || rotates {
            full.modified = self.now;
        }
        let mut writes = Vec::new();
        let whole = sessions.options.is_whole();
        if writes_record && !whole {
            // What was read under an id of the application's own may be what is left of an earlier session.
            let is_new = rotates || session.fresh && !session.named;
            let guard = if is_new { Guard::Absent } else { Guard::Unchanged };
            writes.push(self.write_live(&client, &handle, full, guard)?);
        }
        if rotates && !whole {
            writes.push(self.write_old(&client, newest)?);
            writes.extend(self.write_end());
        }
        writes.extend(entry);
        if rotates && !whole {
            writes.extend(index::over(&session.client, &session.handle, self.now));
        }
        let sets_cookie = !session.named && (session.fresh || session.reseal || client != session.client);
        let (cookies, takes) = if sets_cookie { self.set_cookies(way, &client)? } else { (Vec::new(), 0) };
        let (held, denied) = (session.held | takes, false);
        let session =
            Session { client, handle, fresh: false, reseal: false, held, way, denied, looked: Looked::No, ..*session };
        Ok(Commit { read: sessions.read(&session, self.now), session, writes, cookies, put })
    }

    /// How the token goes out. The id that a link brought is never told to the browser: whoever sent the link had chosen it.
    /// A new one is, and the old one where the application [forces](Sessions::force) that.
    fn goes_by(&self) -> Way {
        match self.session.way {
            way if way.carries() => way,
            _ if self.session.reseal => Way::Cookie,
            way if self.rotates => self.sessions.reply(way),
            way => way,
        }
    }

    /// The bytes that the token takes beside its overlay, for what only some tokens say.
    fn extras(&self) -> usize {
        let slot = self.sessions.options.write_interval > Span::default();
        let user = self.session.client.user.is_some() || matches!(self.action, Action::Login(_));
        if slot || user { token::EXTRAS } else { 0 }
    }

    /// When the record is put, where the token carries it all, and what the token says of that.
    fn slot(&self, client: &mut Client) -> Put {
        let interval = self.sessions.options.write_interval;
        if self.known.scheduled {
            return Put::Joined;
        }
        // Whoever plans a put says so in the token, so that another location plans its own for later. One that lies further
        // ahead than anybody plans was planned by a clock that is fast.
        let latest = self.now.after(LONGEST_WAIT);
        let next = client.slot.after(interval);
        if client.slot == Timestamp::default() || next <= self.now || client.slot > latest {
            client.slot = if interval == Span::default() { client.slot } else { self.now };
            return Put::Behind;
        }
        if next > latest {
            return Put::Carried;
        }
        client.slot = next;
        Put::At(next)
    }

    /// Whether another write may have come between reading and putting, where the store cannot tell.
    pub(crate) fn read_too_long_ago(&self) -> bool {
        self.is_eventual() && !self.session.fresh && self.now.since(self.known.at) >= FRESH
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

    fn keeps(&self) -> bool {
        matches!(self.action, Action::Keep | Action::Start)
    }

    pub(crate) fn is_eventual(&self) -> bool {
        self.sessions.options.consistency == Consistency::Eventual
    }

    /// What the next token says.
    fn next_client(&self, carried: Carried, stale: bool, behind: Timestamp, full: &Live<'_>) -> Result<Client, Error> {
        let old = &self.session.client;
        let mut client = old.clone();
        client.overlay = carried.overlay;
        client.behind = behind;
        client.seen = if stale { old.seen.max(carried.seen) } else { carried.seen };
        if self.rotates {
            client.id = self.entropy.id();
            client.home = self.sessions.newest()?.id();
        }
        if matches!(self.action, Action::Login(_) | Action::Logout) {
            client.began = self.now;
        }
        let whole = self.sessions.options.is_whole();
        if !whole && (self.rotates || matches!(self.action, Action::Login(_))) {
            let user = diff::user(full).ok_or_else(garbage)?;
            let home = self.sessions.options.keyring.find(&client.home).ok_or_else(foreign)?;
            client.user = user.map(|user| users::user_of(home, user));
            // The new id is not the one that the user's record spares.
            client.spared = match self.action {
                Action::Rotate => {
                    self.sessions.epoch(self.session, self.known)?.map_or(old.spared, |epoch| epoch.at.max(old.spared))
                }
                _ => Timestamp::default(),
            };
        }
        // Whenever a token is sealed anyway it tells the last access to the millisecond; but one that has not been looked up in
        // its user's record must not put off when it will be.
        let refresh = self.sessions.options.lifetime.refresh_due(old.last_access, self.now);
        let unlooked = self.session.looked == Looked::No
            && match self.action {
                // Who signs in or out leaves the old user's record behind, but not everybody's.
                Action::Login(_) | Action::Logout => self.sessions.heeds_everybody(self.session),
                _ => self.keeps() && self.sessions.looks_rarely(self.session),
            };
        if (refresh || self.session.reseal || client != *old) && !unlooked {
            // Where it was looked up, the next time is to be counted from then: a request may take long.
            let accessed = if self.sessions.looks_rarely(self.session) { self.known.at } else { self.now };
            client.last_access = accessed.max(old.last_access);
        }
        Ok(client)
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
            false => (store_key(handle), Some(index::birth(client))),
        };
        Ok(Write { key, bytes, expires: live.expires, guard, role: Role::Session, meta })
    }

    fn set_cookies(&self, way: Way, client: &Client) -> Result<(Vec<String>, u8), Error> {
        let Session { local, held, .. } = *self.session;
        if way != Way::Cookie {
            return Ok((self.sessions.header_line(way, client, self.entropy)?, 0));
        }
        let lifetime = &self.sessions.options.lifetime;
        let end =
            lifetime.absolute_end(client.began).min(lifetime.idle_end(client.last_access).after(lifetime.resolution()));
        let left = (end < Timestamp::NEVER).then(|| end.since(self.now));
        self.sessions.jar(local).set(client, self.sessions.newest()?, &self.entropy.token_nonce(), left, held)
    }
}
