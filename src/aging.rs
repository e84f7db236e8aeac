//! Namespaces with lifetimes of their own: what of them is over, session or not.
//!
//! Nothing need be written for it. What is over reads as deleted at the very moment when it ended, so every location says the
//! same of it whenever it looks, and the next change writes it down.

use alloc::string::String;
use alloc::vec::Vec;

use crate::merge::{Entries, Entry, Stamp};
use crate::record::{Live, Namespace};
use crate::time::{Span, Timestamp};

/// How long the values of one namespace live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aging {
    /// The namespace, a JSON string literal.
    pub name: String,
    /// All of them go this long after the last change of any.
    pub idle: Option<Span>,
    /// Each goes this long after it was set.
    pub absolute: Option<Span>,
}

impl Aging {
    /// Since when an entry has been over, in a namespace that was last changed then.
    fn end(&self, entry: &Entry<'_>, newest: Stamp, now: Timestamp) -> Option<Timestamp> {
        let after = |stamp: Stamp, span: Option<Span>| span.map(|span| stamp.time().after(span));
        let ends = [after(newest, self.idle), after(entry.stamp, self.absolute)];
        ends.into_iter().flatten().min().filter(|end| now >= *end)
    }

    /// The entries that are over, as deleted. `None`: garbage.
    fn over<'a>(&self, view: &Live<'a>, now: Timestamp) -> Option<Vec<Entry<'a>>> {
        let entries = view.entries(&self.name)?;
        let newest = entries.newest();
        let live = entries.iter().filter(|entry| entry.value.is_some());
        let deleted = live.filter_map(|entry| {
            let end = self.end(&entry, newest, now)?;
            Some(Entry { value: None, stamp: Stamp::next(end, entry.stamp, 0), ..entry })
        });
        Some(deleted.collect())
    }
}

/// What of a view is over, as deletions; empty for most. `None`: garbage.
pub(crate) fn over<'a>(view: &Live<'a>, rules: &[Aging], now: Timestamp) -> Option<Vec<Namespace<'a>>> {
    let mut all = Vec::new();
    for rule in rules {
        let Some(namespace) = view.namespace(&rule.name) else { continue };
        let deleted: Entries<'a> = rule.over(view, now)?.into_iter().collect();
        if !deleted.is_empty() {
            all.push(Namespace::new(namespace.name, deleted));
        }
    }
    Some(all)
}
