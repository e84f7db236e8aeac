//! Base64url without padding (RFC 4648, section 5).
//!
//! By hand, since it stands in the path of every request. What it turns is public text: a codec that takes the same time
//! for every letter, as one for secrets should, took longer than the cipher.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Stands for what is no letter: more than the six bits of a value.
const NONE: u8 = 0x80;
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
}

/// The text of these bytes.
///
/// ```
/// assert_eq!(edge_session_aead::to_base64url(&[251, 255]), "-_8");
/// ```
#[inline(never)]
pub fn to_base64url(bytes: &[u8]) -> String {
    let (groups, rest) = bytes.as_chunks::<3>();
    let mut text = vec![0; groups.len() * 4];
    for (group, letters) in groups.iter().zip(text.as_chunks_mut::<4>().0) {
        *letters = encode(*group);
    }
    if !rest.is_empty() {
        let mut last = [0; 3];
        last[..rest.len()].copy_from_slice(rest);
        text.extend_from_slice(&encode(last)[..=rest.len()]);
    }
    String::from_utf8(text).unwrap_or_default()
}

/// The bytes of such a text; `None` for any other, and for one whose last letter holds bits of no byte.
///
/// ```
/// assert_eq!(edge_session_aead::from_base64url("-_8").unwrap(), [251, 255]);
/// assert_eq!(edge_session_aead::from_base64url("-_9"), None);
/// ```
#[inline(never)]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_bytes().as_chunks::<4>();
    let mut bytes = vec![0; groups.len() * 3];
    let mut seen = 0;
    for (group, out) in groups.iter().zip(bytes.as_chunks_mut::<3>().0) {
        *out = decode(*group, &mut seen);
    }
    if !rest.is_empty() {
        let mut last = [ALPHABET[0]; 4];
        last[..rest.len()].copy_from_slice(rest);
        let last = decode(last, &mut seen);
        let (whole, cut) = last.split_at(rest.len() - 1);
        if whole.is_empty() || cut.iter().any(|bits| *bits != 0) {
            return None;
        }
        bytes.extend_from_slice(whole);
    }
    (seen & NONE == 0).then_some(bytes)
}

/// Whether these are letters of the alphabet and nothing else.
///
/// ```
/// assert!(edge_session_aead::is_base64url("-_8") && !edge_session_aead::is_base64url("-_8="));
/// ```
#[inline(never)]
pub fn is_base64url(text: &str) -> bool {
    text.bytes().fold(0, |seen, letter| seen | VALUES[usize::from(letter)]) & NONE == 0
}

fn encode([a, b, c]: [u8; 3]) -> [u8; 4] {
    [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c].map(|value| ALPHABET[usize::from(value & 0x3f)])
}

/// Adds to `seen` the bits of all values, [`NONE`] among them.
fn decode(letters: [u8; 4], seen: &mut u8) -> [u8; 3] {
    let [a, b, c, d] = letters.map(|letter| VALUES[usize::from(letter)]);
    *seen |= a | b | c | d;
    [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_become_the_text_of_rfc_4648_and_come_back(bytes: Vec<u8>) {
            let text = to_base64url(&bytes);
            prop_assert_eq!(&text, &Base64UrlUnpadded::encode_string(&bytes));
            prop_assert_eq!(from_base64url(&text), Some(bytes));
        }

        #[test]
        fn every_other_text_is_refused(text in "[A-Za-z0-9_=+/-]{0,9}|\\PC{0,5}") {
            prop_assert_eq!(from_base64url(&text), Base64UrlUnpadded::decode_vec(&text).ok());
            prop_assert_eq!(is_base64url(&text), text.bytes().all(|letter| ALPHABET.contains(&letter)));
        }
    }
}
