//! Where a token may come from: cookie, header, form or URL, in the application's order of preference.
//!
//! What is sealed for one is never accepted from another, nor under another name. A cookie and a header carry the token to
//! and fro; a form and a URL only bring one, which was made for one page and is dead minutes later. Those are what OWASP
//! advises against: a session id in a URL "might disclose the session ID (in web links and logs, web browser history and
//! bookmarks, the Referer header or search engines), as well as facilitate other attacks, such as the manipulation of the
//! ID or session fixation attacks" (Session Management Cheat Sheet, "Session ID Exchange Mechanisms").

use alloc::string::String;
use alloc::vec::Vec;

use crate::entropy::Entropy;
use crate::error::Error;
use crate::options::Options;
use crate::session::{Session, Sessions, foreign};
use crate::time::Span;
use crate::token::{self, Client, Scope};

/// How long a form's or a URL's token opens its session, unless the application says otherwise.
const LIFETIME: Span = Span::from_secs(600);
/// A token for longer than that would be a second cookie, in places that nobody clears.
const LONGEST: Span = Span::from_days(1);
/// The most characters of a name in a form or a URL.
const LONGEST_NAME: usize = 64;

/// A form is read whole before the session is open, so it may not be large: 1 MiB.
pub(crate) const LARGEST_FORM: usize = 1 << 20;

/// How a token travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In the `Cookie` header, and back in `Set-Cookie`.
    Cookie,
    /// In a request header, and back in the response header of that name.
    Header,
    /// In a field of a form. Nothing goes back.
    Form,
    /// In a URL. Nothing goes back.
    Url,
}

impl Way {
    /// The way of this number, which is its place in the list above.
    pub(crate) fn of(number: u8) -> Option<Self> {
        [Self::Cookie, Self::Header, Self::Form, Self::Url].get(usize::from(number)).copied()
    }

    /// The way of this name, as the option has it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "cookie" => Some(Self::Cookie),
            "header" => Some(Self::Header),
            "form" => Some(Self::Form),
            "url" => Some(Self::Url),
            _ => None,
        }
    }

    /// What goes out this way comes back with the next request.
    pub(crate) const fn carries(self) -> bool {
        matches!(self, Self::Cookie | Self::Header)
    }
}

/// One transport of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transport {
    /// How a token travels.
    pub way: Way,
    /// The header's, the field's or the parameter's name. A cookie's stands among its own options.
    pub name: String,
    /// How long a form's or a URL's token opens its session, counted from when it was made.
    pub lifetime: Span,
}

impl Transport {
    /// The session cookie.
    pub const fn cookie() -> Self {
        Self { way: Way::Cookie, name: String::new(), lifetime: LIFETIME }
    }

    /// A header, a form's field or a URL's parameter of this name; tokens for the latter two live for ten minutes.
    pub fn new(way: Way, name: &str) -> Self {
        Self { way, name: name.into(), lifetime: LIFETIME }
    }

    /// `whole`: the token is the whole session.
    pub(crate) fn scope(&self, whole: bool, audience: &str) -> Scope {
        let purpose: &[u8] = match self.way {
            Way::Cookie => return Scope::new(whole, audience, &self.name),
            Way::Header if whole => b"edge-session header-whole ",
            Way::Header => b"edge-session header ",
            Way::Form => b"edge-session form ",
            Way::Url => b"edge-session url ",
        };
        Scope::of(purpose, audience, &self.name)
    }

