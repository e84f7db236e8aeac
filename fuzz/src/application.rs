//! The applications whose doors are fuzzed: their secrets, their clock, their visitors.

use edge_session::Request;
use edge_session::cookie::Origin;
use edge_session::plan::Commit;
use edge_session::time::{Span, Timestamp};
use edge_session::{
    Action, Change, Consistency, Entropy, Keyring, Known, Login, Options, Plan, Session, Sessions, Snapshot, Stored,
    Transport, Way,
};

/// When everything happens.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// The cookie of every application.
pub(crate) const COOKIE: &str = "__Host-session";

/// The secret of this number. The applications have number 1, and 2 as an older one.
pub(crate) fn secret(number: u8) -> [u8; 32] {
    core::array::from_fn(|at| (at as u8).wrapping_mul(37).wrapping_add(number.wrapping_mul(101)))
}

/// Random bytes of this number.
pub(crate) fn entropy(number: u8) -> Entropy {
    let bytes = core::array::from_fn(|at| (at as u8).wrapping_mul(59).wrapping_add(number));
    Entropy::new(bytes).expect("bytes that differ")
}

/// An application with these secrets.
pub(crate) fn application(secrets: &[u8], consistency: Consistency, transports: Vec<Transport>) -> Sessions {
    let secrets: Vec<[u8; 32]> = secrets.iter().map(|number| secret(*number)).collect();
    let secrets: Vec<&[u8]> = secrets.iter().map(<[u8; 32]>::as_slice).collect();
    let mut options = Options::new(Keyring::new(&secrets).expect("secrets"), consistency);
    options.transports = transports;
    Sessions::new(options).expect("options")
}

/// The cookie alone.
pub(crate) fn by_cookie() -> Vec<Transport> {
    vec![Transport::cookie()]
}

/// All four ways; those of links live for ten minutes.
pub(crate) fn by_every_way() -> Vec<Transport> {
    let named = |way, name| Transport::new(way, name);
    vec![Transport::cookie(), named(Way::Header, "x-session"), named(Way::Form, "s"), named(Way::Url, "s")]
}

/// The session of a request that brought this.
pub(crate) fn open(sessions: &Sessions, sent: [&str; 4], now: Timestamp) -> edge_session::Opened {
    let request = Request { sent, origin: Origin::Secure, method: "" };
    sessions.open_request(&request, now, || Ok(entropy(250))).expect("whatever is sent is no error")
}

/// One value under one key, of this length.
pub(crate) fn values(length: usize) -> String {
    format!("\"{}\"", "v".repeat(length))
}

/// What is to be stored: `value` under `"key"` in `"shop"`.
pub(crate) fn change<'a>(value: &'a str, action: Action<'a>) -> Change<'a> {
    let snapshots = vec![Snapshot { namespace: "\"shop\"", values: vec![("\"key\"", value)] }];
    Change { action, snapshots, keeps: None }
}

/// Ann signs in.
pub(crate) const fn login() -> Action<'static> {
    Action::Login(Login { user: "\"ann\"", level: None, device: None })
}

/// The first visit of somebody, by header where `sent` asks for it.
pub(crate) fn begin(sessions: &Sessions, number: u8, sent: [&str; 4], change: &Change<'_>) -> Commit {
    let request = Request { sent, origin: Origin::Secure, method: "" };
    let opened = sessions.open_request(&request, NOW, || Ok(entropy(number))).expect("a new session");
    commit(sessions, &opened.session, Stored::Missing, change, NOW, number)
}

/// What is planned for a change that must be.
pub(crate) fn commit(
    sessions: &Sessions,
    session: &Session,
    stored: Stored<'_>,
    change: &Change<'_>,
    now: Timestamp,
    number: u8,
) -> Commit {
    let view = if let Stored::Shown(bytes) = stored { bytes } else { &[] };
    match sessions.commit(session, view, &Known::of(stored, now), change, now, &entropy(number)) {
        Ok(Plan::Write(commit)) => commit,
        other => panic!("nothing was planned: {other:?}"),
    }
}

/// The token in the first `Set-Cookie` line, or all of a header's.
pub(crate) fn token(commit: &Commit) -> String {
    let line = commit.cookies.first().expect("a token goes out");
    let pair = line.split(';').next().unwrap_or_default();
    pair.strip_prefix(COOKIE).and_then(|pair| pair.strip_prefix('=')).unwrap_or(pair).to_owned()
}

/// A moment later.
pub(crate) const fn later(seconds: u64) -> Timestamp {
    NOW.after(Span::from_secs(seconds))
}
