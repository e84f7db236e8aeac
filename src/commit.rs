//! Change and commit, rotate, login, logout, destroy.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::diff;
use crate::error::{Code, Error};
use crate::merge::Stamp;
use crate::options::{Consistency, Entropy, Handle, store_key};
use crate::overlay::{self, Carried};
use crate::plan::{Action, Change, Commit, Guard, Plan, Write};
use crate::record::{Live, Namespace, Record};
use crate::sealed;
use crate::session::{Merge, Merged, Session, Sessions, Stored, foreign, garbage};
use crate::time::{Span, Timestamp};
use crate::token::{self, Client};

/// How long a deleted key leaves a trace: longer than any store shows an old state.
const TOMBSTONE_AGE: Span = Span::from_secs(600);
/// How long a rotated id still leads to the new one, so that requests in flight are not logged out.
const GRACE: Span = Span::from_secs(10);

/// When a commit happens, also as JSON text, and the random bytes it may use.
#[derive(Clone, Copy)]
struct Moment<'a> {
    now: Timestamp,
    text: &'a str,
    entropy: &'a Entropy,
}

/// One commit on its way: what the record becomes, and what the token carries of it.
struct Draft<'a> {
    full: Live<'a>,
    carried: Carried,
    changed: bool,
    stale: bool,
    write_due: bool,
}

impl Sessions {
    /// What the host must do so that `change` holds.
    ///
    /// `view`: the bytes that [`Sessions::load`] gave the application to see; empty for a new session. `current`: what
    /// the store shows now. After a lost compare-and-set, read again and call this again with the new `current`.
    ///
    /// # Errors
    /// `too-large` when the record exceeds the limit; `stale` when the store is behind and the change does not fit the
    /// cookie; `store` when `current` is no record. Nothing may be written or sent then.
    pub fn commit(
        &self,
        session: &Session<'_>,
        view: &[u8],
        current: Stored<'_>,
        change: &Change<'_>,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<Plan, Error> {
        if change.action == Action::Destroy {
            return self.destroy(session, now);
        }
        let plain = self.unseal(session, current)?;
        let merged = match self.merge(session, current, plain.as_deref(), now)? {
            Merge::Live(merged) => merged,
            Merge::Ended => return Ok(Plan::Ended),
            Merge::Moved(client) => {
                let read = store_key(&self.handle(&client)?);
                let session = Session { client, fresh: false, reseal: true, local: session.local };
                return Ok(Plan::Follow { session, read });
            }
        };
        let text = format!("{}", now.as_millis());
        let moment = Moment { now, text: &text, entropy };
        let draft = self.draft(session, view, merged, change, moment)?;
        let acts = change.action != Action::Keep && (!session.fresh || matches!(change.action, Action::Login(_)));
        let refresh = self.options.lifetime.refresh_due(session.client.last_access, now);
        if !(draft.changed || acts || session.reseal || refresh || draft.write_due) {
            return Ok(Plan::Nothing);
        }
        self.plan(session, draft, &change.action, moment).map(Plan::Write)
    }

