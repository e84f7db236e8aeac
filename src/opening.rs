//! Opening a request: the first token that opens is the visitor's session; who has none gets a new one.

use alloc::boxed::Box;

use crate::cookie::{MAX_VALUE, Origin};
use crate::entropy::Entropy;
use crate::error::{Code, Error, Reject};
use crate::jar::Arrival;
use crate::options::Options;
use crate::plan::Opened;
use crate::session::{Session, Sessions};
use crate::store_key::handle_text;
use crate::text::{split, trim};
use crate::time::Timestamp;
use crate::token::{self, Client};
use crate::transport::{Transport, Way};

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
        self.check_sticks(request.origin, jar.secure)?;
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
                Ok(Some(arrival)) => {
                    let Arrival { client, key_id, takes } = *arrival;
                    let reseal = way.carries() && (key_id != self.newest()?.id() || held & !takes != 0);
                    let mut session = self.session(client, reseal, local)?;
                    (session.held, session.way, session.denied) = (held, way, denied);
                    let Client { began, last_access, .. } = session.client;
                    let Some(end) = self.options.lifetime.ended(began, last_access, now) else {
                        let (session, read) = self.look(session, now);
                        return Ok(Opened { read: Some(read), session, refused, expired });
                    };
                    expired = Some((handle_text(&session.handle), end));
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

    fn check_sticks(&self, origin: Origin, secure: bool) -> Result<(), Error> {
        if origin == Origin::RemoteHttp && secure && self.options.transport(Way::Cookie).is_some() {
            return Err(Error::new(
                Code::Config,
                "cookie.secure: this page came over plain http, where browsers refuse the session cookie; use https (or localhost)",
            ));
        }
        Ok(())
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
}

impl Options {
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
}

impl Session {
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
