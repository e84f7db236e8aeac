//! One request: the values it sees, and what its handler does to them.

use std::array::from_fn;
use std::collections::{BTreeMap, BTreeSet};

use edge_session::lifetime::End;
use edge_session::record::Live;
use edge_session::time::Timestamp;
use edge_session::{Action, Known, Reject, SYSTEM, Session, Snapshot, Stored, View};
use serde_json::Value;

use super::{Answer, START};

/// A session between opening and committing, as a driver holds it.
pub(crate) struct Visit {
    pub(crate) session: Session,
    pub(crate) stored: Answer,
    /// What the store answered to the key of the session's end.
    pub(crate) end: Answer,
    /// What the store answered to the keys of epochs.
    pub(crate) epochs: Vec<Answer>,
    /// What this process wrote a moment ago.
    pub(crate) recent: Option<Vec<u8>>,
    /// A put of the session waits in this process.
    pub(crate) scheduled: bool,
    /// When the store answered.
    pub(crate) at: Timestamp,
    pub(crate) view: Vec<u8>,
    pub(crate) action: Action<'static>,
    /// The namespaces that stay where not all do.
    pub(crate) keeps: Option<Vec<&'static str>>,
    pub(crate) reject: Option<Reject>,
    pub(crate) expired: Option<(String, End)>,
    /// Why what came by each transport was refused.
    pub(crate) refused: [Option<Reject>; 4],
    /// The store said that the session is over.
    pub(crate) ended: bool,
    pub(crate) stale: bool,
    pub(crate) conflict: bool,
    pub(crate) due: bool,
    /// The namespaces of which something has outlived its own lifetime.
    pub(crate) expired_parts: Vec<String>,
    /// Per namespace: keys and values, both as JSON text.
    values: BTreeMap<String, BTreeMap<String, String>>,
    touched: BTreeSet<String>,
}

impl Visit {
    pub(crate) fn new(session: Session, refused: [Option<Reject>; 4], expired: Option<(String, End)>) -> Self {
        Self {
            session,
            stored: Answer::Missing,
            end: Answer::Missing,
            epochs: Vec::new(),
            recent: None,
            scheduled: false,
            at: START,
            view: Vec::new(),
            action: Action::Keep,
            keeps: None,
            reject: refused[0],
            expired,
            refused,
            ended: false,
            stale: false,
            conflict: false,
            due: false,
            expired_parts: Vec::new(),
            values: BTreeMap::new(),
            touched: BTreeSet::new(),
        }
    }

    pub(crate) fn known(&self) -> Known<'_> {
        let of_store = Known::of(self.stored.as_stored(), self.at);
        let epochs = from_fn(|number| self.epochs.get(number).map_or(Stored::Missing, Answer::as_stored));
        let (end, recent) = (self.end.as_stored(), self.recent.as_deref());
        Known { end, epochs, recent, scheduled: self.scheduled, ..of_store }
    }

    pub(crate) fn show(&mut self, view: View) {
        (self.stale, self.conflict, self.due) = (view.stale, view.conflict, view.due);
        self.expired_parts = view.expired;
        self.view = match (view.bytes, &self.stored) {
            (Some(bytes), _) => bytes,
            (None, Answer::Shown(bytes, _)) => bytes.clone(),
            (None, other) => panic!("no view, and the store answered {other:?}"),
        };
        self.values = values(&self.view);
    }

    pub(crate) fn end(&mut self, session: Session) {
        (self.session, self.ended, self.stored) = (session, true, Answer::Missing);
    }

    pub(crate) fn get(&self, namespace: &str, key: &str) -> Option<String> {
        self.values.get(namespace)?.get(&literal(key)).cloned()
    }

    /// The name of the user who is signed in.
    pub(crate) fn user(&self) -> Option<String> {
        self.get(SYSTEM, "user")
    }

    pub(crate) fn set(&mut self, namespace: &str, key: &str, value: &str) {
        self.touch(namespace).insert(literal(key), value.to_string());
    }

    pub(crate) fn remove(&mut self, namespace: &str, key: &str) {
        self.touch(namespace).remove(&literal(key));
    }

    /// The keys and values of a namespace.
    pub(crate) fn all(&self, namespace: &str) -> BTreeMap<String, String> {
        self.values.get(namespace).cloned().unwrap_or_default()
    }

    pub(crate) fn snapshots(&self) -> Vec<Snapshot<'_>> {
        let touched = self.values.iter().filter(|(name, _)| self.touched.contains(*name));
        touched
            .map(|(namespace, all)| Snapshot { namespace, values: all.iter().map(|(k, v)| (&**k, &**v)).collect() })
            .collect()
    }

    fn touch(&mut self, namespace: &str) -> &mut BTreeMap<String, String> {
        self.touched.insert(namespace.to_string());
        self.values.entry(namespace.to_string()).or_default()
    }
}

/// Every namespace's text, parsed as the host would.
fn values(view: &[u8]) -> BTreeMap<String, BTreeMap<String, String>> {
    let texts = Live::texts(view).expect("a view has texts");
    let parse = |text: &[u8]| match serde_json::from_slice(text) {
        Ok(Value::Object(object)) => {
            object.into_iter().map(|(key, value)| (literal(&key), value.to_string())).collect()
        }
        other => panic!("a namespace's text is {other:?}"),
    };
    texts.into_iter().map(|text| (text.name.to_string(), parse(&view[text.range]))).collect()
}

fn literal(key: &str) -> String {
    Value::from(key).to_string()
}
