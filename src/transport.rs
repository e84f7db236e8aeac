//! Where a token may come from: cookie, header, form or URL, in the application's order of preference.
//!
//! What is sealed for one is never accepted from another, nor under another name. A cookie and a header carry the token to
//! and fro; a form and a URL only bring one, which was made for one page and is dead minutes later. Those are what OWASP
//! advises against: a session id in a URL "might disclose the session ID (in web links and logs, web browser history and
//! bookmarks, the Referer header or search engines), as well as facilitate other attacks, such as the manipulation of the
//! ID or session fixation attacks" (Session Management Cheat Sheet, "Session ID Exchange Mechanisms").

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::cookie::{MAX_VALUE, Origin};
use crate::error::{Code, Error, Reject};
use crate::jar::Arrival;
use crate::options::{Consistency, Entropy, Options, handle_text};
use crate::plan::Opened;
use crate::session::{Session, Sessions, behind, foreign};
use crate::text::{split, trim};
use crate::time::{Span, Timestamp};
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
    fn scope(&self, whole: bool, audience: &str) -> Scope {
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

    pub(crate) fn check_methods(&self) -> Result<(), Error> {
        match self.create_on.bytes().all(|letter| letter.is_ascii_uppercase() || letter == b',') {
            true => Ok(()),
            false => Err(Error::wrong("createOn", "must be methods in capital letters, such as \"POST\"")),
        }
    }

    /// Whether a request of this method may begin a session.
    fn begins(&self, method: &str) -> bool {
        self.create_on.is_empty() || !method.is_empty() && split(&self.create_on, b',').any(|on| on == method)
    }

    fn transport(&self, way: Way) -> Option<&Transport> {
        self.transports.iter().find(|transport| transport.way == way)
    }
}

/// What a request brought.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// By [`Way`]: the `Cookie` header; the header's value; those of the form's fields and of the URL's parameters, with
    /// commas between them. Empty ones are none; but a client that sends the header, empty, asks for its session in it: that
    /// is a comma.
    pub sent: [&'r str; 4],
    /// Whether a browser keeps a `Secure` cookie of this page.
    pub origin: Origin,
    /// Its method; asked for only where [`Options::create_on`] names some.
    pub method: &'r str,
}

impl<'r> Request<'r> {
    fn text(&self, way: Way) -> &'r str {
        self.sent.get(way as usize).copied().unwrap_or_default()
    }
}

/// What a form's or a URL's token is made for.
#[derive(Clone, Debug)]
pub struct Page {
    /// The session as it was saved.
    pub session: Session,
    /// A form or a URL.
    pub way: Way,
    /// The store was known to show less than this visitor has seen.
    pub stale: bool,
    /// The application has changed something that is not saved.
    pub unsaved: bool,
}

impl Sessions {
    /// The visitor's session: the first that opens, in the order of preference.
    ///
    /// What does not open is no error: the next transport is looked at, [`Opened::refused`] says why, and nothing is read for
    /// it. Who has none gets a new session, which goes out the way that was tried, else by the first that carries one. `draw`
    /// is called for a new session only: for one that goes on, randomness would be drawn in vain.
    ///
    /// # Errors
    /// `config` when the page came over plain http from another machine, where a `Secure` cookie would never stick;
    /// `internal` when the keyring is empty; what `draw` fails with.
    pub fn open_request(
        &self,
        request: &Request<'_>,
        now: Timestamp,
        draw: impl FnOnce() -> Result<Entropy, Error>,
    ) -> Result<Opened, Error> {
        let local = request.origin == Origin::LocalHttp;
        let jar = self.jar(local);
        if request.origin == Origin::RemoteHttp && jar.secure && self.options.transport(Way::Cookie).is_some() {
            return Err(Error::new(
                Code::Config,
                "cookie.secure: this page came over plain http, where browsers refuse the session cookie; use https (or localhost)",
            ));
        }
        let cookies = jar.sent(request.text(Way::Cookie));
        let (held, denied) = (cookies.held(), !self.options.begins(request.method));
        let (mut refused, mut expired, mut tried) = ([None; 4], None, None);
        for transport in &self.options.transports {
            let way = transport.way;
            let found = match way {
                Way::Cookie => jar.find(&cookies, &self.options.keyring),
                _ => self.find(transport, request.text(way), held, now),
            };
            let asks = found.is_err() || way == Way::Header && !request.text(way).is_empty();
            tried = tried.or(Some(way).filter(|way| asks && way.carries()));
            let reject = match found {
                Ok(None) => continue,
                Ok(Some(found)) => {
                    let Arrival { client, key_id, takes } = *found;
                    let reseal = way.carries() && (key_id != self.newest()?.id() || held & !takes != 0);
                    let mut session = self.session(client, reseal, local)?;
                    (session.held, session.way, session.denied) = (held, way, denied);
                    let Session { client, handle, .. } = &session;
                    let Some(end) = self.options.lifetime.ended(client.began, client.last_access, now) else {
                        let (session, read) = self.look(session, now);
                        return Ok(Opened { read: Some(read), session, refused, expired });
                    };
                    expired = Some((handle_text(handle), end));
                    Reject::Expired
                }
                Err(reject) => reject,
            };
            if let Some(slot) = refused.get_mut(way as usize) {
                *slot = Some(reject);
            }
        }
        let mut session = self.fresh(local, now, &draw()?)?;
        (session.held, session.way, session.denied) = (held, self.reply(tried.unwrap_or(Way::Url)), denied);
        Ok(Opened { session, read: None, refused, expired })
    }

