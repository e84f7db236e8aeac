//! The seal of a token, a second time: from its description in `src/token.rs` and `src/keyring.rs`, not from their code. So
//! anything at all can be sealed, and what the core seals is seen to be what is described.

use edge_session_aead::{seal, to_base64url};

use crate::application::{COOKIE, secret};

/// The cookie's value that carries `plain`, sealed with the secret of this number. `whole`: the token is the session.
pub(crate) fn sealed(plain: &[u8], number: u8, whole: bool) -> String {
    let secret = secret(number);
    let key = blake3::derive_key("edge-session 2026-11-22 v1 seal", &secret);
    let id = id(number);
    let header = [1, id[0], id[1], id[2], id[3]];
    let purpose: &[u8] = if whole { b"edge-session whole " } else { b"edge-session token " };
    // The audience is the cookie's name where none is given; both have their length in front.
    let name = [&[COOKIE.len() as u8], COOKIE.as_bytes()].concat();
    let aad = [purpose, &name, &name, &header].concat();
    let nonce = [7; 24];
    let sealed = seal(&key, &nonce, plain, &aad).expect("less than 256 GiB");
    to_base64url(&[&header[..], &nonce, &sealed].concat())
}

/// The id of the keys of a secret.
pub(crate) fn id(number: u8) -> [u8; 4] {
    let [a, b, c, d, ..] = blake3::derive_key("edge-session 2026-11-22 v1 key id", &secret(number));
    [a, b, c, d]
}
