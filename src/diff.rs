//! What changed: the values a request ended with against those it began with.

use alloc::vec::Vec;

use crate::merge::{Entries, Entry, Stamp};
use crate::plan::{Action, Change, Login, Snapshot};
use crate::record::{Live, Namespace};

/// The namespace of what the library itself knows of a session. A client's namespace cannot have this name.
pub const SYSTEM: &str = "\"$session\"";
pub(crate) const USER: &str = "\"user\"";
pub(crate) const LEVEL: &str = "\"level\"";
pub(crate) const DEVICE: &str = "\"device\"";
pub(crate) const AUTHENTICATED: &str = "\"authenticatedAt\"";

/// The entries that differ, all with the stamp of this change. Where some namespaces are left behind, of those also goes what is
/// `shown` by now. `None`: what was shown is garbage.
pub(crate) fn values<'a>(
    view: &Live<'a>,
    shown: &Live<'a>,
    Change { snapshots, keeps, .. }: &Change<'a>,
    stamp: Stamp,
) -> Option<Vec<Namespace<'a>>> {
    let all = match keeps {
        Some(_) => shown.clone().merge(view.namespaces.clone())?,
        None => Live::empty(),
    };
    let stays = |name: &str| name == SYSTEM || keeps.as_ref().is_none_or(|keeps| keeps.contains(&name));
    let mut changed = Vec::new();
    for Snapshot { namespace, values } in snapshots {
        let before = if stays(namespace) { view } else { &all };
        changed.extend(differences(before, namespace, values, stamp)?);
    }
    for Namespace { name, .. } in &all.namespaces {
        if !stays(name) && snapshots.iter().all(|snapshot| snapshot.namespace != *name) {
            changed.extend(differences(&all, name, &[], stamp)?);
        }
    }
    Some(changed)
}

/// What is new in a namespace, and what is gone from it, if there is such. The outer `None`: garbage.
fn differences<'a>(
    view: &Live<'a>,
    name: &'a str,
    values: &[(&'a str, &'a str)],
    stamp: Stamp,
) -> Option<Option<Namespace<'a>>> {
    let before = view.entries(name)?;
    let now: Entries<'a> = values.iter().map(|(key, value)| Entry { key, value: Some(value), stamp }).collect();
    let mut entries = Entries::new();
    now.walk(&before, &mut |new, old| match (new, old) {
        (Some(new), old) if old.is_none_or(|old| old.value != new.value) => entries.append(*new),
        (None, Some(old)) if old.value.is_some() => entries.append(Entry { value: None, stamp, ..*old }),
        _ => {}
    });
    Some((!entries.is_empty()).then(|| Namespace::new(name, entries)))
}

/// Who is signed in, as JSON text. The outer `None`: garbage.
pub(crate) fn user<'a>(live: &Live<'a>) -> Option<Option<&'a str>> {
    Some(live.entries(SYSTEM)?.get(USER).and_then(|entry| entry.value))
}

/// What a login or logout changes in the system namespace; `at` is the time, as JSON text.
pub(crate) fn identity<'a>(action: &Action<'a>, at: &'a str, stamp: Stamp) -> Option<Namespace<'a>> {
    let values = match action {
        Action::Login(Login { user, level, device }) => [Some(*user), Some(at), *level, *device],
        Action::Logout => [None; 4],
        Action::Keep | Action::Start | Action::Live(_) | Action::Rotate | Action::Destroy => return None,
    };
    let keys = [USER, AUTHENTICATED, LEVEL, DEVICE].into_iter();
    let entries = keys.zip(values).map(|(key, value)| Entry { key, value, stamp }).collect();
    Some(Namespace::new(SYSTEM, entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;
    use alloc::vec;

    #[test]
    fn only_what_differs_is_stamped_and_what_is_gone_leaves_a_tombstone() {
        let (old, new) = (
            Stamp::next(Timestamp::from_millis(1), Stamp::ZERO, 1),
            Stamp::next(Timestamp::from_millis(2), Stamp::ZERO, 1),
        );
        let before = [("\"a\"", "1"), ("\"b\"", "2"), ("\"c\"", "3")].map(|(key, value)| Entry {
            key,
            value: Some(value),
            stamp: old,
        });
        let mut view = Live::empty();
        view.namespaces.push(Namespace::new("\"n\"", before.into_iter().collect()));
        let snapshot = Snapshot { namespace: "\"n\"", values: vec![("\"d\"", "4"), ("\"b\"", "20"), ("\"a\"", "1")] };
        let change = Change { snapshots: vec![snapshot], ..Change::default() };
        let changed = values(&view, &Live::empty(), &change, new).unwrap();
        let entries = changed[0].entries().unwrap();
        let found: Vec<_> = entries.iter().map(|e| (e.key, e.value, e.stamp == new)).collect();
        assert_eq!(found, [("\"b\"", Some("20"), true), ("\"c\"", None, true), ("\"d\"", Some("4"), true)]);
        let view = view.merge(changed).unwrap();
        assert!(values(&view, &Live::empty(), &change, new).unwrap().is_empty(), "the same again changes nothing");
    }
}
