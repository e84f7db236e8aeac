//! What is sealed in the store: records where the option asks for it, and the successor in a moved record.
//!
//! Bound to the handle through the associated data, so that a sealed record is of no use under another key.

use alloc::vec::Vec;

use crate::keyring::{Keyring, Keys, NONCE_BYTES};
use crate::store_key::Handle;

/// The first byte of a sealed record; a plain one begins with its layout's version.
const SEALED: u8 = 0x80;
const RECORD: &[u8] = b"edge-session record ";
const SUCCESSOR: &[u8] = b"edge-session successor ";

/// Whether these are the bytes of a sealed record.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&SEALED)
}

/// `0x80 | key id 4 | nonce 24 | ciphertext | tag 16`
pub(crate) fn seal_record(plain: &[u8], keys: &Keys, handle: &Handle, nonce: &[u8; NONCE_BYTES]) -> Option<Vec<u8>> {
    let sealed = seal_as(RECORD, plain, keys, handle, nonce)?;
    Some([[SEALED].as_slice(), &sealed].concat())
}

/// What [`seal_record`] sealed for the same handle.
pub(crate) fn open_record(bytes: &[u8], ring: &Keyring, handle: &Handle) -> Option<Vec<u8>> {
    open_as(RECORD, bytes.strip_prefix(&[SEALED])?, ring, handle)
}

/// `key id 4 | nonce 24 | ciphertext | tag 16`
pub(crate) fn seal_successor(client: &[u8], keys: &Keys, old: &Handle, nonce: &[u8; NONCE_BYTES]) -> Option<Vec<u8>> {
    seal_as(SUCCESSOR, client, keys, old, nonce)
}

/// What [`seal_successor`] sealed for the same old handle.
pub(crate) fn open_successor(bytes: &[u8], ring: &Keyring, old: &Handle) -> Option<Vec<u8>> {
    open_as(SUCCESSOR, bytes, ring, old)
}

fn seal_as(purpose: &[u8], plain: &[u8], keys: &Keys, handle: &Handle, nonce: &[u8; NONCE_BYTES]) -> Option<Vec<u8>> {
    let sealed = keys.seal(nonce, plain, &aad(purpose, keys, handle))?;
    Some([keys.id().as_slice(), &sealed].concat())
}

fn open_as(purpose: &[u8], bytes: &[u8], ring: &Keyring, handle: &Handle) -> Option<Vec<u8>> {
    let (key_id, sealed) = bytes.split_first_chunk::<4>()?;
    let keys = ring.find(key_id)?;
    keys.open(sealed, &aad(purpose, keys, handle))
}

fn aad(purpose: &[u8], keys: &Keys, handle: &Handle) -> Vec<u8> {
    [purpose, keys.id().as_slice(), handle.as_slice()].concat()
}
