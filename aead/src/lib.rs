//! The AEAD of edge-session, and the text form of what it seals.
//!
//! A crate of its own for one reason: generic code is compiled where it is used, with the user's settings. The session
//! model is compiled for size; the cipher's loops, inlined into it, would run at half their speed.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod base64url;

use alloc::vec::Vec;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

pub use base64url::{from_base64url, is_base64url, to_base64url};

/// The bytes of a key.
pub const KEY_BYTES: usize = 32;
/// The bytes of a nonce: long enough to be random for every message.
pub const NONCE_BYTES: usize = 24;
/// The bytes of a tag.
pub const TAG_BYTES: usize = 16;

/// `ciphertext | tag` of `message` under XChaCha20-Poly1305; `aad` is authenticated with it. `None` only for a message
/// longer than the cipher can seal (256 GiB).
///
/// ```
/// let sealed = edge_session_aead::seal(&[1; 32], &[2; 24], b"message", b"aad").unwrap();
/// assert_eq!(edge_session_aead::open(&[1; 32], &[2; 24], &sealed, b"aad").unwrap(), b"message");
/// assert!(edge_session_aead::open(&[1; 32], &[2; 24], &sealed, b"other").is_none());
/// ```
#[inline(never)]
pub fn seal(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], message: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    XChaCha20Poly1305::new(&(*key).into()).encrypt(&(*nonce).into(), Payload { msg: message, aad }).ok()
}

/// What [`seal`] sealed. One opaque `None` for every way to fail.
#[inline(never)]
pub fn open(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], sealed: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    XChaCha20Poly1305::new(&(*key).into()).decrypt(&(*nonce).into(), Payload { msg: sealed, aad }).ok()
}
