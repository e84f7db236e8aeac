//! Ending sessions from elsewhere than a request of theirs: one, a user's, everybody's.

use alloc::vec::Vec;

use crate::ends::write_end;
use crate::error::Error;
use crate::index;
use crate::listing::known;
use crate::options::Consistency;
use crate::plan::{Guard, Role, Write};
use crate::record::Record;
use crate::session::{Sessions, Stored};
use crate::store_key::{Handle, session_key, user_key};
use crate::time::Timestamp;
use crate::users::{self, Epoch};

impl Sessions {
    /// Ends the session of this handle. `user`: who is signed in there, JSON text, as [`Sessions::describe`] says of the record that
    /// is to be replaced: where another was written meanwhile, it may lead on to a new id, and that is to end.
    ///
    /// # Errors
    /// `value` when the text is no handle.
    pub fn revoke(&self, handle: &str, user: Option<&str>, now: Timestamp) -> Result<Vec<Write>, Error> {
        let handle = known(handle)?;
        let expires = self.options.lifetime.record_end(now, now);
        let bytes = Record::Ended.encode(&handle);
        let end =
            Write { key: session_key(&handle), bytes, expires, guard: Guard::Unchanged, role: Role::End, meta: None };
        let mut writes = Vec::from([end]);
        let Some(user) = user else { return Ok(writes) };
        if self.options.consistency == Consistency::Eventual {
            // There is no new id that would be of use without it.
            writes.push(Write { role: Role::End, ..write_end(&handle, Timestamp::default(), expires) });
        }
        let users = self.options.keyring.iter().map(|keys| users::user_of(keys, user));
        writes.extend(users.map(|user| index::over_at(&user, &handle, now)));
        Ok(writes)
    }

    /// Ends every session of this user (JSON text) that began before now, but for that of one handle: one write for each
    /// secret. The empty user is everybody; [`Options::global_epoch`](crate::Options::global_epoch) says whether they look.
    ///
    /// `spared`: that handle, and what the store answered to the keys of the user's records, in the order of
    /// [`Sessions::user_keys`]. Whom they have ended before is not spared.
    ///
    /// # Errors
    /// `value` when what is spared is no handle; `store` when the store failed, or showed what is no user's record.
    pub fn revoke_user(
        &self,
        user: &str,
        spared: Option<(&str, &[Stored<'_>])>,
        now: Timestamp,
    ) -> Result<Vec<Write>, Error> {
        let (spared, before) = match spared {
            Some((handle, before)) => (Some(known(handle)?), self.epochs_of(user, before)?),
            None => (None, Vec::new()),
        };
        // What ended them a moment ago may have ended the one that is spared.
        let guard = if spared.is_some() { Guard::Unchanged } else { Guard::Always };
        let since = |handle: &Handle| before.iter().map(|epoch| epoch.spares(handle)).max().unwrap_or_default();
        // Whom an epoch has ended that was written meanwhile, or by a faster clock, stays over.
        let at = before.iter().map(|epoch| epoch.at).fold(now, Timestamp::max);
        let epoch = Epoch { at, spared: spared.map(|handle| (handle, since(&handle))) };
        // As long as the sessions it ends: while the store fails, tokens go on without a look at it.
        let lifetime = &self.options.lifetime;
        let expires = lifetime.record_end(now, now).max(lifetime.token_end(now)).after(self.options.horizon);
        let write = |keys| {
            let user = users::user_of(keys, user);
            let (key, bytes) = (user_key(&user), epoch.encode(&user));
            Write { key, bytes, expires, guard, role: Role::End, meta: None }
        };
        Ok(self.options.keyring.iter().map(write).collect())
    }
}
