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
use core::iter::once;

use crate::cookie::{Attributes, Candidates, CookieOptions, candidates};
use crate::error::{Error, Reject};
use crate::keyring::{KeyId, Keyring, Keys, NONCE_BYTES};
use crate::session::foreign;
use crate::time::Span;
use crate::token::{self, Client, Scope};

/// The most cookies for one token.
///
/// Node.js refuses a request whose headers have more than 16 KiB together (431), and would refuse every later one of that
/// visitor as well. Three cookies have at most 12,000 bytes, which leaves a quarter to all other headers and cookies.
/// Workers take 128 KB; browsers keep at least 50 cookies per domain (RFC 6265bis, section 6.1).
const MOST: usize = 3;

/// Where in a token's text its generation stands: within the nonce.
const GENERATION: core::ops::Range<usize> = 8..16;

/// What a further cookie has more than the first: `.1` in its name, and the generation.
const PART_COST: usize = 2 + 8;

/// The cookies, and what their token is bound to.
#[derive(Debug)]
pub(crate) struct Jar {
    cookie: Attributes,
    /// In the order of the parts; none where a token is never cut.
    further: Vec<Attributes>,
    pub(crate) secure: bool,
    scope: Scope,
    /// The most bytes of a token in one cookie.
    budget: usize,
}

/// What a browser sent: the values under the name of each cookie.
pub(crate) struct Sent<'h> {
    first: Candidates<'h>,
    further: Vec<Candidates<'h>>,
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
        let cookie = Attributes::new(cookie)?;
        let places = if whole { 1..MOST } else { 0..0 };
        let further = places.map(|place| cookie.numbered(place)).collect();
        Ok(Self { cookie, further, secure, scope, budget })
    }

    /// The values that came under the cookies' names, in time linear in the header's length.
    pub(crate) fn sent<'h>(&self, header: &'h str) -> Sent<'h> {
        let read = |cookie: &Attributes| candidates(header, cookie.name());
        Sent { first: read(&self.cookie), further: self.further.iter().map(read).collect() }
    }

    /// The one session that the cookies agree on; of several tokens for it, the latest.
    ///
    /// In a box, since candidates are handed around more than they are looked at.
    pub(crate) fn find(&self, sent: &Sent<'_>, ring: &Keyring) -> Result<Option<Box<Arrival>>, Reject> {
        sent.first.choose(
            |token| {
                let (text, further) = sent.join(token)?;
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

    fn lines(&self, token: &str, left: Option<Span>, held: u8) -> Result<Vec<String>, Error> {
        let mut parts = cut(token, self.budget).into_iter();
        if parts.len() > self.further.len().saturating_add(1) {
            return Err(foreign()); // who fills the token sees to it that this cannot be
        }
        let mut lines = Vec::new();
        for (place, cookie) in once(&self.cookie).chain(&self.further).enumerate() {
            match parts.next() {
                Some(part) => lines.push(cookie.set(&part, left)?),
                None if (held >> place) & 1 != 0 => lines.push(cookie.delete()),
                None => {}
            }
        }
        Ok(lines)
    }
}

impl<'h> Sent<'h> {
    /// Which cookies the browser has: bit 0 stands for the first. That one always counts, as a session's cookie.
    pub(crate) fn held(&self) -> u8 {
        let bit = |place: usize, found: &Candidates<'_>| u8::from(found.certain().next().is_some()) << place;
        self.further.iter().zip(1..).map(|(found, place)| bit(place, found)).sum::<u8>() | places(0)
    }

    /// The whole text of the token that begins with `first`, and in how many further cookies it came.
    fn join(&self, first: &'h str) -> Result<(Cow<'h, str>, usize), Reject> {
        let further = token::further(first);
        // A count that no release of this application writes: the token is read as what it says, and refused.
        let Some(parts @ [_, ..]) = self.further.get(..further) else { return Ok((Cow::Borrowed(first), 0)) };
        let generation = first.get(GENERATION).ok_or(Reject::Malformed)?;
        let mut text = String::from(first);
        for part in parts {
            text.push_str(only(part, generation).ok_or(Reject::Incomplete)?);
        }
        Ok((Cow::Owned(text), further))
    }
}

/// The one part of this generation. The order of the cookies decides nothing: if there are two, neither is taken.
fn only<'h>(found: &Candidates<'h>, generation: &str) -> Option<&'h str> {
    let mut parts = found.certain().chain(found.possible()).filter_map(|value| value.strip_prefix(generation));
    let part = parts.next()?;
    parts.all(|other| other == part).then_some(part)
}

/// The parts of a token: its text, and what a browser keeps of it under each name.
fn cut(token: &str, budget: usize) -> Vec<Cow<'_, str>> {
    let size = if token.len() > budget { budget.saturating_sub(PART_COST) } else { budget };
    let generation = token.get(GENERATION).unwrap_or_default();
    let (mut parts, mut rest) = (Vec::new(), token);
    while !rest.is_empty() {
        let (part, more) = rest.split_at_checked(size).unwrap_or((rest, ""));
        let first = parts.is_empty();
        parts.push(if first { Cow::Borrowed(part) } else { Cow::Owned([generation, part].concat()) });
        rest = more;
    }
    parts
}

/// In how many further cookies a token of this length goes on.
fn further(length: usize, budget: usize) -> usize {
    let parts = if length > budget { length.div_ceil(budget.saturating_sub(PART_COST).max(1)) } else { 1 };
    parts.saturating_sub(1)
}

/// The longest token that [`MOST`] cookies hold.
pub(crate) const fn longest(budget: usize) -> usize {
    budget.saturating_sub(PART_COST).saturating_mul(MOST)
}

/// The bits of the first cookie and of so many further ones.
const fn places(further: usize) -> u8 {
    (2_u8 << further).wrapping_sub(1)
}
