//! What must hold of every view and of every plan, whatever they were made of.

use edge_session::plan::Commit;
use edge_session::record::{Live, Namespace, Record};
use edge_session::time::Timestamp;
use edge_session::{Action, Change, Code, Error, Known, Loaded, Plan, Session, Sessions, Stored, View};

use crate::application::{self, change, entropy};

/// What a view may have more than the bytes it was made of: the frame of a record.
const FRAME: usize = 64;

/// Loads, and checks what is shown: no more than came in, all of it text, at places that are there. `None`: no view.
pub(crate) fn load(sessions: &Sessions, session: &Session, known: &Known<'_>, now: Timestamp) -> Option<Vec<u8>> {
    let loaded = match sessions.load(session, known, now, || Ok(entropy(251))) {
        Ok(loaded) => loaded,
        Err(error) => return refused(&error),
    };
    let Loaded::View(View { bytes, .. }) = loaded else { return None };
    let shown = if let Stored::Shown(bytes) = known.stored { bytes } else { &[] };
    let view = bytes.unwrap_or_else(|| shown.to_vec());
    let most = shown.len() + known.recent.map_or(0, <[u8]>::len) + session.to_bytes().len() + FRAME;
    assert!(view.len() <= most, "a view of {} bytes, of {most} that came in", view.len());
    // A sealed record is opened by the core alone.
    if view.first() == Some(&0x80) {
        return None;
    }
    for text in Live::texts(&view).expect("a view is a live record") {
        let bytes = view.get(text.range).expect("a text lies within the view");
        assert!(bytes.starts_with(b"{") && bytes.ends_with(b"}") || !is_read(&view, text.name), "a text is an object");
    }
    Some(view)
}

/// Whether the entries of this namespace can be read: a record is garbage namespace by namespace.
fn is_read(view: &[u8], name: &str) -> bool {
    let Some(Record::Live(live)) = decoded(view) else { return false };
    live.namespace(name).and_then(Namespace::entries).is_some()
}

/// The record, whoever it belongs to.
pub(crate) fn decoded(bytes: &[u8]) -> Option<Record<'_>> {
    let mut owner = [0; 32];
    owner.get_mut(..16)?.copy_from_slice(bytes.get(2..18)?);
    Record::decode(bytes, &owner)
}

/// Changes a value of what was loaded, and looks whether it is there for whoever comes with the answer's cookie.
pub(crate) fn change_and_look(sessions: &Sessions, session: &Session, view: &[u8], known: &Known<'_>, now: Timestamp) {
    let change: Change<'_> = change("\"fuzz\"", Action::Keep);
    let commit = match sessions.commit(session, view, known, &change, now, &entropy(252)) {
        Ok(Plan::Write(commit)) => commit,
        Ok(_) => return,
        Err(error) => {
            return {
                refused::<()>(&error);
            };
        }
    };
    if let Some(record) = looked(sessions, &commit, now) {
        let value = match decoded(&record) {
            Some(Record::Live(live)) => is_set(&live),
            _ => false,
        };
        assert!(value, "what was changed is there for whoever comes with the answer's cookie");
    }
}

fn is_set(live: &Live<'_>) -> bool {
    let entries = live.namespace("\"shop\"").and_then(Namespace::entries);
    entries.and_then(|entries| entries.get("\"key\"")).is_some_and(|entry| entry.value == Some("\"fuzz\""))
}

/// What the next request is shown, when the store took the writes. `None`: no cookie went out.
fn looked(sessions: &Sessions, commit: &Commit, now: Timestamp) -> Option<Vec<u8>> {
    let pairs: Vec<&str> = commit.cookies.iter().filter_map(|line| line.split(';').next()).collect();
    let deleted = commit.cookies.iter().any(|line| line.contains("Max-Age=0"));
    if pairs.is_empty() || deleted {
        return None;
    }
    let opened = application::open(sessions, [&pairs.join("; "), "", "", ""], now);
    let read = opened.read.expect("a cookie that was just sealed opens");
    assert_eq!(Some(&read.key), commit.writes.first().map(|write| &write.key).or(Some(&read.key)));
    let stored = commit.writes.iter().find(|write| write.key == read.key);
    let stored = stored.map_or(Stored::Missing, |write| Stored::Shown(&write.bytes));
    load(sessions, &opened.session, &Known::of(stored, now), now)
}

/// A refusal that may be: of what is no record, too large, behind, or not the core's own. It says so and nothing else.
pub(crate) fn refused<T>(error: &Error) -> Option<T> {
    let may_be = matches!(error.code(), Code::Store | Code::TooLarge | Code::Stale | Code::Internal);
    assert!(may_be && !error.message().is_empty(), "{:?}: {}", error.code(), error.message());
    None
}
