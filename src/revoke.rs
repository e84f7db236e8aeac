//! Ending sessions from elsewhere than a request of theirs: one, a user's, everybody's.

use alloc::vec::Vec;

use crate::ends::write_end;
use crate::error::Error;
use crate::index;
use crate::listing::known;
use crate::options::Consistency;
use crate::plan::{Guard, Role, Write};
use crate::record::Record;
use crate::session::Sessions;
use crate::store_key::{session_key, user_key};
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
    /// # Errors
    /// `value` when `spared` is no handle.
    pub fn revoke_user(&self, user: &str, spared: Option<&str>, now: Timestamp) -> Result<Vec<Write>, Error> {
        let epoch = Epoch { at: now, spared: spared.map(known).transpose()? };
        // As long as the sessions it ends: while the store fails, tokens go on without a look at it.
        let lifetime = &self.options.lifetime;
        let expires = lifetime.record_end(now, now).max(lifetime.token_end(now)).after(self.options.horizon);
        let write = |keys| {
            let user = users::user_of(keys, user);
            let (key, bytes) = (user_key(&user), epoch.encode(&user));
            Write { key, bytes, expires, guard: Guard::Always, role: Role::End, meta: None }
        };
        Ok(self.options.keyring.iter().map(write).collect())
    }
}
