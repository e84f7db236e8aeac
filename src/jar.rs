//! The session's cookies: one, or, where the token is the whole session, as many as it takes.
//!
//! A browser drops a cookie of more than 4,096 bytes, so a longer token is cut into parts:
//!
//! ```text
//! __Host-session      the token's text begins
//! __Host-session.1    generation 8 | it goes on
//! __Host-session.2    generation 8 | it ends
//! ```
//!
//! The first byte of a token says in how many further cookies it goes on. The generation is eight characters of its nonce:
//! random, and new with every token. Both are authenticated with all the rest, so that no part can be left out, added or
//! exchanged for one of another token: what is not as it was sent is refused.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::cookie::{Attributes, Candidates, CookieOptions, Numbered, candidates, numbered};
use crate::error::{Error, Reject};
use crate::keyring::{KeyId, Keyring, Keys, NONCE_BYTES};
use crate::session::foreign;
use crate::time::Span;
use crate::token::{self, Client, Scope};

/// What stands behind the cookie's name, for as many cookies as one token may take.
///
/// Node.js refuses a request whose headers have more than 16 KiB together (431), and would refuse every later one of that
/// visitor as well. Three cookies have at most 12,000 bytes, which leaves a quarter to all other headers and cookies.
/// Workers take 128 KB; browsers keep at least 50 cookies per domain (RFC 6265bis, section 6.1).
const SUFFIXES: [&str; 3] = ["", ".1", ".2"];

/// Where in a token's text its generation stands: within the nonce.
const GENERATION: core::ops::Range<usize> = 8..16;

/// What a further cookie has more than the first: `.1` in its name, and the generation.
const PART_COST: usize = 2 + 8;

/// The cookies, and what their token is bound to.
#[derive(Debug)]
pub(crate) struct Jar {
    cookie: Attributes,
    /// How many further cookies there may be; none where a token is never cut.
    further: usize,
    pub(crate) secure: bool,
    scope: Scope,
    /// The most bytes of a token in one cookie.
    budget: usize,
}

/// What a browser sent.
pub(crate) struct Sent<'h> {
    first: Candidates<'h>,
    further: Vec<Numbered<'h>>,
}

/// What a token says, and how it came.
pub(crate) struct Arrival {
    pub(crate) client: Client,
    pub(crate) key_id: KeyId,
    /// The cookies that it takes, as [`Sent::held`] has them.
    pub(crate) takes: u8,
}

impl Jar {
    /// `whole`: the token is the whole session, and may take several cookies.
    pub(crate) fn new(audience: &str, cookie: &CookieOptions, budget: usize, whole: bool) -> Result<Self, Error> {
        let scope = Scope::new(whole, audience, &cookie.name);
        let secure = cookie.secure;
        let further = if whole { SUFFIXES.len().saturating_sub(1) } else { 0 };
        Ok(Self { cookie: Attributes::new(cookie)?, further, secure, scope, budget })
    }

