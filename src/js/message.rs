//! What the driver asks: one run of bytes, which `pkg/src/message.ts` wrote.

use crate::error::Error;
use crate::session::foreign;
use crate::time::Timestamp;
use crate::wire::Reader;

/// A message being read; fields are read in the order in which they were written.
///
/// ```text
/// what is asked 1 | fields
/// byte:        1
/// number:      4, little-endian
/// time:        8, little-endian double: milliseconds since 1970
/// bytes, text: length 4, little-endian | bytes or UTF-8
/// ```
pub(super) struct Message<'m>(Reader<'m>);

impl<'m> Message<'m> {
    pub(super) const fn new(bytes: &'m [u8]) -> Self {
        Self(Reader::new(bytes))
    }

    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        self.0.byte().ok_or_else(foreign)
    }

    pub(super) fn number(&mut self) -> Result<u32, Error> {
        self.0.array().map(u32::from_le_bytes).ok_or_else(foreign)
    }

    /// The time, unless the clock is plainly wrong.
    pub(super) fn now(&mut self) -> Result<Timestamp, Error> {
        Timestamp::from_clock(self.0.array().map(f64::from_le_bytes).ok_or_else(foreign)?)
    }

    /// A time that need not be now: 0 is never.
    pub(super) fn time(&mut self) -> Result<Timestamp, Error> {
        let millis = self.0.array().map(f64::from_le_bytes).ok_or_else(foreign)?;
        Ok(Timestamp::from_millis(millis as u64))
    }

    pub(super) fn bytes(&mut self) -> Result<&'m [u8], Error> {
        let length = self.number()? as usize;
        self.0.take(length).ok_or_else(foreign)
    }

    pub(super) fn text(&mut self) -> Result<&'m str, Error> {
        core::str::from_utf8(self.bytes()?).map_err(|_| foreign())
    }
}
