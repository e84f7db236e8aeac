//! The random bytes of one step.

use crate::error::{Code, Error};

/// Entropy for one step, drawn by the host inside a request.
pub struct Entropy([u8; Entropy::BYTES]);

impl Entropy {
    /// The random bytes one step takes: an id, three nonces and a tie-break.
    pub const BYTES: usize = 108;

    /// These random bytes.
    ///
    /// # Errors
    /// `entropy` when all bytes are the same: the random source is broken, and an id made of it would be everybody's.
    pub fn new(bytes: [u8; Self::BYTES]) -> Result<Self, Error> {
        if bytes.windows(2).all(|pair| pair.first() == pair.last()) {
            return Err(Error::new(Code::Entropy, "the random source returned the same byte over and over"));
        }
        Ok(Self(bytes))
    }

    pub(crate) fn id(&self) -> [u8; 32] {
        self.part(0)
    }

    pub(crate) fn token_nonce(&self) -> [u8; 24] {
        self.part(32)
    }

    pub(crate) fn record_nonce(&self) -> [u8; 24] {
        self.part(56)
    }

    pub(crate) fn successor_nonce(&self) -> [u8; 24] {
        self.part(80)
    }

    /// A form's token is made in a step of its own, which takes no other nonce.
    pub(crate) fn csrf_nonce(&self) -> [u8; 16] {
        self.part(32)
    }

    pub(crate) fn tie(&self) -> u32 {
        u32::from_be_bytes(self.part(104))
    }

    fn part<const N: usize>(&self, at: usize) -> [u8; N] {
        self.0.get(at..).and_then(|tail| tail.first_chunk()).copied().unwrap_or([0; N])
    }
}

impl core::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Entropy([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn a_broken_random_source_issues_nothing() {
        for byte in [0, 1, 255] {
            assert_eq!(Entropy::new([byte; Entropy::BYTES]).unwrap_err().code(), Code::Entropy);
        }
    }

    #[test]
    fn no_part_of_the_entropy_is_used_twice() {
        let mut bytes = [0; Entropy::BYTES];
        bytes.iter_mut().enumerate().for_each(|(i, byte)| *byte = i as u8);
        let entropy = Entropy::new(bytes).unwrap();
        let mut parts: Vec<u8> = entropy.id().into();
        for nonce in [entropy.token_nonce(), entropy.record_nonce(), entropy.successor_nonce()] {
            parts.extend(nonce);
        }
        parts.extend(entropy.tie().to_be_bytes());
        assert_eq!(parts, bytes);
    }
}