    /// What came by one transport other than the cookie.
    fn find(
        &self,
        transport: &Transport,
        text: &str,
        held: u8,
        now: Timestamp,
    ) -> Result<Option<Box<Arrival>>, Reject> {
        let Some(text) = only(text)? else { return Ok(None) };
        let whole = self.options.is_whole();
        if text.len() > if whole { 3 * MAX_VALUE } else { MAX_VALUE } {
            return Err(Reject::Oversized);
        }
        let scope = transport.scope(whole, self.options.audience());
        let (client, key_id) = token::open(text, 0, &self.options.keyring, &scope)?;
        if !transport.way.carries() && now >= client.last_access.after(transport.lifetime) {
            return Err(Reject::Expired);
        }
        Ok(Some(Box::new(Arrival { client, key_id, takes: held })))
    }

    /// A token for a form or a URL of one page: it opens the session for the transport's lifetime, and carries nothing of it
    /// but what tells a store that is behind.
    ///
    /// # Errors
    /// `config` where the application has no such transport, or where the session is new and the request may not begin one;
    /// `value` for a session that no token leads to; `stale` where a change is not saved yet that the token would have to know of; `internal` when the session is not one
    /// this application opened.
    pub fn page_token(&self, page: Page, now: Timestamp, entropy: &Entropy) -> Result<String, Error> {
        let Page { mut session, way, stale, unsaved } = page;
        let transport = self.options.transport(way).filter(|transport| !transport.way.carries());
        let transport = transport.ok_or_else(|| Error::wrong("transports", "this needs one that is not among them"))?;
        session.check_begins()?;
        if session.named {
            return Err(Error::new(Code::Value, "no link leads to a session under an id of the application's own"));
        }
        if unsaved && self.options.consistency == Consistency::Eventual {
            return Err(behind(
                "a link that does not know of the changes made so far could lose them; await save() first",
            ));
        }
        let client = &mut session.client;
        (_, client.seen) = client.latest();
        client.behind = match stale {
            true if client.behind == Timestamp::default() => now,
            true => client.behind,
            false => Timestamp::default(),
        };
        client.last_access = now;
        client.overlay.clear();
        self.seal_for(transport, client, entropy)
    }

    /// The session of a token that this application sealed for a header, a form or a URL, to go on by cookie; for anything
    /// else a new session, which no cookie is to be made of.
    ///
    /// # Errors
    /// `config` where the application has no cookie, or nothing else; otherwise as [`Sessions::open_request`].
    pub fn force(
        &self,
        token: &str,
        origin: Origin,
        now: Timestamp,
        draw: impl FnOnce() -> Result<Entropy, Error>,
    ) -> Result<Opened, Error> {
        if self.options.transport(Way::Cookie).is_none() || self.options.transports.len() < 2 {
            return Err(Error::wrong("transports", "force needs cookie() and another among them"));
        }
        let request = Request { sent: ["", token, token, token], origin, method: "" };
        let mut opened = self.open_request(&request, now, draw)?;
        let session = &mut opened.session;
        session.way = if session.way == Way::Header { Way::Cookie } else { session.way };
        session.reseal = !session.fresh;
        // What is sealed for one is forged for all others: the last of the reasons tells more.
        let reject = opened.refused.into_iter().max().flatten().filter(|_| session.fresh);
        opened.refused = [reject, None, None, None];
        Ok(opened)
    }

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

    fn seal_for(&self, transport: &Transport, client: &Client, entropy: &Entropy) -> Result<String, Error> {
        let scope = transport.scope(self.options.is_whole(), self.options.audience());
        token::seal(client, self.newest()?, &scope, &entropy.token_nonce(), |_| 0).ok_or_else(foreign)
    }
}

impl Session {
    /// How its token came; for a new session, how it goes out.
    pub const fn way(&self) -> Way {
        self.way
    }

    /// # Errors
    /// `config` for a session that is new, and that this request may not begin.
    pub(crate) fn check_begins(&self) -> Result<(), Error> {
        match self.fresh && self.denied {
            true => {
                Err(Error::wrong("createOn", "this visitor has no session, and a request of this method begins none"))
            }
            false => Ok(()),
        }
    }
}

/// The text, if all that are there are the same: of two different ones neither can be trusted over the other, whatever comes
/// first.
fn only(texts: &str) -> Result<Option<&str>, Reject> {
    let mut texts = split(texts, b',').map(trim).filter(|text| !text.is_empty());
    let Some(first) = texts.next() else { return Ok(None) };
    if texts.all(|other| other == first) { Ok(Some(first)) } else { Err(Reject::Duplicate) }
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
