//! Bytes of the fuzzer, taken apart.

/// The byte that stands for the first token: what is below it may matter to who reads a header.
pub(crate) const FIRST: u8 = 14;

/// The text of these bytes, in which byte 14 stands for the first of `tokens`, 15 for the second, and so on up to 31.
pub(crate) fn expand(bytes: &[u8], tokens: &[&str]) -> String {
    let mut text = String::new();
    for part in bytes.split_inclusive(|byte| is_mark(*byte)) {
        match part.split_last() {
            Some((mark, plain)) if is_mark(*mark) => {
                text += &String::from_utf8_lossy(plain);
                text += tokens.get(usize::from(mark - FIRST)).copied().unwrap_or_default();
            }
            _ => text += &String::from_utf8_lossy(part),
        }
    }
    text
}

const fn is_mark(byte: u8) -> bool {
    matches!(byte, FIRST..=31)
}

/// Parts with their length in front, two bytes each; of the last there may be less.
pub(crate) fn parts<const N: usize>(mut bytes: &[u8]) -> [&[u8]; N] {
    core::array::from_fn(|_| {
        let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return Default::default() };
        let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
        let (part, rest) = rest.split_at(length);
        bytes = rest;
        part
    })
}

/// What [`parts`] takes apart.
pub(crate) fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let with_length = |part: &&[u8]| [&(part.len() as u16).to_le_bytes(), *part].concat();
    parts.iter().flat_map(with_length).collect()
}

/// The first byte, 0 where there is none, and the rest.
pub(crate) fn mode(bytes: &[u8]) -> (u8, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(mode, rest)| (*mode, rest))
}
