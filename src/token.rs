//! The sealed client token: all that a visitor's cookie says.
//!
//! The client cannot read it and cannot change it. It is bound to the application and to the cookie's name through the
//! associated data, so that one cookie's value is never accepted as another's.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use edge_session_aead::{from_base64url, to_base64url};

use crate::error::Reject;
use crate::keyring::{KEY_ID_BYTES, KeyId, Keyring, Keys, NONCE_BYTES, TAG_BYTES};
use crate::merge::Stamp;
use crate::record::{Namespace, decode_namespaces};
use crate::time::Timestamp;
use crate::users::UserKey;
use crate::wire::{Reader, Writer};

const VERSION: u8 = 1;
/// The bytes of a session id: 256 random bits.
pub const ID_BYTES: usize = 32;
/// What a token costs beyond its overlay, in bytes before base64url.
pub(crate) const OVERHEAD: usize = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES + FIXED;
/// What it costs more for a signed-in visitor whose writes are coalesced.
pub(crate) const EXTRAS: usize = 2 + 6 + 16 + 6;
/// What it costs more where a newer secret has just named it.
pub(crate) const EXTRAS_AND_FORMER: usize = EXTRAS + KEY_ID_BYTES + 6 + 16;
const HAS_SLOT: u8 = 1;
const HAS_USER: u8 = 2;
const HAS_BEHIND: u8 = 4;
const HAS_FORMER: u8 = 8;
const FIXED: usize = KEY_ID_BYTES + ID_BYTES + 3 * 6 + Stamp::BYTES;

/// What a token says of its session.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// The session's id. Nothing but the token holds it.
    pub(crate) id: [u8; ID_BYTES],
    /// The secret that names the session in the store; it stays when the token is sealed with a newer one.
    pub(crate) home: KeyId,
    /// When the session was created.
    pub created: Timestamp,
    /// When its lifetimes began: when it was created, or last signed in or out.
    pub began: Timestamp,
    /// The last access, refreshed once per resolution.
    pub last_access: Timestamp,
    /// The newest stamp this client has seen that the token itself does not carry.
    pub seen: Stamp,
    /// When the last put of the record was made or is planned, where puts are coalesced; otherwise 0.
    pub(crate) slot: Timestamp,
    /// Who is signed in, by the name of their record.
    pub(crate) user: Option<UserKey>,
    /// The user's epoch that spared this session; 0: it began after all that there were. Only with a user.
    pub(crate) spared: Timestamp,
    /// Since when the store has been known to show less than this client has seen; 0 while it does not.
    pub(crate) behind: Timestamp,
    /// The secret that a newer one took the place of.
    pub(crate) former: Option<Box<Former>>,
    /// The entries that the store may not show yet, as [`crate::record`] writes namespaces. Empty: none.
    pub(crate) overlay: Vec<u8>,
}

/// What named a session before its new id was named by a newer secret. Whoever did not know that secret yet wrote the end of
/// the user's sessions, or of all, under this one, and the store may not show it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Former {
    pub(crate) home: KeyId,
    /// How long such an end may come to light.
    pub(crate) until: Timestamp,
    /// The name of the user's record by that secret.
    pub(crate) user: Option<UserKey>,
}

impl core::fmt::Debug for Client {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Client").field("id", &"[redacted]").field("created", &self.created).finish_non_exhaustive()
    }
}

impl Client {
    /// What a token says of a session that begins now.
    pub(crate) fn begin(id: [u8; ID_BYTES], home: KeyId, now: Timestamp) -> Self {
        Self {
            id,
            home,
            created: now,
            began: now,
            last_access: now,
            seen: Stamp::ZERO,
            slot: Timestamp::default(),
            user: None,
            spared: Timestamp::default(),
            behind: Timestamp::default(),
            former: None,
            overlay: Vec::new(),
        }
    }

