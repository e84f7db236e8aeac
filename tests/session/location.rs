//! One place of a store that caches what it shows, misses as well, for a minute.

use edge_session::time::{Span, Timestamp};

use crate::world::{Shows, Store};

/// How long a place keeps showing what it has read: "up to 60 seconds or more".
const CACHE: Span = Span::from_secs(60);

#[derive(Default)]
pub(crate) struct Location {
    cache: Store,
    at: Option<Timestamp>,
}

impl Location {
    /// From now on `store` shows what it would show here.
    pub(crate) fn look(&mut self, store: &mut Store, now: Timestamp) {
        if self.at.is_none_or(|at| now.since(at) >= CACHE) {
            self.wrote(store, now);
        }
        store.shows = Shows::Old(self.cache.records.clone());
    }

    /// A place shows its own writes at once.
    pub(crate) fn wrote(&mut self, store: &Store, now: Timestamp) {
        (self.cache.records, self.at) = (store.records.clone(), Some(now));
    }
}
