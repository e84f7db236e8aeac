//! Tokens against cross-site request forgery.
//!
//! A form carries one, and the server compares it with the session that the cookie opens: another site can make a browser
//! send the cookie, but cannot read the form (OWASP, "Cross-Site Request Forgery Prevention Cheat Sheet", HMAC based token
//! pattern). It is a keyed hash over the session's id, so it changes when that does: at sign-in, sign-out and rotation.
//! Every form gets another text for the same session, so that compression does not give it away letter by letter (BREACH).

use alloc::string::String;

use edge_session_aead::{from_base64url, to_base64url};

use crate::entropy::Entropy;
use crate::error::Error;
use crate::session::{Session, Sessions, foreign};

const NONCE_BYTES: usize = 16;

impl Sessions {
    /// A token for this session: `nonce 16 | keyed hash 32` in base64url, 64 characters.
    ///
    /// # Errors
    /// `config` where the session is new and the request may not begin one: nothing would keep what the form is to be
    /// compared with. `internal` when the session is not one this application opened.
    pub fn csrf_token(&self, session: &Session, entropy: &Entropy) -> Result<String, Error> {
        session.check_begins()?;
        let nonce: [u8; NONCE_BYTES] = entropy.csrf_nonce();
        let hash = self.csrf_hash(session, &nonce)?;
        Ok(to_base64url(&[nonce.as_slice(), hash.as_bytes()].concat()))
    }

    /// Whether the token was made for this session. The comparison takes the same time wherever they differ.
    ///
    /// # Errors
    /// `internal` when the session is not one this application opened.
    pub fn verify_csrf(&self, session: &Session, token: &str) -> Result<bool, Error> {
        let Some(bytes) = from_base64url(token) else { return Ok(false) };
        let Some((nonce, hash)) = bytes.split_first_chunk::<NONCE_BYTES>() else { return Ok(false) };
        Ok(self.csrf_hash(session, nonce)? == *hash)
    }

    fn csrf_hash(&self, session: &Session, nonce: &[u8; NONCE_BYTES]) -> Result<blake3::Hash, Error> {
        let keys = self.options.keyring.find(&session.client.home).ok_or_else(foreign)?;
        Ok(keys.hash_csrf(&[session.client.id.as_slice(), nonce].concat()))
    }
}
