//! The token that a commit leaves the visitor with: what it says, and how it goes out.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::commit::Step;
use crate::diff;
use crate::error::Error;
use crate::options::LONGEST_WAIT;
use crate::overlay::Carried;
use crate::plan::{Action, Put};
use crate::reading::GIVE_UP;
use crate::record::Live;
use crate::session::{Looked, Session, foreign, garbage};
use crate::time::{Span, Timestamp};
use crate::token::{Client, Former};
use crate::transport::Way;
use crate::users::{self, UserKey};

impl Step<'_> {
    /// What the next token says.
    pub(crate) fn next_client(
        &self,
        carried: Carried,
        stale: bool,
        behind: Timestamp,
        full: &Live<'_>,
    ) -> Result<Client, Error> {
        let old = &self.session.client;
        let mut client = old.clone();
        client.overlay = carried.overlay;
        client.behind = behind;
        client.seen = if stale { old.seen.max(carried.seen) } else { carried.seen };
        client.former = self.former()?.map(Box::new);
        if self.rotates {
            client.id = self.entropy.id();
            client.home = self.sessions.newest()?.id();
        }
        if matches!(self.action, Action::Login(_) | Action::Logout) {
            client.began = self.now;
        }
        let signs_in = matches!(self.action, Action::Login(_));
        if (self.rotates || signs_in) && !self.sessions.options.is_whole() {
            self.belong(&mut client, full)?;
        }
        let refresh = self.sessions.options.lifetime.refresh_due(old.last_access, self.now);
        if (refresh || self.session.reseal || client != *old) && !self.puts_off_looking() {
            // Where it was looked up, the next time is to be counted from then: a request may take long.
            let accessed = if self.sessions.looks_rarely(self.session) { self.known.at } else { self.now };
            client.last_access = accessed.max(old.last_access);
        }
        Ok(client)
    }

    /// Whose it is from now on, and which of the user's epochs spared it.
    fn belong(&self, client: &mut Client, full: &Live<'_>) -> Result<(), Error> {
        let user = diff::user(full).ok_or_else(garbage)?;
        let home = self.sessions.options.keyring.find(&client.home).ok_or_else(foreign)?;
        client.user = user.map(|user| users::user_of(home, user));
        // The new id is not the one that the user's record spares.
        client.spared = match self.action {
            Action::Rotate => {
                self.known.epoch_of(&self.session.client).map_or(client.spared, |epoch| epoch.max(client.spared))
            }
            _ => Timestamp::default(),
        };
        Ok(())
    }

    /// What names the session in ends that may not show yet, where that is another secret than names it from now on.
    fn former(&self) -> Result<Option<Former>, Error> {
        let Client { home, user, .. } = self.session.client;
        let signs = matches!(self.action, Action::Login(_) | Action::Logout);
        // Who signs in or out leaves the old user's record behind.
        let stays = |user: Option<UserKey>| user.filter(|_| !signs);
        let former = match self.rotates && home != self.sessions.newest()?.id() {
            true => Some(Former { home, user, until: self.now.after(GIVE_UP) }),
            false => self.session.client.former.as_deref().copied().filter(|former| self.now < former.until),
        };
        let former = former.map(|former| Former { user: stays(former.user), ..former });
        Ok(former.filter(|former| former.user.is_some() || self.sessions.heeds_everybody(self.session)))
    }

    /// Whenever a token is sealed anyway it tells the last access to the millisecond; but one that has not been looked up in
    /// its user's record must not put off when it will be.
    fn puts_off_looking(&self) -> bool {
        self.session.looked == Looked::No
            && match self.action {
                // Who signs in or out leaves the old user's record behind, but not everybody's.
                Action::Login(_) | Action::Logout => self.sessions.heeds_everybody(self.session),
                _ => self.keeps() && self.sessions.looks_rarely(self.session),
            }
    }

    /// When the record is put, where the token carries it all, and what the token says of that.
    pub(crate) fn slot(&self, client: &mut Client) -> Put {
        let interval = self.sessions.options.write_interval;
        if self.known.scheduled {
            return Put::Joined;
        }
        // Whoever plans a put says so in the token, so that another location plans its own for later. One that lies further
        // ahead than anybody plans was planned by a clock that is fast.
        let latest = self.now.after(LONGEST_WAIT);
        let next = client.slot.after(interval);
        if client.slot == Timestamp::default() || next <= self.now || client.slot > latest {
            client.slot = if interval == Span::default() { client.slot } else { self.now };
            return Put::Behind;
        }
        if next > latest {
            return Put::Carried;
        }
        client.slot = next;
        Put::At(next)
    }

    /// How the token goes out. The id that a link brought is never told to the browser: whoever sent the link had chosen it.
    /// A new one is, and the old one where the application [forces](Sessions::force) that.
    pub(crate) fn goes_by(&self) -> Way {
        match self.session.way {
            way if way.carries() => way,
            _ if self.session.reseal => Way::Cookie,
            way if self.rotates => self.sessions.reply(way),
            way => way,
        }
    }

    /// The lines that bring it to the client, and which cookies it takes.
    pub(crate) fn set_cookies(&self, way: Way, client: &Client) -> Result<(Vec<String>, u8), Error> {
        let Session { local, held, .. } = *self.session;
        if way != Way::Cookie {
            return Ok((self.sessions.header_line(way, client, self.entropy)?, 0));
        }
        let lifetime = &self.sessions.options.lifetime;
        let end =
            lifetime.absolute_end(client.began).min(lifetime.idle_end(client.last_access).after(lifetime.resolution()));
        let left = (end < Timestamp::NEVER).then(|| end.since(self.now));
        self.sessions.jar(local).set(client, self.sessions.newest()?, &self.entropy.token_nonce(), left, held)
    }
}
