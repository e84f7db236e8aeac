//! The `Cookie` request header: which values the visitor sent under our name.

use alloc::vec::Vec;

use super::candidates::{Boundary, Candidates};
use crate::text::{split, split_once, trim};

/// Reads the values of the cookie `name` out of a `Cookie` header, in time linear in its length.
///
/// - Pairs end at `;` and at nothing else (RFC 6265bis, section 4.2.1). Quotes hide nothing: in
///   `a="; sid=x; b="` the cookie `sid` is `x`, as for every other reader of the header.
/// - Space and tab around name and value are dropped, and nothing else: not U+00A0, which would make `\u{a0}__Host-sid`,
///   a name any site may set, into `__Host-sid`.
/// - The name ends at the first `=` and is compared byte by byte. A pair without name or without `=` is skipped.
/// - The value is neither unquoted nor decoded. One that is not base64url or too long is no candidate, but is remembered,
///   so that [`choose`](Candidates::choose) can say why there is no session.
///
/// **Commas.** "Servers MUST be tolerant of multiple cookie headers" (section 4.2.1). Node joins such lines with `; `,
/// workerd with `, `. A value of ours holds no comma, so it ends there, and the pair behind it is as good as one behind a
/// `;`. A comma in a foreign value is another matter: browsers store `a=1, __Host-sid=x` as the value of `a`, and a
/// neighbouring subdomain may set `a` though no browser would let it set `__Host-sid`. Such a pair is kept apart and
/// counts only when no pair at a certain boundary opens: it can neither displace the visitor's own cookie nor crowd it
/// out. What remains: to a visitor without a session, such a neighbour can offer one of its own, as it could with any name
/// that has no prefix (login CSRF). Signing in changes the id and ends that.
///
/// ```
/// use edge_session::cookie::candidates;
///
/// let found = candidates("theme=dark; sid=b2xk; sid=bmV3", "sid");
/// assert!(found.certain().eq(["b2xk", "bmV3"]));
///
/// let two_lines = candidates("theme=dark, sid=b2xk", "sid"); // as workerd joins them
/// assert!(two_lines.certain().next().is_none());
/// assert!(two_lines.possible().eq(["b2xk"]));
/// ```
pub fn candidates<'h>(header: &'h str, name: &str) -> Candidates<'h> {
    let mut found = Candidates::default();
    let mut boundary = Boundary::Certain;
    for (behind_comma, pair) in pairs(header) {
        if !behind_comma {
            boundary = Boundary::Certain;
        }
        match value_of(pair, name) {
            Some(value) => found.add(boundary, value),
            None => boundary = Boundary::Possible,
        }
    }
    found
}

/// A value that came under a name with a number, `name.1`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbered<'h> {
    /// From 1 on.
    pub(crate) number: usize,
    pub(crate) value: &'h str,
    /// It stands behind a comma: in somebody else's value, or on a second `Cookie` line.
    pub(crate) behind_comma: bool,
}

/// The values that came under the cookie's name with a number from 1 to `most` behind it, in time linear in the header's
/// length. `most` is a digit.
pub(crate) fn numbered<'h>(header: &'h str, name: &str, most: usize) -> Vec<Numbered<'h>> {
    let mut found = Vec::new();
    for (behind_comma, pair) in pairs(header) {
        let Some((left, value)) = split_once(pair, b'=') else { continue };
        if let Some([b'.', digit]) = trim(left).strip_prefix(name).map(str::as_bytes) {
            let number = usize::from(digit.wrapping_sub(b'0'));
            if (1..=most).contains(&number) {
                found.push(Numbered { number, value: trim(value), behind_comma });
            }
        }
    }
    found
}

/// The pairs of a header, each with whether it stands behind a comma. Every byte belongs to one pair or is what ends it.
fn pairs(header: &str) -> impl Iterator<Item = (bool, &str)> {
    split(header, b';').flat_map(|cookie| split(cookie, b',').enumerate().map(|(nth, pair)| (nth > 0, pair)))
}

/// The value of `pair` if its name is `name`.
fn value_of<'h>(pair: &'h str, name: &str) -> Option<&'h str> {
    let (left, value) = split_once(pair, b'=')?;
    (!name.is_empty() && trim(left) == name).then(|| trim(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "__Host-session";

    #[test]
    fn every_byte_of_a_header_is_in_one_pair_so_reading_is_linear() {
        let (byte, length) = (1, 128 * 1024);
        for part in ["a=;", ";", ",", "=", "a=,", "__Host-session=\"\\", "__Host-session=;", " \t"] {
            let header = part.repeat(length / part.len());
            let visited: usize = pairs(&header).map(|(_, pair)| pair.len() + byte).sum();
            assert_eq!(visited, header.len() + byte, "{part:?}");
            assert!(candidates(&header, NAME).certain().next().is_none());
        }
    }
}
