//! Namespaces with lifetimes of their own: what of them is over, session or not.
//!
//! Nothing need be written for it. What is over reads as deleted right after it was set, so every location says the same of it
//! whenever it looks, and the next change writes it down. A later stamp would hide what was set anew where that does not show
//! yet, and count as a change that lets the rest of the namespace live on.

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
    /// Whether an entry is over, in a namespace that was last changed then.
    fn ends(&self, entry: &Entry<'_>, newest: Stamp, now: Timestamp) -> bool {
        let is_over = |stamp: Stamp, span: Option<Span>| span.is_some_and(|span| now >= stamp.time().after(span));
        is_over(newest, self.idle) || is_over(entry.stamp, self.absolute)
    }

    /// The entries that are over, as deleted. `None`: garbage.
    fn over<'a>(&self, view: &Live<'a>, now: Timestamp) -> Option<Vec<Entry<'a>>> {
        let entries = view.entries(&self.name)?;
        let newest = entries.newest();
        let over = entries.iter().filter(|entry| entry.value.is_some() && self.ends(entry, newest, now));
        let deleted =
            |entry: Entry<'a>| Entry { value: None, stamp: Stamp::next(entry.stamp.time(), entry.stamp, 0), ..entry };
        Some(over.map(deleted).collect())
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
