//! The session cookie on the wire: what a visitor sent, what is sent back, and who may keep a copy of the answer.
//!
//! | file | decides |
//! | --- | --- |
//! | `read.rs` | which values of a `Cookie` header came under our name |
//! | `candidates.rs` | which of them counts |
//! | `options.rs` | what can be configured |
//! | `rules.rs` | which attributes a browser takes together |
//! | `write.rs` | the `Set-Cookie` line that sets the cookie, and the one that deletes it |
//! | `origin.rs` | whether a browser keeps a `Secure` cookie of this URL |
//! | `caching.rs` | `Vary` and `Cache-Control` of an answer that depends on a session |
//!
//! The rules are those of [RFC 6265bis] (draft 22), and of its successor [layered-cookies] for two more name prefixes.
//! Writing is stricter than the grammar, so that no browser drops or narrows the cookie in silence. Reading takes what
//! browsers and proxies really send, and never repairs it: every parser that trimmed, unquoted or decoded more than the
//! text says has let somebody plant a cookie under another's name.
//!
//! [RFC 6265bis]: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22
//! [layered-cookies]: https://datatracker.ietf.org/doc/draft-ietf-httpbis-layered-cookies/

mod caching;
mod candidates;
mod options;
mod origin;
mod read;
mod rules;
mod write;

#[cfg(any(target_arch = "wasm32", fuzzing))]
pub(crate) use caching::vary_on;
pub use caching::{cache_control, vary};
pub use candidates::{Candidates, MAX_CANDIDATES, MAX_VALUE};
pub use options::{CookieOptions, DEFAULT_NAME, FieldError, LOCAL_NAME, SameSite};
pub use origin::Origin;
pub use read::candidates;
pub(crate) use read::{Numbered, numbered};
pub use write::{Attributes, MAX_AGE, MAX_PAIR};

/// A value of ours: base64url (RFC 4648, section 5) without padding, and something at all.
///
/// Far less than a cookie-octet (RFC 6265bis, section 4.1.1), so that no host, proxy or framework on the way has a
/// reason to quote, decode or cut it.
fn is_token(value: &str) -> bool {
    !value.is_empty() && edge_session_aead::is_base64url(value)
}
