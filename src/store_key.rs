//! The handle of a session, and the keys of the store. Nothing in them opens a session.
//!
//! | key | holds |
//! | --- | --- |
//! | `s1:` handle | the record of a session |
//! | `n1:` handle | that of a session under an id of the application's own |
//! | `e1:` handle | a session's end, a second time |
//! | `u1:` user | the record of a user, or of everybody |
//! | `i1:` user `:` handle | the entry of a session in its user's index |
//!
//! `pkg/src/store-keys.ts` tells them apart.

use alloc::string::String;

use edge_session_aead::{from_base64url, to_base64url};

use crate::users::UserKey;

/// The bytes of a store key's hash, in base64url: the handle of a session.
pub(crate) type Handle = [u8; 32];

pub(crate) fn handle_text(handle: &Handle) -> String {
    to_base64url(handle)
}

/// What [`handle_text`] gave.
pub(crate) fn handle_of(text: &str) -> Option<Handle> {
    from_base64url(text)?.try_into().ok()
}

/// What the store, its listings and its backups know a session by.
pub(crate) fn session_key(handle: &Handle) -> String {
    ["s1:", &handle_text(handle)].concat()
}

/// The same for one under an id of the application's own.
pub(crate) fn named_key(handle: &Handle) -> String {
    ["n1:", &handle_text(handle)].concat()
}

/// Where the session's end is kept a second time.
pub(crate) fn end_key(handle: &Handle) -> String {
    ["e1:", &handle_text(handle)].concat()
}

/// The key of the user's record.
pub(crate) fn user_key(user: &UserKey) -> String {
    ["u1:", &to_base64url(user)].concat()
}

/// How the keys of a user's entries begin; the session's handle follows.
pub(crate) fn index_prefix(user: &UserKey) -> String {
    ["i1:", &to_base64url(user), ":"].concat()
}

/// The key of a session's entry in its user's index.
pub(crate) fn index_key(user: &UserKey, handle: &Handle) -> String {
    [index_prefix(user), handle_text(handle)].concat()
}
