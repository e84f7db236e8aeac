//! Secrets, the keys derived from them, and rotation.
//!
//! Every purpose has its own key (`blake3::derive_key` with one context string per purpose), so that what is sealed for
//! one can never be opened for another. A key is found by its id, never by trying all: ChaCha20-Poly1305 does not commit
//! to its key, and trying would also tell by its time which one fitted.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use edge_session_aead as aead;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Error;
use crate::text::decimal;

/// The fewest bytes of a secret: 256 bits, as many as the cipher's key has.
pub const SECRET_BYTES: usize = 32;
/// The bytes of an XChaCha20-Poly1305 nonce: long enough to be random for every message.
pub const NONCE_BYTES: usize = aead::NONCE_BYTES;
/// The bytes of a Poly1305 tag.
pub const TAG_BYTES: usize = aead::TAG_BYTES;
/// The bytes of a key's id.
pub const KEY_ID_BYTES: usize = 4;

const PURPOSE_ID: &str = "edge-session 2026-11-22 v1 key id";
const PURPOSE_SEAL: &str = "edge-session 2026-11-22 v1 seal";
const PURPOSE_USER: &str = "edge-session 2026-11-22 v1 user key";
const PURPOSE_CSRF: &str = "edge-session 2026-11-22 v1 csrf";
const PURPOSE_STORE: &str = "edge-session 2026-11-22 v1 store key";

/// Names a secret without telling anything of it. Stands in front of everything sealed with it.
pub type KeyId = [u8; KEY_ID_BYTES];

/// The keys of all secrets. The first seals, all open.
pub struct Keyring(Vec<Keys>);

/// The keys derived from one secret.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    #[zeroize(skip)]
    id: KeyId,
    seal: [u8; 32],
    store: [u8; 32],
    user: [u8; 32],
    csrf: [u8; 32],
}

impl Keyring {
    /// The keyring of these secrets, newest first.
    ///
    /// # Errors
    /// `config`, naming `secrets` or `secrets[i]`: none given, shorter than [`SECRET_BYTES`], given twice, or plainly
    /// no random bytes.
    pub fn new(secrets: &[&[u8]]) -> Result<Self, Error> {
        let mut ring: Vec<Keys> = Vec::new();
        for (index, secret) in secrets.iter().enumerate() {
            check_random(secret).map_err(|reason| wrong(index, reason))?;
            let keys = Keys::derive(secret);
            if ring.iter().any(|known| known.id == keys.id) {
                return Err(wrong(index, "is given twice"));
            }
            ring.push(keys);
        }
        if ring.is_empty() {
            return Err(Error::wrong("secrets", "at least one secret is needed"));
        }
        Ok(Self(ring))
    }

    /// Opens nothing and seals nothing: it stands in where the secrets are wrong, until all that is wrong was named.
    pub(crate) const fn empty() -> Self {
        Self(Vec::new())
    }

    /// The keys that seal: those of the newest secret.
    pub(crate) fn newest(&self) -> Option<&Keys> {
        self.0.first()
    }

    /// The keys of all secrets, newest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Keys> {
        self.0.iter()
    }

    /// The keys of this id, if its secret is still given.
    pub(crate) fn find(&self, id: &[u8]) -> Option<&Keys> {
        self.0.iter().find(|keys| keys.id == id)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring([redacted]; {})", self.0.len())
    }
}

impl Keys {
    fn derive(secret: &[u8]) -> Self {
        let [a, b, c, d, ..] = blake3::derive_key(PURPOSE_ID, secret);
        Self {
            id: [a, b, c, d],
            seal: blake3::derive_key(PURPOSE_SEAL, secret),
            store: blake3::derive_key(PURPOSE_STORE, secret),
            user: blake3::derive_key(PURPOSE_USER, secret),
            csrf: blake3::derive_key(PURPOSE_CSRF, secret),
        }
    }

    pub(crate) const fn id(&self) -> KeyId {
        self.id
    }

    /// A keyed hash of a session's id, for its name in the store.
    pub(crate) fn hash(&self, id: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.store, id).as_bytes()
    }

    /// A keyed hash of a user's name, for the name of their record in the store.
    pub(crate) fn hash_user(&self, user: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.user, user).as_bytes()
    }

    /// A keyed hash for the tokens of forms. Comparing two takes constant time.
    pub(crate) fn hash_csrf(&self, message: &[u8]) -> blake3::Hash {
        blake3::keyed_hash(&self.csrf, message)
    }

    /// `nonce | ciphertext | tag`. `None` only for a message longer than the cipher can seal (256 GiB).
    pub(crate) fn seal(&self, nonce: &[u8; NONCE_BYTES], message: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        let sealed = aead::seal(&self.seal, nonce, message, aad)?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// What [`Keys::seal`] sealed with the same `aad`. One opaque `None` for every way to fail.
    pub(crate) fn open(&self, sealed: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        let (nonce, message) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        aead::open(&self.seal, nonce, message, aad)
    }
}

