//! Bytes as text for a JavaScript string: one letter for each of the 90 bytes that are most frequent, two for the others.
//!
//! Of WebAssembly, where few bytes are most of all, that makes a twentieth more; base64 makes a third more, and hides from a
//! compressor what repeats, because three bytes have no letters of their own. All of it is ASCII, whatever a page says it is
//! written in, and stands in quotes and in HTML as it is. `pkg/wasm/letters.js` reads it.

/// A byte's one letter, or the second of its two: neither `"` nor `\` nor `<`.
const LETTERS: &[u8] = b"#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
/// The first of two: for the next 90 bytes, and for the rest.
const FIRSTS: [char; 2] = [' ', '!'];

/// A module of the letters, of all bytes from the most frequent on (hex), and of the text.
pub(crate) fn module(bytes: &[u8]) -> String {
    let order = by_frequency(bytes);
    let mut places = [0; 256];
    for (place, byte) in order.iter().enumerate() {
        places[usize::from(*byte)] = place;
    }
    let mut text = String::with_capacity(bytes.len() * 9 / 8);
    for byte in bytes {
        let place = places[usize::from(*byte)];
        if let Some(page) = (place / LETTERS.len()).checked_sub(1) {
            text.push(FIRSTS[page]);
        }
        text.push(char::from(LETTERS[place % LETTERS.len()]));
    }
    let letters = String::from_utf8_lossy(LETTERS);
    let order: String = order.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "export const letters = \"{letters}\";\nexport const order = \"{order}\";\nexport const size = {};\nexport const text = \"{text}\";\n",
        bytes.len()
    )
}

/// All bytes there are; of two that are equally frequent the smaller one first.
fn by_frequency(bytes: &[u8]) -> Vec<u8> {
    let mut counts = [0_usize; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let mut order: Vec<u8> = (0..=255).collect();
    order.sort_by_key(|byte| std::cmp::Reverse(counts[usize::from(*byte)]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_bytes_have_one_letter_and_the_text_needs_no_escape() {
        assert!(LETTERS.len() == 90 && LETTERS.len() * 3 >= 256, "every byte has its letters");
        let bytes: Vec<u8> = (0..=255).chain([200; 3]).collect();
        let module = module(&bytes);
        let text = module.rsplit('"').nth(1).unwrap();
        assert_eq!(text.len(), 90 + 2 * 166 + 3);
        assert!(text.ends_with("###") && text.bytes().all(|letter| matches!(letter, b' '..=b'~')));
        assert!(!text.contains(['"', '\\', '<']));
    }
}
