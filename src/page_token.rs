//! Tokens that one page carries: in a hidden field of its form, or in its links.

use alloc::string::String;

use crate::entropy::Entropy;
use crate::error::{Code, Error};
use crate::options::Consistency;
use crate::session::{Session, Sessions, behind};
use crate::time::Timestamp;
use crate::transport::Way;

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
}
