//! What the host must do next, as data: read this key, write these records, send this cookie.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Reject;
use crate::lifetime::End;
use crate::session::{Session, Stored};
use crate::time::{Span, Timestamp};

/// What [`crate::Sessions::open`] found in the request.
#[derive(Debug)]
pub struct Opened {
    /// The visitor's session, or a new one that nothing knows of yet.
    pub session: Session,
    /// What to read and give to [`crate::Sessions::load`]; `None` for a new session: there is nothing to read.
    pub read: Option<Read>,
    /// By [`Way`](crate::Way): why what came gave no session.
    pub refused: [Option<Reject>; 4],
    /// The session that came too late: its handle, and which limit it reached.
    pub expired: Option<(String, End)>,
}

/// The most records that end sessions together with others and that one session looks at: its user's and everybody's, each by
/// the secret that names it and by the one that did before.
pub const EPOCHS: usize = 4;

/// Keys to read from the store, in one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The session's.
    pub key: String,
    /// Where the session's end is kept a second time, on a store that could lose it.
    pub end: Option<String>,
    /// At most [`EPOCHS`]: the user's and everybody's, where it is time to look whether all of those are over.
    pub epochs: Vec<String>,
}

/// What the host found out about a session.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// What the store answered to the session's key.
    pub stored: Stored<'a>,
    /// What it answered to the key of its end; `Missing` where none was to be read.
    pub end: Stored<'a>,
    /// What it answered to the keys of epochs, in any order; `Missing` where none was to be read.
    pub epochs: [Stored<'a>; EPOCHS],
    /// The session's record as this process wrote it itself, if that was a moment ago: the store may not show it yet, or
    /// another process may have put its own over it.
    pub recent: Option<&'a [u8]>,
    /// When the store answered.
    pub at: Timestamp,
    /// A put of this record waits for its time in this process.
    pub scheduled: bool,
}

impl<'a> Known<'a> {
    /// Nothing but what the store answered to the session's key.
    pub const fn of(stored: Stored<'a>, at: Timestamp) -> Self {
        let (end, epochs) = (Stored::Missing, [Stored::Missing; EPOCHS]);
        Self { stored, end, epochs, recent: None, at, scheduled: false }
    }
}

/// What [`crate::Sessions::load`] made of the record.
#[derive(Debug)]
pub enum Loaded {
    /// The session's values.
    View(View),
    /// The session goes on under another id: read this and load again.
    Follow {
        /// The same session under its new id.
        session: Session,
        /// What to read.
        read: Read,
    },
    /// There is nothing under the application's own id yet: this session, empty, is what will be.
    New {
        /// The session as it would be created.
        session: Session,
        /// Where it would be; read it if it is not what was read.
        read: Read,
    },
    /// The session is over. The visitor gets this new one instead.
    Ended {
        /// A new session that nothing knows of yet.
        session: Session,
    },
}

/// A session's values as this request sees them.
#[derive(Debug)]
pub struct View {
    /// The record with the token's overlay merged in; `None`: the stored bytes are all there is to it.
    pub bytes: Option<Vec<u8>>,
    /// The store is known to show less than this visitor has seen.
    pub stale: bool,
    /// What the visitor has seen is lost; the store is taken as the truth from here.
    pub conflict: bool,
    /// A commit has something to do even if the application changes nothing: refresh the token, renew the record.
    pub due: bool,
    /// The namespaces of which something has outlived its own lifetime, JSON string literals. It is not shown.
    pub expired: Vec<String>,
}

/// What the application did to a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change<'a> {
    /// What happens to the session itself.
    pub action: Action<'a>,
    /// The namespaces that were touched, each with all its values.
    pub snapshots: Vec<Snapshot<'a>>,
    /// All that stays of the session where it is to be left behind, JSON string literals. Of every other namespace nothing stays but
    /// its snapshot, whatever others have put there meanwhile.
    pub keeps: Option<Vec<&'a str>>,
}