    /// The part of the option that is wrong, and why.
    fn check(&self, whole: bool) -> Result<(), (&'static str, &'static str)> {
        if self.way.carries() {
            let fits = self.way == Way::Cookie || is_header_name(&self.name);
            return if fits {
                Ok(())
            } else {
                Err((".name", "must be a header's name, other than Cookie and Set-Cookie"))
            };
        }
        if whole {
            return Err((
                "",
                "needs a store: with cookieStore() the token is the whole session, and no link can hold that",
            ));
        }
        let (fits, rule): (fn(u8) -> bool, _) = match self.way {
            Way::Url => (is_url_letter, "must be 1 to 64 characters of A-Z a-z 0-9 _ -"),
            _ => (is_field_letter, "must be 1 to 64 visible ASCII characters other than \""),
        };
        if !(1..=LONGEST_NAME).contains(&self.name.len()) || !self.name.bytes().all(fits) {
            return Err((".name", rule));
        }
        if self.lifetime == Span::default() || self.lifetime > LONGEST {
            return Err((".lifetime", "must be longer than nothing and at most a day"));
        }
        Ok(())
    }
}

impl Options {
    /// # Errors
    /// `config`: no transport, one that is wrong, or a method that is.
    pub(crate) fn check_transports(&self) -> Result<(), Error> {
        if self.transports.is_empty() {
            return Err(Error::wrong("transports", "must name at least one"));
        }
        (0..self.transports.len()).try_for_each(|place| self.check_transport(place, "transports"))?;
        self.check_methods()
    }

    /// `field`: by which the application knows it.
    pub(crate) fn check_transport(&self, place: usize, field: &str) -> Result<(), Error> {
        let Some((transport, before)) = self.transports.get(..=place).and_then(<[_]>::split_last) else {
            return Ok(());
        };
        let again = before.iter().any(|earlier| earlier.way == transport.way);
        let checked = if again { Err(("", "is given twice")) } else { transport.check(self.is_whole()) };
        checked.map_err(|(part, reason)| Error::wrong(&[field, part].concat(), reason))
    }

    pub(crate) fn transport(&self, way: Way) -> Option<&Transport> {
        self.transports.iter().find(|transport| transport.way == way)
    }
}

impl Sessions {
    /// The lines that make the visitor's client forget its token; the session lives on.
    ///
    /// # Errors
    /// `internal` when a line cannot be made.
    pub fn forget(&self, session: &Session) -> Result<Vec<String>, Error> {
        match session.way {
            _ if session.named => Ok(Vec::new()),
            Way::Header => Ok(Vec::from([String::new()])),
            _ if self.options.transport(Way::Cookie).is_some() => self.jar(session.local).delete(session.held),
            _ => Ok(Vec::new()),
        }
    }

    /// How a token goes out: the same way, or by the first transport that carries one. Where none does, it does not.
    pub(crate) fn reply(&self, way: Way) -> Way {
        let carrier = || self.options.transports.iter().map(|transport| transport.way).find(|way| way.carries());
        if way.carries() { way } else { carrier().unwrap_or(Way::Url) }
    }

    /// The header's value; nothing for a session that does not go by header.
    pub(crate) fn header_line(&self, way: Way, client: &Client, entropy: &Entropy) -> Result<Vec<String>, Error> {
        match self.options.transport(way).filter(|transport| transport.way == Way::Header) {
            Some(transport) => Ok(Vec::from([self.seal_for(transport, client, entropy)?])),
            None => Ok(Vec::new()),
        }
    }

    pub(crate) fn seal_for(&self, transport: &Transport, client: &Client, entropy: &Entropy) -> Result<String, Error> {
        let scope = transport.scope(self.options.is_whole(), self.options.audience());
        token::seal(client, self.newest()?, &scope, &entropy.token_nonce(), |_| 0).ok_or_else(foreign)
    }
}

/// `token`, RFC 9110, section 5.6.2.
fn is_header_name(name: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&letter);
    let taken = ["cookie", "set-cookie"].iter().any(|taken| name.eq_ignore_ascii_case(taken));
    !name.is_empty() && name.bytes().all(is_letter) && !taken
}

/// What stands for itself in a query and in a path.
const fn is_url_letter(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-')
}

/// Browsers write a quotation mark in the name of a field as `%22`, and not all servers read that back.
const fn is_field_letter(letter: u8) -> bool {
    letter.is_ascii_graphic() && letter != b'"'
}