    /// `home 4 | id 32 | created 6 | began 6 | last access 6 | seen 12 | extras | overlay`
    ///
    /// Extras, only if there are any: `0 | which | slot 6 | user 16 | spared 6 | behind 6 | former home 4 | until 6 | user 16, or
    /// zeros`. An overlay begins with a count, which is never 0.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.encode_to(&mut bytes);
        bytes
    }

    pub(crate) fn encode_to(&self, bytes: &mut Vec<u8>) {
        bytes.reserve(FIXED.saturating_add(self.overlay.len()));
        bytes.put(&self.home);
        bytes.put(&self.id);
        bytes.put_time(self.created);
        bytes.put_time(self.began);
        bytes.put_time(self.last_access);
        bytes.put(&self.seen.to_bytes());
        let (slot, behind) = (self.slot > Timestamp::default(), self.behind > Timestamp::default());
        let flag = |has: bool, flag: u8| if has { flag } else { 0 };
        let extras = flag(slot, HAS_SLOT)
            | flag(self.user.is_some(), HAS_USER)
            | flag(behind, HAS_BEHIND)
            | flag(self.former.is_some(), HAS_FORMER);
        if extras > 0 {
            bytes.put(&[0, extras]);
        }
        if slot {
            bytes.put_time(self.slot);
        }
        if let Some(user) = &self.user {
            bytes.put(user);
            bytes.put_time(self.spared);
        }
        if behind {
            bytes.put_time(self.behind);
        }
        if let Some(Former { home, until, user }) = self.former.as_deref() {
            bytes.put(home);
            bytes.put_time(*until);
            bytes.put(&user.unwrap_or_default());
        }
        bytes.put(&self.overlay);
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let mut client = Self {
            home: reader.array()?,
            id: reader.array()?,
            created: reader.time()?,
            began: reader.time()?,
            last_access: reader.time()?,
            seen: Stamp::from_bytes(reader.array()?),
            slot: Timestamp::default(),
            user: None,
            spared: Timestamp::default(),
            behind: Timestamp::default(),
            former: None,
            overlay: Vec::new(),
        };
        if reader.rest().first() == Some(&0) {
            let [_, extras] = reader.array()?;
            // Another release's extras would be read as something else.
            if extras == 0 || extras & !(HAS_SLOT | HAS_USER | HAS_BEHIND | HAS_FORMER) != 0 {
                return None;
            }
            client.slot = extra_time(&mut reader, extras & HAS_SLOT)?;
            if extras & HAS_USER != 0 {
                (client.user, client.spared) = (Some(reader.array()?), reader.time()?);
            }
            client.behind = extra_time(&mut reader, extras & HAS_BEHIND)?;
            if extras & HAS_FORMER != 0 {
                let (home, until, user) = (reader.array()?, reader.time()?, reader.array()?);
                let user = Some(user).filter(|user| *user != UserKey::default());
                client.former = Some(Box::new(Former { home, until, user }));
            }
        }
        client.overlay = reader.rest().to_vec();
        client.overlay()?;
        Some(client)
    }

    /// What tells the later of two tokens of one session.
    pub(crate) fn latest(&self) -> (Timestamp, Stamp) {
        let carried = self.overlay().unwrap_or_default().iter().map(Namespace::newest).max().unwrap_or_default();
        (self.last_access, carried.max(self.seen))
    }

    /// The overlay's namespaces. `None`: they are garbage, which no sealed token is.
    pub(crate) fn overlay(&self) -> Option<Vec<Namespace<'_>>> {
        decode_overlay(&self.overlay)
    }
}

/// The namespaces of an overlay. `None`: garbage.
pub(crate) fn decode_overlay(overlay: &[u8]) -> Option<Vec<Namespace<'_>>> {
    if overlay.is_empty() {
        return Some(Vec::new());
    }
    decode_namespaces(Reader::new(overlay)).map(|(namespaces, _)| namespaces)
}

/// A time that is only there if its flag is, and then is one.
fn extra_time(reader: &mut Reader<'_>, flag: u8) -> Option<Timestamp> {
    if flag == 0 {
        return Some(Timestamp::default());
    }
    reader.time().filter(|time| *time > Timestamp::default())
}