/// All values of one namespace. The core finds out what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot<'a> {
    /// The name, a JSON string literal.
    pub namespace: &'a str,
    /// Keys (JSON string literals) and values (JSON text), in any order, each key once.
    pub values: Vec<(&'a str, &'a str)>,
}

/// What happens to the session itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Action<'a> {
    /// Nothing but its values.
    #[default]
    Keep,
    /// It is to exist, even if it holds nothing.
    Start,
    /// It is to exist, and to end this long after it was last written; only for a session under the application's own id.
    Live(Span),
    /// It gets a new id.
    Rotate,
    /// A user signs in: a new id, and both lifetimes begin anew.
    Login(Login<'a>),
    /// The user signs out: a new id, and both lifetimes begin anew.
    Logout,
    /// It ends.
    Destroy,
}

impl Action<'_> {
    /// The length of time that it names.
    pub(crate) fn span(&self) -> Span {
        if let Action::Live(span) = self { *span } else { Span::default() }
    }
}

/// Who signs in. All JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login<'a> {
    /// The user's name.
    pub user: &'a str,
    /// How strongly the user is authenticated.
    pub level: Option<&'a str>,
    /// What the user will recognise the session by.
    pub device: Option<&'a str>,
}

/// What the host must do so that a change holds.
#[derive(Debug)]
pub enum Plan {
    /// Nothing.
    Nothing,
    /// Write, then send the cookie.
    Write(Commit),
    /// The session was destroyed while this request ran; its change must not bring it back.
    Ended,
    /// The session got a new id while this request ran, or so much time has passed that another write may have come between:
    /// read this, and commit to this session instead.
    Follow {
        /// The session, under its new id if it has one.
        session: Session,
        /// What to read.
        read: Read,
    },
}

/// The writes and the cookies of one commit.
#[derive(Debug)]
pub struct Commit {
    /// The session as it goes on.
    pub session: Session,
    /// What to read to see it as it goes on.
    pub read: Read,
    /// In this order: what makes the session usable comes before what ends its old id.
    pub writes: Vec<Write>,
    /// `Set-Cookie` values, in place of those of an earlier commit to the same request; where the session goes
    /// [by header](Session::way), the value of that header. Where the writes are awaited, send them only when they are done.
    pub cookies: Vec<String>,
    /// When the writes are to be made.
    pub put: Put,
}

impl Commit {
    /// The token carries all that is written: a write that fails heals itself.
    pub fn is_covered(&self) -> bool {
        self.put != Put::Awaited
    }
}

/// When the writes of a commit are to be made.
///
/// All but the first are for a token that carries all that is written: such a write may fail, and heals itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// Before the response.
    Awaited,
    /// Now; the response need not wait for it.
    Behind,
    /// At this time, with [`crate::Sessions::flush`], unless another commit takes its place until then.
    At(Timestamp),
    /// In place of what waits for its time.
    Joined,
    /// Not by this request: other places have planned further ahead than a Worker may work on. The next request may.
    Carried,
}

/// One record to write.
#[derive(Debug)]
pub struct Write {
    /// The store key.
    pub key: String,
    /// The record.
    pub bytes: Vec<u8>,
    /// When the store may drop it.
    pub expires: Timestamp,
    /// What must still be true of the store, where it can tell.
    pub guard: Guard,
    /// What it is to the session.
    pub role: Role,
    /// Small facts for listings, a JSON object.
    pub meta: Option<String>,
}

/// What a record that is written is to its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The session itself.
    Session,
    /// An end, or what leads away: nothing of this key comes after it.
    End,
    /// The end a second time, where saves never write. Should it fail, that is to be told; the session has its new id all
    /// the same.
    Safeguard,
    /// The session's entry in the index. No request depends on it: the response need not wait, and should it fail, that is
    /// to be told.
    Entry,
}

/// What a store with compare-and-set checks before it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The record is still the one that was read; if nothing was read, there is none.
    Unchanged,
    /// There is none: the id is new.
    Absent,
    /// Nothing: an end wins over every other record.
    Always,
}