/// The bytes of a secret given as text: hex, base64url or base64, padded or not.
///
/// # Errors
/// `config`, naming `secrets[index]`, when it is none of these. The text itself is never repeated.
pub fn decode_secret(index: usize, text: &str) -> Result<Vec<u8>, Error> {
    let text = text.trim_ascii();
    decode_hex(text).or_else(|| decode_base64(text)).ok_or_else(|| {
        wrong(index, "text that is neither base64url, base64 nor hex; make one with `openssl rand -base64 32`")
    })
}

/// Both alphabets, padded or not: the two that differ between them stand for the same bits.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut url = Vec::from(text.as_bytes());
    while url.last() == Some(&b'=') {
        url.pop();
    }
    for letter in &mut url {
        match letter {
            b'+' => *letter = b'-',
            b'/' => *letter = b'_',
            _ => {}
        }
    }
    aead::from_base64url(core::str::from_utf8(&url).ok()?)
}

/// Hex is recognised first, and only from 64 digits on: they would also pass for 48 bytes of base64.
fn decode_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() < 2 * SECRET_BYTES {
        return None;
    }
    hex(text)
}

/// The bytes of a text of hex digits, two for each.
fn hex(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for pair in text.as_bytes().chunks(2) {
        let [high, low] = pair else { return None };
        bytes.push(hex_digit(*high)? << 4 | hex_digit(*low)?);
    }
    Some(bytes)
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// 32 random bytes hold fewer than 16 different values once in 10^15 draws; a repeated word or a placeholder does.
fn check_random(secret: &[u8]) -> Result<(), &'static str> {
    if secret.len() < SECRET_BYTES {
        return Err("is too short; at least 32 random bytes are needed (`openssl rand -base64 32`)");
    }
    let mut seen = [false; 256];
    let mut distinct = 0_u32;
    for byte in secret {
        if let Some(slot @ false) = seen.get_mut(usize::from(*byte)) {
            *slot = true;
            distinct = distinct.saturating_add(1);
        }
    }
    if distinct < 16 {
        return Err("repeats itself, so it is no random secret; make one with `openssl rand -base64 32`");
    }
    Ok(())
}

/// `secrets[index]`
fn field_of(index: usize) -> String {
    ["secrets[", &decimal(index as u64), "]"].concat()
}

fn wrong(index: usize, reason: &str) -> Error {
    Error::wrong(&field_of(index), reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;
    use base64ct::{Base64, Base64Url, Base64UrlUnpadded, Encoding};

    fn secret(seed: u8) -> Vec<u8> {
        (0..32).map(|i: u8| i.wrapping_mul(7).wrapping_add(seed)).collect()
    }

    #[test]
    fn the_first_secret_seals_and_all_open() {
        let ring = Keyring::new(&[&secret(1), &secret(2)]).unwrap();
        let old = Keyring::new(&[&secret(2)]).unwrap();
        let sealed = old.newest().unwrap().seal(&[9; 24], b"message", b"aad").unwrap();
        let keys = ring.find(&old.newest().unwrap().id()).unwrap();
        assert_eq!(keys.open(&sealed, b"aad").as_deref(), Some(b"message".as_slice()));
        assert_ne!(ring.newest().unwrap().id(), keys.id());
    }

    #[test]
    fn a_changed_byte_anywhere_does_not_open() {
        let ring = Keyring::new(&[&secret(1)]).unwrap();
        let keys = ring.newest().unwrap();
        let sealed = keys.seal(&[9; 24], b"message", b"aad").unwrap();
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert_eq!(keys.open(&damaged, b"aad"), None, "byte {at}");
        }
        assert_eq!(keys.open(&sealed, b"other"), None);
        assert_eq!(keys.open(&sealed[..23], b"aad"), None);
    }

    #[test]
    fn weak_secrets_are_refused_by_name() {
        let refused: [(&[&[u8]], &str); 5] = [
            (&[], "secrets:"),
            (&[&[1; 31]], "secrets[0]: is too short"),
            (&[&[7; 64]], "secrets[0]: repeats itself"),
            (&[&secret(1), b"change-me-change-me-change-me-change-me-"], "secrets[1]: repeats itself"),
            (&[&secret(1), &secret(1)], "secrets[1]: is given twice"),
        ];
        for (secrets, message) in refused {
            let error = Keyring::new(secrets).unwrap_err();
            assert!(error.message().starts_with(message), "{error}");
        }
    }

    #[test]
    fn text_is_decoded_as_what_it_was_written_as() {
        let bytes: Vec<u8> = (200..=255).collect();
        let hex: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
        for text in [
            hex,
            Base64::encode_string(&bytes),
            Base64Url::encode_string(&bytes),
            Base64UrlUnpadded::encode_string(&bytes),
        ] {
            assert_eq!(decode_secret(0, &format!(" {text}\n")).unwrap(), bytes, "{text}");
        }
        let error = decode_secret(3, "correct horse battery staple").unwrap_err().to_string();
        assert!(error.starts_with("secrets[3]: text that is neither") && !error.contains("horse"), "{error}");
    }

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", Keyring::new(&[&secret(1)]).unwrap()), "Keyring([redacted]; 1)");
    }
}
