//! What an application chooses, checked once, before any request.

use alloc::string::String;
use alloc::vec::Vec;

use crate::aging::Aging;
use crate::cookie::{CookieOptions, DEFAULT_NAME, LOCAL_NAME, SameSite};
use crate::error::Error;
use crate::jar::{self, Jar};
use crate::keyring::Keyring;
use crate::lifetime::Lifetime;
use crate::text::decimal;
use crate::time::Span;
use crate::token;
use crate::transport::Transport;

/// The most bytes of a token: name, value and a few attributes fit the 4,096 bytes that a browser keeps.
pub const MAX_BUDGET: usize = 4_000;
const DEFAULT_BUDGET: usize = 3_800;
const DEFAULT_MAX_BYTES: usize = 1 << 20;
/// What Workers KV keeps under one key: 25 MiB.
const LARGEST_RECORD: usize = 25 << 20;
/// How long a change may take to show everywhere, unless the application says otherwise: twice the 60 s that Workers KV
/// names.
const HORIZON: Span = Span::from_secs(120);

/// How long a put may be put off: a Worker has 30 s after its response.
pub(crate) const LONGEST_WAIT: Span = Span::from_secs(25);

/// How soon a store shows what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// A read shows every write that was finished before it.
    Strong,
    /// A read may show an older state, or none.
    Eventual,
    /// There is no store: the token is the whole session. No plan has a write, and nobody need be asked: all that there is
    /// to know is [`Stored::Missing`](crate::Stored::Missing).
    None,
}

/// The choices of an application.
#[derive(Debug)]
pub struct Options {
    /// The keys of the secrets.
    pub keyring: Keyring,
    /// The session cookie. On plain http to localhost the default one goes by the name `session`, without `Secure`.
    pub cookie: CookieOptions,
    /// How long a session lives.
    pub lifetime: Lifetime,
    /// Binds tokens to this application where secrets are shared. `None`: the cookie's name.
    pub audience: Option<String>,
    /// How soon the store shows what was written.
    pub consistency: Consistency,
    /// The largest token in bytes; where it takes several cookies, of each.
    pub budget: usize,
    /// The largest record in bytes.
    pub max_bytes: usize,
    /// The largest value that can be set, in bytes of its text.
    pub max_value_bytes: usize,
    /// Records are sealed as well, not only the token.
    pub seal_records: bool,
    /// Whether sessions look for an end of all sessions, each once per `lifetime.resolution`; see
    /// [`Sessions::revoke_user`](crate::Sessions::revoke_user) of the empty user.
    pub global_epoch: bool,
    /// How long a change may take to show everywhere, on a store that is eventually consistent.
    pub horizon: Span,
    /// The record is put at most once per this time and visitor, where the token carries what is not put yet. Zero: at
    /// every change.
    pub write_interval: Span,
    /// A session that the store is known to show in an older state is an error, instead of being shown and marked.
    pub fail_on_stale: bool,
    /// Where a token may come from, in order of preference; each at most once.
    pub transports: Vec<Transport>,
    /// The methods of requests that may begin a session, with commas between them. Empty: all.
    pub create_on: String,
    /// The namespaces whose values have lifetimes of their own.
    pub aging: Vec<Aging>,
}

impl Options {
    /// The defaults: lifetime AAL2, tokens up to 3,800 bytes, records up to 1 MiB, not sealed; the audience is the
    /// cookie's name; tokens come by cookie alone.
    ///
    /// ```
    /// use edge_session::{Consistency, Keyring, Options};
    /// # let secret: Vec<u8> = (0..32).map(|i: u8| i.wrapping_mul(37)).collect();
    /// let keyring = Keyring::new(&[&secret])?;
    /// let options = Options::new(keyring, Consistency::Strong);
    /// assert_eq!(options.max_bytes, 1 << 20);
    /// # Ok::<(), edge_session::Error>(())
    /// ```
    pub fn new(keyring: Keyring, consistency: Consistency) -> Self {
        Self {
            keyring,
            cookie: CookieOptions::default(),
            audience: None,
            lifetime: Lifetime::default(),
            consistency,
            budget: DEFAULT_BUDGET,
            max_bytes: DEFAULT_MAX_BYTES,
            max_value_bytes: usize::MAX,
            seal_records: false,
            global_epoch: false,
            horizon: HORIZON,
            write_interval: Span::default(),
            fail_on_stale: false,
            transports: Vec::from([Transport::cookie()]),
            create_on: String::new(),
            aging: Vec::new(),
        }
    }

    pub(crate) fn check_budget(&self) -> Result<(), Error> {
        let least = token::OVERHEAD.saturating_mul(2);
        if (least..=MAX_BUDGET).contains(&self.budget) {
            return Ok(());
        }
        let [least, most] = [least, MAX_BUDGET].map(|bytes| decimal(bytes as u64));
        Err(Error::wrong("cookie.budget", &["must be between ", &least, " and ", &most, " bytes"].concat()))
    }

    pub(crate) fn check_epoch(&self) -> Result<(), Error> {
        match self.global_epoch && self.is_whole() {
            true => Err(Error::wrong(
                "globalEpoch",
                "needs a store: the cookie alone cannot tell that all sessions are over",
            )),
            false => Ok(()),
        }
    }

    pub(crate) fn check_max_bytes(&self) -> Result<(), Error> {
        match (self.max_bytes, self.max_value_bytes) {
            (1024..=LARGEST_RECORD, 1..) => Ok(()),
            (_, 0) => Err(Error::wrong("maxValueBytes", "must be at least 1")),
            _ => Err(Error::wrong("maxBytes", "must be between 1 KiB and 25 MiB")),
        }
    }

    /// # Errors
    /// `config`: a change that is carried for less time than it waits for its put could be lost.
    pub(crate) fn check_times(&self) -> Result<(), Error> {
        if self.horizon < Span::from_secs(60) {
            return Err(Error::wrong("horizon", "must be at least a minute, the time that Workers KV names"));
        }
        if self.write_interval > LONGEST_WAIT {
            return Err(Error::wrong("writeInterval", "must be at most 25 s, as long as a Worker may work on"));
        }
        Ok(())
    }

    /// The token is the whole session.
    pub(crate) fn is_whole(&self) -> bool {
        self.consistency == Consistency::None
    }

    /// The bytes of overlay that a token within the budget has room for.
    pub(crate) fn room(&self) -> usize {
        let text = if self.is_whole() { jar::longest(self.budget) } else { self.budget };
        text.saturating_mul(3).checked_div(4).unwrap_or(0).saturating_sub(token::OVERHEAD)
    }

    /// The cookie as a request from elsewhere gets it, and as one over plain http from this machine does.
    pub(crate) fn jars(&self) -> Result<[Jar; 2], Error> {
        let audience = self.audience();
        let jar = |cookie: &CookieOptions| Jar::new(audience, cookie, self.budget, self.is_whole());
        Ok([jar(&self.cookie)?, jar(&self.local_cookie())?])
    }

    /// What tokens are bound to where secrets are shared.
    pub(crate) fn audience(&self) -> &str {
        self.audience.as_deref().unwrap_or(&self.cookie.name)
    }

    fn local_cookie(&self) -> CookieOptions {
        let cookie = self.cookie.clone();
        if cookie.name != DEFAULT_NAME {
            return cookie;
        }
        let same_site = if cookie.same_site == SameSite::None { SameSite::Lax } else { cookie.same_site };
        CookieOptions { name: LOCAL_NAME.into(), secure: false, partitioned: false, same_site, ..cookie }
    }
}
