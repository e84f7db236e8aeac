//! What the driver asks: one run of bytes and beside it what is long, which `pkg/src/message.ts` wrote.

use alloc::vec::Vec;

use super::LONG;
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
/// text:        length 4, little-endian | UTF-8
/// bytes:       length 4, little-endian | bytes; from `LONG` on they are the next of those beside the message
/// ```
pub(super) struct Message<'m> {
    fields: Reader<'m>,
    long: core::slice::Iter<'m, Vec<u8>>,
}

impl<'m> Message<'m> {
    pub(super) fn new(fields: &'m [u8], long: &'m [Vec<u8>]) -> Self {
        Self { fields: Reader::new(fields), long: long.iter() }
    }

    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        self.fields.byte().ok_or_else(foreign)
    }

    pub(super) fn number(&mut self) -> Result<u32, Error> {
        self.fields.array().map(u32::from_le_bytes).ok_or_else(foreign)
    }

    /// The time, unless the clock is plainly wrong.
    pub(super) fn now(&mut self) -> Result<Timestamp, Error> {
        Timestamp::from_clock(self.fields.array().map(f64::from_le_bytes).ok_or_else(foreign)?)
    }

    /// A time that need not be now: 0 is never.
    pub(super) fn time(&mut self) -> Result<Timestamp, Error> {
        let millis = self.fields.array().map(f64::from_le_bytes).ok_or_else(foreign)?;
        Ok(Timestamp::from_millis(millis as u64))
    }

    pub(super) fn bytes(&mut self) -> Result<&'m [u8], Error> {
        let length = self.number()? as usize;
        if length < LONG {
            return self.fields.take(length).ok_or_else(foreign);
        }
        self.long.next().filter(|bytes| bytes.len() == length).map(Vec::as_slice).ok_or_else(foreign)
    }

    pub(super) fn text(&mut self) -> Result<&'m str, Error> {
        let length = self.number()? as usize;
        let bytes = self.fields.take(length).ok_or_else(foreign)?;
        core::str::from_utf8(bytes).map_err(|_| foreign())
    }
}
