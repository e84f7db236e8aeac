//! Server-side sessions for edge workers: the session model and the expiry logic.
//!
//! This crate does no I/O, has no clock and draws no randomness ("sans-I/O"): the host passes in the time, random bytes
//! and what its store answered, and gets back a [`Plan`]: records to write, a cookie to send. So everything that decides
//! can be tested in microseconds, and the same code runs in Cloudflare Workers, in Node.js and in a browser.
//!
//! # One request
//!
//! ```
//! use edge_session::cookie::Origin;
//! use edge_session::time::Timestamp;
//! use edge_session::{Change, Consistency, Entropy, Keyring, Known, Options, Plan, Sessions, Snapshot, Stored};
//!
//! # fn random<const N: usize>() -> [u8; N] { core::array::from_fn(|i| (i as u8).wrapping_mul(37)) }
//! let keyring = Keyring::new(&[&random::<32>()])?;
//! let sessions = Sessions::new(Options::new(keyring, Consistency::Strong))?;
//! let now = Timestamp::from_clock(1_800_000_000_000.0)?;
//!
//! // 1. The Cookie header in. A visitor without one gets a new session, and nothing is read.
//! let opened = sessions.open("", Origin::Secure, now, || Entropy::new(random()))?;
//! assert!(opened.read.is_none() && opened.session.is_fresh());
//!
//! // 2. The changes in; a record and a Set-Cookie out.
//! let cart = Snapshot { namespace: "\"shop.cart\"", values: vec![("\"items\"", "[1,2]")] };
//! let change = Change { snapshots: vec![cart], ..Change::default() };
//! let plan = sessions.commit(&opened.session, &[], &Known::of(Stored::Missing, now), &change, now, &Entropy::new(random())?)?;
//! let Plan::Write(commit) = plan else { unreachable!() };
//! assert!(commit.cookies[0].starts_with("__Host-session="));
//! assert!(commit.writes[0].key.starts_with("s1:"));
//! # Ok::<(), edge_session::Error>(())
//! ```
//!
//! # What always holds
//!
//! - A refused cookie is never an error: it is a [`Reject`] and a new session, and costs no read.
//! - A store that fails is not a store that shows nothing: that is an [`Error`], and nothing is issued.
//! - Reading never writes. Only the token is refreshed, at most once per resolution.
//! - Merging is commutative, associative and idempotent; an end wins over every record.
//! - No id, secret or value is ever in an error, in `Debug` output or in a store key; an error of what is too large names keys.
//!
//! # The map
//!
//! | module | holds |
//! | --- | --- |
//! | [`error`] | misuse and failure, apart from refusal |
//! | [`time`], [`lifetime`] | milliseconds; idle, absolute, resolution |
//! | [`keyring`] | secrets, derived keys, rotation |
//! | [`cookie`] | the `Cookie` header, `Set-Cookie`, the headers caches obey |
//! | [`token`], `jar` | the sealed client token, and the cookies that it takes |
//! | [`transport`] | where a token may come from, and how it goes out |
//! | [`opening`] | the first token of a request that opens, else a new session |
//! | [`page_token`] | tokens for one page's forms and links |
//! | [`merge`], [`record`] | the last-writer-wins map and its byte layout |
//! | `sealed`, `overlay`, `diff` | sealed records; what the token carries; what changed |
//! | `users`, [`index`] | a user's records: from when on no session counts, and an entry for each |
//! | [`listing`], `revoke`, [`user_limit`] | which sessions there are, ending them, how many a user may have |
//! | [`named`] | sessions under the application's own ids |
//! | `aging` | namespaces with lifetimes of their own |
//! | `limits` | what is too large |
//! | `csrf` | tokens for forms |
//! | `sort`, `text`, `wire` | sorting, text and bytes, in little code |
//! | [`session`], `reading`, [`commit`], `ends`, `flush` | one session's life |
//! | `draft`, `next_token` | what a commit makes of the record, and of the token |
//! | [`plan`] | what the host must do next |
//! | `options`, `entropy` | what an application chooses; random bytes |
//! | `store_key` | handles, and the keys of the store |
//! | [`config`] | options that come as text |
//! | `js` | the surface for JavaScript, on wasm32 only, and where it is fuzzed |
#![no_std]
#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))] // on wasm32, wasm-bindgen's expansions need some
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

extern crate alloc;

mod aging;
pub mod commit;
pub mod config;
pub mod cookie;
mod csrf;
mod diff;
mod draft;
mod ends;
mod entropy;
pub mod error;
mod flush;
pub mod index;
mod jar;
#[cfg(any(target_arch = "wasm32", fuzzing))]
pub mod js;
pub mod keyring;
pub mod lifetime;
mod limits;
pub mod listing;
pub mod merge;
pub mod named;
mod next_token;
pub mod opening;
mod options;
mod overlay;
pub mod page_token;
pub mod plan;
mod reading;
pub mod record;
mod revoke;
mod sealed;
pub mod session;
mod sort;
mod store_key;
mod text;
pub mod time;
pub mod token;
pub mod transport;
pub mod user_limit;
mod users;
mod wire;

pub use aging::Aging;
pub use diff::SYSTEM;
pub use entropy::Entropy;
pub use error::{Code, Error, Reject};
pub use keyring::Keyring;
pub use lifetime::Lifetime;
pub use opening::Request;
pub use options::{Consistency, MAX_BUDGET, Options};
pub use plan::{Action, Change, Known, Loaded, Login, Opened, Plan, Put, Read, Snapshot, View};
pub use session::{Session, Sessions, Stored};
pub use transport::{Transport, Way};