/// What a token is bound to: the application and the cookie's name.
#[derive(Clone, Debug)]
pub(crate) struct Scope(Vec<u8>);

impl Scope {
    /// `whole`: the token is the whole session. One that belongs to a record in a store, which may have ended, never
    /// passes for it.
    pub(crate) fn new(whole: bool, audience: &str, cookie: &str) -> Self {
        Self::of(if whole { b"edge-session whole " } else { b"edge-session token " }, audience, cookie)
    }

    /// Another purpose than a cookie's. None begins with another, so that no audience makes one of them read as another.
    pub(crate) fn of(purpose: &[u8], audience: &str, name: &str) -> Self {
        let mut aad = Vec::from(purpose);
        aad.put_bytes(audience.as_bytes());
        aad.put_bytes(name.as_bytes());
        Self(aad)
    }

    fn aad(&self, header: &[u8]) -> Vec<u8> {
        [self.0.as_slice(), header].concat()
    }
}

/// `version 1 | key id 4 | nonce 24 | ciphertext | tag 16`, in base64url without padding.
///
/// The upper four bits of the version tell in how many further cookies the text goes on: `further` says it of its length.
pub(crate) fn seal(
    client: &Client,
    keys: &Keys,
    scope: &Scope,
    nonce: &[u8; NONCE_BYTES],
    further: impl FnOnce(usize) -> usize,
) -> Option<String> {
    let plain = client.encode();
    let bytes = (OVERHEAD - FIXED).saturating_add(plain.len());
    let [a, b, c, d] = keys.id();
    let header = [version(further(bytes.saturating_mul(4).div_ceil(3))), a, b, c, d];
    let sealed = keys.seal(nonce, &plain, &scope.aad(&header))?;
    Some(to_base64url(&[header.as_slice(), &sealed].concat()))
}

/// In how many further cookies the token that begins with this text goes on; it says so itself, and may lie.
pub(crate) fn further(token: &str) -> usize {
    let start = token.get(..4).and_then(from_base64url);
    start.and_then(|bytes| bytes.first().copied()).map_or(0, |version| usize::from(version >> 4))
}

const fn version(further: usize) -> u8 {
    (further << 4) as u8 | VERSION
}

