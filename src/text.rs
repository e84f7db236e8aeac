//! Text put together and taken apart at ASCII characters, without `core::fmt` and without decoding a character.
//!
//! The formatter and the pattern searchers of the standard library would weigh more than the session model, in a module
//! that travels to every visitor's browser.

use alloc::string::String;

/// The digits of a number.
pub(crate) fn decimal(mut number: u64) -> String {
    let mut digits = [b'0'; 20]; // as many as the largest number has
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' | (number % 10) as u8;
        number /= 10;
        first = at;
        if number == 0 {
            break;
        }
    }
    digits.iter().skip(first).map(|digit| char::from(*digit)).collect()
}

/// What stands in front of the first `mark` and what follows it. `mark` is an ASCII character.
#[inline(never)]
pub(crate) fn split_once(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at.checked_add(1)?..)?))
}

/// The parts of a text between the `mark`s, at least one.
pub(crate) fn split(text: &str, mark: u8) -> Split<'_> {
    Split { rest: Some(text), mark }
}

/// See [`split`].
#[derive(Clone)]
pub(crate) struct Split<'t> {
    rest: Option<&'t str>,
    mark: u8,
}

impl<'t> Iterator for Split<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let text = self.rest.take()?;
        let Some((part, rest)) = split_once(text, self.mark) else { return Some(text) };
        self.rest = Some(rest);
        Some(part)
    }
}

/// A text without the spaces and tabs around it.
pub(crate) fn trim(text: &str) -> &str {
    trim_of(text, b" \t")
}

/// A text without those of these ASCII characters that stand around it.
#[inline(never)]
pub(crate) fn trim_of<'t>(text: &'t str, around: &[u8]) -> &'t str {
    let inner = |byte: &u8| !around.contains(byte);
    let bytes = text.as_bytes();
    match (bytes.iter().position(inner), bytes.iter().rposition(inner)) {
        (Some(first), Some(last)) => text.get(first..=last).unwrap_or(text),
        _ => "",
    }
}

/// The number that these decimal digits are; `None` for anything else, or more than 64 bits.
pub(crate) fn number(digits: &str) -> Option<u64> {
    let mut number = 0_u64;
    for digit in digits.bytes() {
        let digit = digit.is_ascii_digit().then_some(digit & 0x0f)?;
        number = number.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    #[test]
    fn numbers_are_written_as_the_formatter_writes_them() {
        for number in [0, 7, 10, 99, 100, 1_800_000_000_000, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
            assert_eq!(super::number(&decimal(number)), Some(number));
        }
    }

    #[test]
    fn only_digits_are_a_number() {
        for text in ["", "-1", "+1", " 1", "1.0", "1e3", "0x1", "３", "18446744073709551616"] {
            assert_eq!(number(text), None, "{text:?}");
        }
    }

    #[test]
    fn text_is_split_and_trimmed_as_the_standard_library_does() {
        for text in ["", ";", "a", "a;", ";a", "a;;b", " \ta b\t ", "\u{a0}ä; ö\u{a0}", " ", "ä;\t"] {
            assert_eq!(split(text, b';').collect::<Vec<_>>(), text.split(';').collect::<Vec<_>>(), "{text:?}");
            assert_eq!(split_once(text, b';'), text.split_once(';'), "{text:?}");
            assert_eq!(trim(text), text.trim_matches([' ', '\t']), "{text:?}");
        }
    }
}
