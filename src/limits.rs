//! What is too large, and what in it takes the room: named by namespace and key, never by a value.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Code, Error};
use crate::record::Namespace;
use crate::text::decimal;

/// How many of the largest values are named.
const NAMED: usize = 3;
/// How much of a name is told: the application chose it, and a message is a line in a log.
const NAME_BYTES: usize = 80;

/// The session has more `bytes` than `what` allows.
#[cold]
#[inline(never)]
pub(crate) fn too_large(bytes: usize, what: &str, limit: usize, namespaces: &[Namespace<'_>]) -> Error {
    let [bytes, limit] = [bytes, limit].map(|number| decimal(number as u64));
    let mut message = ["the session has ", &bytes, " bytes, more than ", what, " (", &limit, ")"].concat();
    let mut separator = "; the largest are ";
    for (size, namespace, key) in largest(namespaces) {
        message.push_str(&[separator, &path(namespace, key), " (", &decimal(size as u64), ")"].concat());
        separator = ", ";
    }
    Error::new(Code::TooLarge, message)
}

/// # Errors
/// `too-large` when one of the values has more bytes of text than an application wants.
pub(crate) fn check_values(changes: &[Namespace<'_>], limit: usize) -> Result<(), Error> {
    if limit == usize::MAX {
        return Ok(());
    }
    match largest(changes).first() {
        Some((size, namespace, key)) if *size > limit => {
            let [size, limit] = [*size, limit].map(|number| decimal(number as u64));
            let what = [": has ", &size, " bytes, more than maxValueBytes (", &limit, ")"].concat();
            Err(Error::new(Code::TooLarge, [path(namespace, key), what].concat()))
        }
        _ => Ok(()),
    }
}

/// The bytes, namespace and key of the largest values, the largest first. What cannot be read is not among them.
fn largest<'a>(namespaces: &[Namespace<'a>]) -> Vec<(usize, &'a str, &'a str)> {
    let mut largest: Vec<(usize, &str, &str)> = Vec::new();
    for namespace in namespaces {
        let Some(entries) = namespace.entries() else { continue };
        for entry in entries.iter() {
            let size = entry.value.map_or(0, str::len);
            let place = largest.iter().take_while(|(other, ..)| *other >= size).count();
            if size > 0 && place < NAMED {
                largest.insert(place, (size, namespace.name, entry.key));
                largest.truncate(NAMED);
            }
        }
    }
    largest
}

/// `shop.cart/items`, as it stands in the JSON literals: whatever is in a name, the message stays one line.
fn path(namespace: &str, key: &str) -> String {
    let [namespace, key] = [namespace, key].map(|literal| {
        let name = literal.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(literal);
        let cut = (0..=NAME_BYTES).rev().find_map(|at| name.get(..at)).unwrap_or_default();
        if name.len() <= NAME_BYTES { String::from(name) } else { [cut, "…"].concat() }
    });
    [namespace.as_str(), "/", &key].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::{Entries, Entry, Stamp};

    fn namespace(name: &'static str, values: &[(&'static str, &'static str)]) -> Namespace<'static> {
        let entry = |(key, value): &(&'static str, &'static str)| Entry { key, value: Some(value), stamp: Stamp::ZERO };
        Namespace::new(name, Entries::from_iter(values.iter().map(entry)))
    }

    #[test]
    fn the_three_largest_values_are_named_the_largest_first_wherever_they_are_and_no_value_is_told() {
        let namespaces = [
            namespace("\"default\"", &[("\"a\"", "\"needle\""), ("\"b\"", "1"), ("\"c\"", "[1,2]")]),
            namespace("\"shop.cart\"", &[("\"items\"", "[{\"needle\":1}]"), ("\"n\"", "22")]),
        ];
        let error = too_large(70, "maxBytes", 64, &namespaces);
        assert_eq!(
            error.message(),
            "the session has 70 bytes, more than maxBytes (64); the largest are shop.cart/items (14), default/a (8), default/c (5)"
        );
    }

    #[test]
    fn a_session_without_values_and_a_name_that_is_long_or_strange_make_one_short_line() {
        assert_eq!(too_large(9, "maxBytes", 8, &[]).message(), "the session has 9 bytes, more than maxBytes (8)");
        let long: &'static str = alloc::format!("\"{}\"", "é".repeat(500)).leak();
        let error = check_values(&[namespace("\"a\\nb\"", &[(long, "12345")])], 4).unwrap_err();
        let expected = alloc::format!("a\\nb/{}…: has 5 bytes, more than maxValueBytes (4)", "é".repeat(40));
        assert_eq!(error.message(), expected);
    }

    #[test]
    fn a_value_of_exactly_the_limit_is_taken_and_what_is_deleted_is_no_value() {
        let changes = [namespace("\"n\"", &[("\"a\"", "1234"), ("\"a long key\"", "1")])];
        assert!(check_values(&changes, 4).is_ok() && check_values(&changes, usize::MAX).is_ok());
        assert_eq!(check_values(&changes, 3).unwrap_err().code(), Code::TooLarge);
        let gone = Entries::from_iter([Entry { key: "\"gone\"", value: None, stamp: Stamp::ZERO }]);
        assert!(check_values(&[Namespace::new("\"n\"", gone)], 1).is_ok());
    }
}