/// What [`seal`] sealed for the same scope, and the id of the key it was sealed with. `further`: in how many further
/// cookies the token came.
pub(crate) fn open(token: &str, further: usize, ring: &Keyring, scope: &Scope) -> Result<(Client, KeyId), Reject> {
    let bytes = from_base64url(token).ok_or(Reject::Malformed)?;
    let (header, sealed) = bytes.split_first_chunk::<{ 1 + KEY_ID_BYTES }>().ok_or(Reject::Malformed)?;
    let [start, key_id @ ..] = header;
    if *start != version(further) {
        return Err(Reject::UnknownVersion);
    }
    let keys = ring.find(key_id).ok_or(Reject::UnknownKey)?;
    let plain = keys.open(sealed, &scope.aad(header)).ok_or(Reject::Forged)?;
    let client = Client::decode(&plain).ok_or(Reject::Forged)?;
    // The secret that names this session in the store was dropped: its record can no longer be found.
    ring.find(&client.home).ok_or(Reject::UnknownKey)?;
    Ok((client, *key_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(seed: u8) -> Keyring {
        let secret: Vec<u8> = (0..32).map(|i: u8| i.wrapping_mul(seed)).collect();
        Keyring::new(&[&secret]).unwrap()
    }

    fn client(home: KeyId) -> Client {
        let at = Timestamp::from_millis;
        let seen = Stamp::next(at(4), Stamp::ZERO, 9);
        Client {
            id: [5; 32],
            home,
            created: at(1),
            began: at(2),
            last_access: at(3),
            seen,
            slot: at(0),
            user: None,
            spared: at(0),
            behind: at(0),
            former: None,
            overlay: Vec::new(),
        }
    }

    #[test]
    fn a_token_opens_to_what_was_sealed() {
        let (ring, scope) = (ring(7), Scope::new(false, "shop", "__Host-session"));
        let keys = ring.newest().unwrap();
        let token = seal(&client(keys.id()), keys, &scope, &[1; 24], |_| 0).unwrap();
        let (opened, key_id) = open(&token, 0, &ring, &scope).unwrap();
        assert!(opened == client(keys.id()) && key_id == keys.id());
        assert_eq!(token.len(), OVERHEAD.div_ceil(3) * 4 - (3 - OVERHEAD % 3) % 3);
    }

    #[test]
    fn what_only_some_tokens_say_comes_back_as_well() {
        let until = Timestamp::from_millis(9);
        let formers = [None, Some([8; 16])].map(|user| Former { home: [3; 4], until, user });
        for (slot, user, behind) in
            [(0, None, 0), (7, None, 0), (0, Some([9; 16]), 0), (0, None, 8), (7, Some([9; 16]), 8)]
        {
            for former in formers.map(Some).into_iter().chain([None]) {
                let [slot, behind] = [slot, behind].map(Timestamp::from_millis);
                let client = Client { slot, user, behind, former: former.map(Box::new), ..client([1; 4]) };
                let bytes = client.encode();
                assert!(Client::decode(&bytes) == Some(client), "{user:?} {former:?}");
                assert!(bytes.len() <= FIXED + former.map_or(EXTRAS, |_| EXTRAS_AND_FORMER) + 6);
            }
        }
    }

    #[test]
    fn what_no_release_says_this_way_is_not_read_as_something_else() {
        let plain = client([1; 4]).encode();
        for extras in
            [&[0, 0][..], &[0, 32], &[0, 16], &[0, HAS_SLOT, 0, 0, 0, 0, 0, 0], &[0, HAS_BEHIND, 0, 0, 0, 0, 0, 0]]
        {
            assert!(Client::decode(&[plain.as_slice(), extras].concat()).is_none(), "{extras:?}");
        }
        let user = [&[0, HAS_USER | 32][..], &[7; 16], &[0; 6]].concat();
        assert!(Client::decode(&[plain.as_slice(), &user].concat()).is_none(), "an extra that is not known");
    }

    #[test]
    fn every_refusal_has_its_reason_and_every_damage_the_same_one() {
        let (ring7, scope) = (ring(7), Scope::new(false, "shop", "__Host-session"));
        let keys = ring7.newest().unwrap();
        let token = seal(&client(keys.id()), keys, &scope, &[1; 24], |_| 0).unwrap();
        assert_eq!(open("", 0, &ring7, &scope).unwrap_err(), Reject::Malformed);
        assert_eq!(open("not base64!", 0, &ring7, &scope).unwrap_err(), Reject::Malformed);
        let bytes = from_base64url(&token).unwrap();
        let next_release = to_base64url(&[&[VERSION + 1], &bytes[1..]].concat());
        assert_eq!(open(&next_release, 0, &ring7, &scope).unwrap_err(), Reject::UnknownVersion);
        assert_eq!(open(&token, 0, &ring(11), &scope).unwrap_err(), Reject::UnknownKey);
        for (audience, cookie) in [("shop", "session"), ("other", "__Host-session"), ("shop__Host", "-session")] {
            assert_eq!(open(&token, 0, &ring7, &Scope::new(false, audience, cookie)).unwrap_err(), Reject::Forged);
        }
        for at in 5..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x80;
            let damaged = to_base64url(&damaged);
            assert_eq!(open(&damaged, 0, &ring7, &scope).unwrap_err(), Reject::Forged, "byte {at}");
        }
        for length in 0..bytes.len() {
            let cut = to_base64url(&bytes[..length]);
            let reason = if length < 5 { Reject::Malformed } else { Reject::Forged };
            assert_eq!(open(&cut, 0, &ring7, &scope).unwrap_err(), reason, "{length} bytes");
        }
    }
}