    /// The values that came under the cookies' names, in time linear in the header's length.
    pub(crate) fn sent<'h>(&self, header: &'h str) -> Sent<'h> {
        let name = self.cookie.name();
        let further = if self.further > 0 { numbered(header, name, self.further) } else { Vec::new() };
        Sent { first: candidates(header, name), further }
    }

    /// The one session that the cookies agree on; of several tokens for it, the latest.
    ///
    /// In a box, since candidates are handed around more than they are looked at.
    pub(crate) fn find(&self, sent: &Sent<'_>, ring: &Keyring) -> Result<Option<Box<Arrival>>, Reject> {
        sent.first.choose(
            |token| {
                let further = self.further(token);
                let text = sent.join(token, further)?;
                let (client, key_id) = token::open(&text, further, ring, &self.scope)?;
                Ok(Box::new(Arrival { client, key_id, takes: places(further) }))
            },
            |a, b| match a.client.id == b.client.id {
                true if a.client.latest() < b.client.latest() => Some(b),
                true => Some(a),
                false => None,
            },
        )
    }

    /// In how many further cookies the token that begins so goes on. Of one that no release writes, it is none: that is
    /// refused for what it is.
    fn further(&self, token: &str) -> usize {
        if self.further == 0 {
            0
        } else {
            Some(token::further(token)).filter(|more| *more <= self.further).unwrap_or(0)
        }
    }

    /// The `Set-Cookie` values of the token of `client`, for `left`, what the session has left to live, and which cookies it
    /// takes. Those that the browser `held` and nobody needs any more are deleted.
    pub(crate) fn set(
        &self,
        client: &Client,
        keys: &Keys,
        nonce: &[u8; NONCE_BYTES],
        left: Option<Span>,
        held: u8,
    ) -> Result<(Vec<String>, u8), Error> {
        let token = token::seal(client, keys, &self.scope, nonce, |length| further(length, self.budget));
        let token = token.ok_or_else(foreign)?;
        Ok((self.lines(&token, left, held)?, places(further(token.len(), self.budget))))
    }

    /// The `Set-Cookie` values that delete the cookies that the browser `held`.
    pub(crate) fn delete(&self, held: u8) -> Result<Vec<String>, Error> {
        self.lines("", None, held)
    }

    /// The lines that set every part of `token`, and delete what the browser holds beyond.
    fn lines(&self, token: &str, left: Option<Span>, held: u8) -> Result<Vec<String>, Error> {
        let size = if token.len() > self.budget { part_size(self.budget) } else { self.budget };
        let (mut lines, mut generation, mut rest) = (Vec::new(), "", token);
        for (place, suffix) in SUFFIXES.iter().enumerate() {
            if !rest.is_empty() {
                let (part, more) = rest.split_at_checked(size).unwrap_or((rest, ""));
                lines.push(self.cookie.set_with(suffix, &[generation, part].concat(), left)?);
                (generation, rest) = (token.get(GENERATION).unwrap_or_default(), more);
            } else if (held >> place) & 1 != 0 {
                lines.push(self.cookie.delete_with(suffix));
            }
        }
        // Who fills the token sees to it that nothing is left over.
        if rest.is_empty() { Ok(lines) } else { Err(foreign()) }
    }
}

impl<'h> Sent<'h> {
    /// Which cookies the browser has: bit 0 stands for the first, which always counts. One behind a comma does not: if it
    /// is a part of somebody else's value, it could never be deleted.
    pub(crate) fn held(&self) -> u8 {
        let own = self.further.iter().filter(|part| !part.behind_comma);
        own.fold(1, |held, part| held | 1 << part.number)
    }

    /// The whole text of the token that begins with `first` and goes on in so many further cookies.
    ///
    /// The order of the cookies decides nothing: of two different parts of one place and generation, neither is taken.
    fn join(&self, first: &'h str, further: usize) -> Result<Cow<'h, str>, Reject> {
        let generation = first.get(GENERATION).unwrap_or_default();
        let mut text = Cow::Borrowed(first);
        for place in 1..=further {
            let mut part = None;
            for sent in self.further.iter().filter(|sent| sent.number == place) {
                let Some(value) = sent.value.strip_prefix(generation) else { continue };
                if part.replace(value).is_some_and(|other| other != value) {
                    return Err(Reject::Incomplete);
                }
            }
            text.to_mut().push_str(part.ok_or(Reject::Incomplete)?);
        }
        Ok(text)
    }
}

/// In how many further cookies a token of this length goes on.
fn further(length: usize, budget: usize) -> usize {
    if length > budget { length.saturating_sub(1).checked_div(part_size(budget)).unwrap_or(0) } else { 0 }
}

/// The longest token that the cookies hold together.
pub(crate) const fn longest(budget: usize) -> usize {
    part_size(budget).saturating_mul(SUFFIXES.len())
}

/// How much of a token's text one of several cookies holds.
const fn part_size(budget: usize) -> usize {
    budget.saturating_sub(PART_COST)
}

/// The bits of the first cookie and of so many further ones.
const fn places(further: usize) -> u8 {
    (2_u8 << further).wrapping_sub(1)
}
