//! What a token says, once its seal is open: whatever it is, since a secret may have leaked, or sealed for another release.

use std::sync::LazyLock;

use edge_session::{Action, Consistency, Known, Plan, Session, Sessions, Stored, Way};

use crate::application::{COOKIE, NOW, application, begin, by_cookie, change, entropy, later, login, open, values};
use crate::input::mode;
use crate::sealing::{id, sealed};
use crate::visit;

/// What stands in front of what the token says in the bytes of a [`Session`]: flags, cookies, looks and the handle.
const SESSION: usize = 3 + 32;
/// Key id, session id, three times and a stamp.
const LEAST: usize = 4 + 32 + 3 * 6 + 12;

const STORES: [Consistency; 3] = [Consistency::Strong, Consistency::Eventual, Consistency::None];

static APPLICATIONS: LazyLock<[Sessions; 3]> =
    LazyLock::new(|| STORES.map(|consistency| application(&[1, 2], consistency, by_cookie())));

pub(super) fn run(input: &[u8]) {
    let (mode, plain) = mode(input);
    let store = usize::from(mode) % STORES.len();
    let sessions = &APPLICATIONS[store];
    let token = sealed(plain, 1 + (mode >> 7), STORES[store] == Consistency::None);
    let opened = open(sessions, [&format!("{COOKIE}={token}"), "", "", ""], NOW);
    if opened.read.is_none() {
        assert!(opened.session.is_fresh() && opened.refused[Way::Cookie as usize].is_some(), "a refusal is told");
        return;
    }
    assert!(plain.len() >= LEAST && [id(1), id(2)].iter().any(|id| plain.starts_with(id)));
    let bytes = opened.session.to_bytes();
    assert_eq!(&bytes[SESSION..], plain, "what a token says is read as it was written, to the byte");
    assert_eq!(Session::from_bytes(&bytes).as_ref(), Ok(&opened.session));
    for stored in [Stored::Missing, Stored::Unavailable] {
        let known = Known::of(stored, NOW);
        if let Some(view) = visit::load(sessions, &opened.session, &known, NOW) {
            visit::change_and_look(sessions, &opened.session, &view, &known, NOW);
        }
    }
}

/// Tokens as they are issued: empty, with an overlay, signed in, known to be behind.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for (store, consistency) in STORES.into_iter().enumerate() {
        let sessions = application(&[1, 2], consistency, by_cookie());
        for session in issued(&sessions) {
            all.push([&[store as u8][..], &session.to_bytes()[SESSION..]].concat());
        }
    }
    all
}

fn issued(sessions: &Sessions) -> Vec<Session> {
    let mut all = Vec::new();
    for (number, length) in [0, 40, 2000].into_iter().enumerate() {
        let value = values(length);
        for action in [Action::Keep, login()] {
            let commit = begin(sessions, number as u8 + 1, [""; 4], &change(&value, action));
            // Nothing of it shows, long after it was written.
            let (known, change) = (Known::of(Stored::Missing, later(200)), change("null", Action::Keep));
            let late = sessions.commit(&commit.session, &[], &known, &change, later(200), &entropy(77));
            all.push(commit.session);
            all.extend(late.ok().and_then(|plan| if let Plan::Write(late) = plan { Some(late.session) } else { None }));
        }
    }
    all
}