    /// The view with the changes in it, and what of it the token is to carry.
    fn draft<'a>(
        &self,
        session: &Session<'_>,
        view: &'a [u8],
        merged: Merged<'a>,
        change: &Change<'a>,
        moment: Moment<'a>,
    ) -> Result<Draft<'a>, Error> {
        let view = if view.is_empty() { Live::empty() } else { Record::decode_view(view).ok_or_else(foreign)? };
        let newest = merged.view.newest().max(view.newest()).max(session.client.seen);
        let stamp = Stamp::next(moment.now, newest, moment.entropy.tie());
        let mut changes = diff::values(&view, &change.snapshots, stamp).ok_or_else(garbage)?;
        changes.extend(diff::identity(&change.action, moment.text, stamp));
        let changed = !changes.is_empty();
        let full = merged.view.merge(changes).ok_or_else(garbage)?;
        // A rotated session's new id shows nothing yet.
        let (rotates, nothing) = (self.rotates(session, &change.action), Live::empty());
        let shown = if rotates { &nothing } else { &merged.record };
        let carried = self.carry(&full, shown, moment.now)?;
        if merged.stale && (rotates && change.action != Action::Logout || changed && !carried.complete) {
            return Err(Error::new(Code::Stale, "the store shows less than this visitor has seen, and the change does not fit the cookie"));
        }
        let write_due = merged.write_due || !carried.complete;
        Ok(Draft { full, carried, changed, stale: merged.stale, write_due })
    }

    fn carry(&self, full: &Live<'_>, shown: &Live<'_>, now: Timestamp) -> Result<Carried, Error> {
        match self.options.consistency {
            Consistency::Strong => Ok(Carried { overlay: Vec::new(), seen: Stamp::ZERO, complete: true }),
            Consistency::Eventual => {
                overlay::carry(full, shown, now, self.options.horizon(), self.options.room()).ok_or_else(garbage)
            }
        }
    }

    fn rotates(&self, session: &Session<'_>, action: &Action<'_>) -> bool {
        !session.fresh && matches!(action, Action::Rotate | Action::Login(_) | Action::Logout)
    }

    fn plan(&self, session: &Session<'_>, draft: Draft<'_>, action: &Action<'_>, moment: Moment<'_>) -> Result<Commit, Error> {
        let rotates = self.rotates(session, action);
        let client = self.next_client(session, &draft, action, moment)?;
        let (mut writes, mut cookie) = (Vec::new(), None);
        if rotates || (!draft.stale && (draft.changed || draft.write_due || session.fresh)) {
            let guard = if rotates || session.fresh { Guard::Absent } else { Guard::Unchanged };
            writes.push(self.write_live(&client, draft.full, guard, moment)?);
        }
        if rotates {
            writes.push(self.write_old(session, &client, action, moment)?);
        }
        if client != session.client || session.fresh || session.reseal {
            cookie = Some(self.set_cookie(&client, session.local, moment)?);
        }
        let eventual = self.options.consistency == Consistency::Eventual;
        let covered = eventual && draft.carried.complete && *action == Action::Keep;
        let session = Session { client, fresh: false, reseal: false, local: session.local };
        Ok(Commit { session, writes, cookie, covered })
    }

    /// What the next token says.
    fn next_client(
        &self,
        session: &Session<'_>,
        draft: &Draft<'_>,
        action: &Action<'_>,
        Moment { now, entropy, .. }: Moment<'_>,
    ) -> Result<Client<'static>, Error> {
        let old = &session.client;
        let rotates = self.rotates(session, action);
        let (id, home) = if rotates { (entropy.id(), self.newest()?.id()) } else { (old.id, old.home) };
        let began = if matches!(action, Action::Login(_) | Action::Logout) { now } else { old.began };
        let seen = if draft.stale { old.seen.max(draft.carried.seen) } else { draft.carried.seen };
        let overlay = Cow::Owned(draft.carried.overlay.clone());
        let mut client = Client { id, home, created: old.created, began, last_access: old.last_access, seen, overlay };
        // Whenever a token is sealed anyway it tells the last access to the millisecond.
        if client != *old || session.reseal || self.options.lifetime.refresh_due(old.last_access, now) {
            client.last_access = now.max(old.last_access);
        }
        Ok(client)
    }

    fn write_live(&self, client: &Client<'_>, full: Live<'_>, guard: Guard, moment: Moment<'_>) -> Result<Write, Error> {
        let Moment { now, entropy, .. } = moment;
        let before = Timestamp::from_millis(now.as_millis().saturating_sub(TOMBSTONE_AGE.as_millis()));
        let expires = self.options.lifetime.record_end(client.began, now);
        let live = Live { modified: now, expires, ..full.collect(before).ok_or_else(garbage)? };
        let handle = self.handle(client)?;
        let record = Record::Live(live);
        let mut bytes = record.encode(&handle);
        if bytes.len() > self.options.max_bytes {
            let Record::Live(live) = record else { return Err(foreign()) };
            return Err(too_large(bytes.len(), self.options.max_bytes, &live.namespaces));
        }
        if self.options.seal_records {
            bytes = sealed::seal_record(&bytes, self.newest()?, &handle, &entropy.record_nonce()).ok_or_else(foreign)?;
        }
        Ok(Write { key: store_key(&handle), bytes, expires, guard })
    }

    /// What becomes of the old id: after a login or logout it is dead, after a rotation it leads on for a short grace.
    /// Kept as long as a token for it could live, so that a store that shows nothing is never mistaken for it.
    fn write_old(&self, old: &Session<'_>, new: &Client<'_>, action: &Action<'_>, moment: Moment<'_>) -> Result<Write, Error> {
        let Moment { now, entropy, .. } = moment;
        let handle = self.handle(&old.client)?;
        if *action != Action::Rotate {
            return Ok(self.write_end(&old.client, &handle, now));
        }
        let successor = Client { overlay: Cow::Borrowed(&[]), ..new.clone() }.encode();
        let successor = sealed::seal_successor(&successor, self.newest()?, &handle, &entropy.successor_nonce()).ok_or_else(foreign)?;
        let moved = Record::Moved { until: now.after(GRACE), successor: &successor };
        let end = self.write_end(&old.client, &handle, now);
        Ok(Write { bytes: moved.encode(&handle), ..end })
    }

    fn write_end(&self, client: &Client<'_>, handle: &Handle, now: Timestamp) -> Write {
        let expires = self.options.lifetime.record_end(client.began, now);
        Write { key: store_key(handle), bytes: Record::Ended.encode(handle), expires, guard: Guard::Always }
    }

    fn destroy(&self, session: &Session<'_>, now: Timestamp) -> Result<Plan, Error> {
        if session.fresh {
            return Ok(Plan::Nothing);
        }
        let writes = alloc::vec![self.write_end(&session.client, &self.handle(&session.client)?, now)];
        let cookie = Some(self.jar(session.local).cookie.delete());
        let session = Session { client: session.client.clone().into_owned(), ..*session };
        Ok(Plan::Write(Commit { session, writes, cookie, covered: false }))
    }

    fn set_cookie(&self, client: &Client<'_>, local: bool, moment: Moment<'_>) -> Result<String, Error> {
        let Moment { now, entropy, .. } = moment;
        let jar = self.jar(local);
        let token = token::seal(client, self.newest()?, &jar.scope, &entropy.token_nonce()).ok_or_else(foreign)?;
        let lifetime = &self.options.lifetime;
        let end = lifetime.absolute_end(client.began).min(lifetime.idle_end(client.last_access).after(lifetime.resolution()));
        jar.cookie.set(&token, (end < Timestamp::NEVER).then(|| end.since(now)))
    }
}

/// Names the largest namespace: the place to look, without a value.
fn too_large(bytes: usize, limit: usize, namespaces: &[Namespace<'_>]) -> Error {
    let largest = namespaces.iter().max_by_key(|namespace| namespace.size());
    let (name, size) = largest.map_or(("", 0), |namespace| (namespace.name, namespace.size()));
    Error::new(Code::TooLarge, format!("the session has {bytes} bytes, more than maxBytes ({limit}); the largest namespace is {name} ({size})"))
}
