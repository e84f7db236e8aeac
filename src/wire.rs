//! The primitives of the byte layouts: fixed fields, varints, and byte strings with their length in front.
//!
//! Reading is total: each step is an `Option`, nothing is indexed, and what is left over is refused by [`Reader::end`].
//!
//! Fixed fields are read in place: compiled for size, each would be a call, which takes longer and is no shorter.

use alloc::vec::Vec;

use crate::time::Timestamp;

/// Reads a layout from front to back.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    #[inline(always)]
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(length)?;
        self.0 = tail;
        Some(head)
    }

    #[inline(always)]
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    #[inline(always)]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// 48 bits, big-endian.
    #[inline(always)]
    pub(crate) fn time(&mut self) -> Option<Timestamp> {
        let [a, b, c, d, e, f] = self.array()?;
        Some(Timestamp::from_millis(u64::from_be_bytes([0, 0, a, b, c, d, e, f])))
    }

    /// LEB128, at most 32 bits: no length in a record is larger. Each number can be written in one way only, so that what is
    /// read is written again as it was.
    pub(crate) fn varint(&mut self) -> Option<usize> {
        let mut value = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                // More than 32 bits, or a zero at the end: longer than the writer makes it.
                let fits = (shift < 28 || byte < 0x10) && (shift == 0 || byte > 0);
                return fits.then_some(value as usize);
            }
        }
        None
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.varint()?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.bytes()?).ok()
    }

    pub(crate) const fn rest(self) -> &'a [u8] {
        self.0
    }

    /// Nothing may be left: a longer input is another layout, or an attack.
    pub(crate) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Writes what [`Reader`] reads.
pub(crate) trait Writer {
    fn put(&mut self, bytes: &[u8]);
    fn put_time(&mut self, time: Timestamp);
    fn put_varint(&mut self, value: usize);
    fn put_bytes(&mut self, bytes: &[u8]);
}

impl Writer for Vec<u8> {
    /// Not inlined: the code for growing stands here once.
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn put_time(&mut self, time: Timestamp) {
        let [_, _, low @ ..] = time.as_millis().to_be_bytes();
        self.put(&low);
    }

    fn put_varint(&mut self, value: usize) {
        let mut value = value as u32;
        while value >= 0x80 {
            self.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.push(value as u8);
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        self.put_varint(bytes.len());
        self.put(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn what_is_written_is_read_back() {
        for value in [0, 1, 127, 128, 16_383, 16_384, 1 << 21, 1 << 28, u32::MAX as usize] {
            let mut bytes = vec![];
            bytes.put_varint(value);
            bytes.put_time(Timestamp::NEVER);
            bytes.put_bytes(b"abc");
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.varint(), Some(value));
            assert_eq!(reader.time(), Some(Timestamp::NEVER));
            assert_eq!(reader.text(), Some("abc"));
            assert_eq!(reader.end(), Some(()));
        }
    }

    #[test]
    fn short_long_and_overlong_input_is_refused() {
        assert_eq!(Reader::new(&[0x80]).varint(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).varint(), None);
        assert_eq!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0x01]).varint(), None);
        for overlong in [&[0x80, 0][..], &[0xff, 0], &[0x80, 0x80, 0x80, 0x80, 0]] {
            assert_eq!(Reader::new(overlong).varint(), None, "{overlong:?}: no number is written in two ways");
        }
        assert_eq!(Reader::new(&[3, b'a', b'b']).bytes(), None);
        assert_eq!(Reader::new(&[1, 0xff]).text(), None);
        assert_eq!(Reader::new(&[0]).end(), None);
    }
}
