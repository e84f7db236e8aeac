//! A put that waited for its time, so that a burst of changes costs one.

use crate::entropy::Entropy;
use crate::error::Error;
use crate::index;
use crate::overlay;
use crate::plan::{Guard, Known, Role, Write};
use crate::reading::{Found, Merge};
use crate::session::{Session, Sessions, Stored, garbage, unavailable};
use crate::time::Timestamp;

impl Sessions {
    /// What is left to put of `record`, which waited for its time, now that the store shows what is known. `None`: nothing,
    /// since the store has it all, or the session is over.
    ///
    /// Nobody waits for it and no token depends on it: on any error leave it to the next request.
    ///
    /// # Errors
    /// `store` when the store failed, or what it showed is no record of this session.
    pub fn flush(
        &self,
        session: &Session,
        record: &[u8],
        known: &Known<'_>,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<Option<Write>, Error> {
        if known.stored == Stored::Unavailable {
            return Err(unavailable());
        }
        let plain = self.unseal_all(session, known)?;
        let Merge::Live(merged) = self.merge(session, known, &plain, now)? else { return Ok(None) };
        let opened = self.unseal(&session.handle, Stored::Shown(record))?;
        let Found::Live(Some(waited)) = self.found(session, Stored::Shown(record), opened.as_deref(), now)? else {
            return Ok(None);
        };
        let missing = overlay::newer(waited.namespaces, &merged.view).ok_or_else(garbage)?;
        if merged.as_stored && missing.is_empty() {
            return Ok(None);
        }
        let mut live = merged.view.merge(missing).ok_or_else(garbage)?;
        live.modified = now;
        live.expires = self.options.lifetime.record_end(session.client.began, now);
        let bytes = self.encode(&session.handle, &live, entropy)?;
        let (key, expires, meta) = (session.key(), live.expires, Some(index::birth(&session.client)));
        Ok(Some(Write { key, bytes, expires, guard: Guard::Unchanged, role: Role::Session, meta }))
    }
}
