//! What a commit makes of the record, and what the token carries of it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::aging;
use crate::commit::Step;
use crate::diff;
use crate::error::Error;
use crate::limits::{check_values, too_large};
use crate::merge::Stamp;
use crate::named;
use crate::options::Consistency;
use crate::overlay::{self, Carried};
use crate::plan::{Action, Change};
use crate::reading::Merged;
use crate::record::{Live, Namespace, Record};
use crate::session::{Stored, behind, foreign, garbage, unavailable};
use crate::time::{Span, Timestamp};
use crate::token::{self, Client};

/// One commit on its way: what the record becomes, and what the token carries of it.
pub(crate) struct Draft<'a> {
    pub(crate) full: Live<'a>,
    pub(crate) carried: Carried,
    pub(crate) changed: bool,
    /// The token adds something that the store does not show.
    pub(crate) added: bool,
    pub(crate) stale: bool,
    pub(crate) behind: Timestamp,
    pub(crate) write_due: bool,
    /// The token does not know of all that the request was shown.
    pub(crate) news: bool,
}

impl Step<'_> {
    /// The view with the changes in it, and what of it the token is to carry. `times`: the time, and the action's length of
    /// time, as JSON text.
    pub(crate) fn draft<'a>(
        &self,
        view: &'a [u8],
        merged: Merged<'a>,
        change: &Change<'a>,
        times: &'a [String; 2],
    ) -> Result<Draft<'a>, Error> {
        let view = if view.is_empty() { Live::empty() } else { Record::decode_view(view).ok_or_else(foreign)? };
        let changes = self.changes(&view, &merged, change, times)?;
        let changed = !changes.is_empty();
        let Merged { view: shown, record, stale, behind, write_due, added, news, .. } = merged;
        let (full, once) = self.full(&view, shown, changes)?;
        // A rotated session's new id shows nothing yet.
        let carried = self.carry(&full, &if self.rotates { Live::empty() } else { record })?;
        // What was read too long ago is read again before anything comes of it: that may show more.
        if stale && !self.read_too_long_ago(true) {
            self.check_kept(changed, &carried)?;
        }
        let (news, write_due) = (news || once, write_due || !carried.complete);
        Ok(Draft { full, carried, changed, news, added, stale, behind, write_due })
    }

    /// What is to be another value than what the application was shown, or is new.
    fn changes<'a>(
        &self,
        view: &Live<'a>,
        merged: &Merged<'a>,
        change: &Change<'a>,
        [now, span]: &'a [String; 2],
    ) -> Result<Vec<Namespace<'a>>, Error> {
        let newest = merged.view.newest().max(view.newest()).max(self.session.client.seen);
        let stamp = Stamp::next(self.now, newest, self.entropy.tie());
        let mut changes = diff::values(view, &merged.view, change, stamp).ok_or_else(garbage)?;
        check_values(&changes, self.sessions.options.max_value_bytes)?;
        if self.rotates || matches!(self.action, Action::Login(_)) {
            changes.extend(diff::identity(&change.action, now, stamp));
        }
        if self.session.named {
            changes.extend(
                named::facts(&merged.view, self.action, [now, span], stamp, !changes.is_empty()).ok_or_else(garbage)?,
            );
        }
        Ok(changes)
    }

    /// What is shown now, with the changes and with what was shown once; and whether there was such.
    fn full<'a>(
        &self,
        view: &Live<'a>,
        shown: Live<'a>,
        changes: Vec<Namespace<'a>>,
    ) -> Result<(Live<'a>, bool), Error> {
        // What is over is written down with the next change; until then anybody can tell.
        let over = aging::over(&shown, &self.sessions.options.aging, self.now).ok_or_else(garbage)?;
        let aged = match over.is_empty() {
            true => None,
            false => Some(shown.clone().merge(over).ok_or_else(garbage)?),
        };
        // A second look can show less than the first did: what was shown once stays known.
        let once = match self.is_eventual() {
            true => overlay::newer(view.namespaces.clone(), aged.as_ref().unwrap_or(&shown)).ok_or_else(garbage)?,
            false => Vec::new(),
        };
        let had_more = !once.is_empty();
        let full = aged.filter(|_| !changes.is_empty()).unwrap_or(shown);
        let full = full.merge(once).and_then(|full| full.merge(changes)).ok_or_else(garbage)?;
        Ok((full, had_more))
    }

    /// # Errors
    /// On a store that is known to be behind: `stale`, or `store` where it failed, when the token does not carry the change.
    fn check_kept(&self, changed: bool, carried: &Carried) -> Result<(), Error> {
        // A sign-out is never refused, and its new record is awaited: it need not fit the cookie.
        let unkept = match self.action {
            Action::Logout => false,
            _ => self.rotates || changed && !carried.complete,
        };
        match unkept {
            false => Ok(()),
            true if self.known.stored == Stored::Unavailable => Err(unavailable()),
            true => {
                Err(behind("the store shows less than this visitor has seen, and the change does not fit the cookie"))
            }
        }
    }

    fn carry(&self, full: &Live<'_>, shown: &Live<'_>) -> Result<Carried, Error> {
        let options = &self.sessions.options;
        match options.consistency {
            // What has no token can carry nothing.
            _ if self.session.named => Ok(Carried::nothing()),
            Consistency::Strong => Ok(Carried::nothing()),
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

    /// The bytes that the token takes beside its overlay, for what only some tokens say.
    fn extras(&self) -> usize {
        let slot = self.sessions.options.write_interval > Span::default();
        let Client { home, user, former, .. } = &self.session.client;
        let user = user.is_some() || matches!(self.action, Action::Login(_));
        let former =
            former.is_some() || self.rotates && self.sessions.newest().is_ok_and(|newest| newest.id() != *home);
        match (former, slot || user) {
            (true, _) => token::EXTRAS_AND_FORMER,
            (false, true) => token::EXTRAS,
            (false, false) => 0,
        }
    }
}
