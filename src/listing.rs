//! Which sessions there are, told to those who run the application.

use alloc::string::String;
use alloc::vec::Vec;

use crate::aging;
use crate::diff;
use crate::error::{Code, Error};
use crate::index::{Entry, Facts};
use crate::record::{Live, Record};
use crate::session::{Sessions, Stored, garbage, unavailable};
use crate::store_key::{Handle, handle_of, handle_text, index_prefix, user_key};
use crate::time::Timestamp;
use crate::users::{self, Epoch};

/// Where what is known of a user stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserKeys {
    /// The user's record.
    pub record: String,
    /// How the keys of their sessions' entries begin; the session's handle follows.
    pub index: String,
}

/// What a record says of its session to those who do not have its token. All of it JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// Who is signed in.
    pub user: Option<String>,
    /// How strongly the user is authenticated.
    pub level: Option<String>,
    /// What the user recognises the session by.
    pub device: Option<String>,
    /// When the user signed in, in milliseconds since 1970.
    pub authenticated: Option<String>,
    /// When it was last written.
    pub modified: Timestamp,
    /// When the store may drop it.
    pub expires: Timestamp,
    /// The bytes of the record.
    pub size: usize,
}

/// What a handle leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// A session that lives.
    Live(Described),
    /// Another id of the same session: this handle.
    Moved(String),
    /// Nothing that lives.
    Over,
}

/// From when on which sessions count no more: a user's, and all.
#[derive(Debug)]
pub struct Epochs {
    of_user: Vec<Epoch>,
    of_all: Vec<Epoch>,
}

impl Sessions {
    /// Where what is known of this user (JSON text; empty: of everybody) stands, by the keys of each secret, newest first.
    pub fn user_keys(&self, user: &str) -> Vec<UserKeys> {
        let keys = self.options.keyring.iter().map(|keys| users::user_of(keys, user));
        keys.map(|user| UserKeys { record: user_key(&user), index: index_prefix(&user) }).collect()
    }

    /// What a record says of its session. At no time at all (0) an id leads on however long it is over.
    ///
    /// # Errors
    /// `value` when the text is no handle; `store` when the store failed or showed what is no record of this session.
    pub fn describe(&self, handle: &str, stored: Stored<'_>, now: Timestamp) -> Result<Listed, Error> {
        let handle = known(handle)?;
        let plain = self.unseal(&handle, stored)?;
        let Some(bytes) = shown(&plain, stored)? else { return Ok(Listed::Over) };
        match Record::decode(bytes, &handle).ok_or_else(garbage)? {
            // Where records are sealed, one that is not was planted, or is older than the option.
            Record::Live(_) if self.options.seal_records && plain.is_none() => Ok(Listed::Over),
            Record::Live(live) if live.expires > now => {
                described(&live, bytes.len()).map(Listed::Live).ok_or_else(garbage)
            }
            Record::Moved { until, successor } if now < until => {
                Ok(Listed::Moved(handle_text(&self.handle(&self.successor(successor, &handle)?)?)))
            }
            _ => Ok(Listed::Over),
        }
    }

    /// The same, and of a session that lives the record as a visit reads it: plain, and without what is over in it.
    ///
    /// # Errors
    /// Those of [`Sessions::describe`].
    pub fn inspect(&self, handle: &str, stored: Stored<'_>, now: Timestamp) -> Result<(Listed, Vec<u8>), Error> {
        let (id, listed) = (known(handle)?, self.describe(handle, stored, now)?);
        let plain = self.unseal(&id, stored)?;
        let bytes = shown(&plain, stored)?.unwrap_or_default();
        let (Listed::Live(_), Some(Record::Live(live))) = (&listed, Record::decode(bytes, &id)) else {
            return Ok((listed, Vec::new()));
        };
        let over = aging::over(&live, &self.options.aging, now).ok_or_else(garbage)?;
        if over.is_empty() {
            return Ok((listed, bytes.to_vec()));
        }
        Ok((listed, live.merge(over).ok_or_else(garbage)?.encode(&id)))
    }

    /// What ends sessions together with others. `of_user`, `of_all`: what the store answered to the keys of the user's (JSON
    /// text; empty: nobody's) and of everybody's records, in the order of [`Sessions::user_keys`]; none where nobody looks.
    ///
    /// # Errors
    /// `store` when the store failed, or showed what is no such record.
    pub fn epochs(&self, user: &str, of_user: &[Stored<'_>], of_all: &[Stored<'_>]) -> Result<Epochs, Error> {
        Ok(Epochs { of_user: self.epochs_of(user, of_user)?, of_all: self.epochs_of("", of_all)? })
    }

    /// What there is of a user's records, or of everybody's.
    pub(crate) fn epochs_of(&self, user: &str, records: &[Stored<'_>]) -> Result<Vec<Epoch>, Error> {
        let mut epochs = Vec::new();
        for (keys, stored) in self.options.keyring.iter().zip(records) {
            let Some(bytes) = shown(&None, *stored)? else { continue };
            epochs.push(Epoch::decode_of(&users::user_of(keys, user), bytes).ok_or_else(garbage)?);
        }
        Ok(epochs)
    }
}

impl Epochs {
    /// What a listed key tells, if its session lives on.
    ///
    /// # Errors
    /// `value` when it has no session's handle.
    pub fn living<'e>(&self, entry: &Entry<'e>) -> Result<Option<Facts<'e>>, Error> {
        let (handle, facts) = (known(entry.handle)?, Facts::parse(entry.facts));
        // What does not say since when it counts was there before anybody looked.
        let ended = |epochs: &[Epoch], since| {
            since > Timestamp::default() && epochs.iter().any(|epoch| epoch.ends(&handle, since))
        };
        // A session whose beginning is not listed was there before it was last written.
        let created = if facts.created > Timestamp::default() { facts.created } else { entry.modified };
        let over = facts.over || ended(&self.of_user, facts.since) || ended(&self.of_all, created);
        Ok(Some(facts).filter(|_| !over))
    }
}

fn described(live: &Live<'_>, size: usize) -> Option<Described> {
    let system = live.entries(diff::SYSTEM)?;
    let text = |key| system.get(key).and_then(|entry| entry.value).map(String::from);
    let [user, level, device, authenticated] = [diff::USER, diff::LEVEL, diff::DEVICE, diff::AUTHENTICATED].map(text);
    Some(Described { user, level, device, authenticated, modified: live.modified, expires: live.expires, size })
}

/// The bytes of a record, plain; `None`: there is none.
fn shown<'a>(plain: &'a Option<Vec<u8>>, stored: Stored<'a>) -> Result<Option<&'a [u8]>, Error> {
    match plain.as_deref().map_or(stored, Stored::Shown) {
        Stored::Shown(bytes) => Ok(Some(bytes)),
        Stored::Missing => Ok(None),
        Stored::Unavailable => Err(unavailable()),
    }
}

pub(crate) fn known(handle: &str) -> Result<Handle, Error> {
    handle_of(handle).ok_or_else(|| Error::new(Code::Value, "this is no session's handle"))
}
