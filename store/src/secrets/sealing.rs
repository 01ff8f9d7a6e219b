//! Authenticated encryption of small data that passes through a browser: XChaCha20-Poly1305 with a random 24-byte nonce
//! (draft-irtf-cfrg-xchacha), the purpose as associated data, the time of expiry inside.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use chrono::{DateTime, Utc};
use std::fmt;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;
/// Bytes of a nonce: long enough to be random without a count of how many were used.
pub(crate) const NONCE_BYTES: usize = 24;
/// Bytes of the expiry, milliseconds since 1970, before the data.
const EXPIRY_BYTES: usize = 8;

/// A key. `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct Key([u8; KEY_BYTES]);

impl Key {
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Seals `data` until `expires_at`. Base64 for URLs, without padding. `None` only for data past the cipher's 256 GiB.
pub(crate) fn seal(key: &Key, nonce: [u8; NONCE_BYTES], purpose: &str, expires_at: DateTime<Utc>, data: &[u8]) -> Option<String> {
    let mut plain = expires_at.timestamp_millis().to_be_bytes().to_vec();
    plain.extend_from_slice(data);
    let payload = Payload { msg: &plain, aad: purpose.as_bytes() };
    let mut sealed = nonce.to_vec();
    sealed.extend(key.cipher().encrypt(&XNonce::from(nonce), payload).ok()?);
    Some(URL_SAFE_NO_PAD.encode(sealed))
}

/// Opens what [`seal`] sealed with this key for this purpose, unless it has expired.
pub(crate) fn unseal(key: &Key, purpose: &str, now: DateTime<Utc>, sealed: &str) -> Option<Vec<u8>> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, encrypted) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload { msg: encrypted, aad: purpose.as_bytes() };
    let plain = key.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?;
    let (expiry, data) = plain.split_first_chunk::<EXPIRY_BYTES>()?;
    (now.timestamp_millis() < i64::from_be_bytes(*expiry)).then(|| data.to_vec())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;
    use chrono::TimeDelta;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn key(byte: u8) -> Key {
        Key::new([byte; KEY_BYTES])
    }

    #[test]
    fn opens_only_with_the_same_key_and_purpose_before_expiry() {
        let sealed = seal(&key(1), [7; NONCE_BYTES], "device", at(100), "Đường".as_bytes()).unwrap();
        assert_eq!(unseal(&key(1), "device", at(99), &sealed).unwrap(), "Đường".as_bytes());
        assert_eq!(unseal(&key(2), "device", at(99), &sealed), None, "another key");
        assert_eq!(unseal(&key(1), "form", at(99), &sealed), None, "another purpose");
        assert_eq!(unseal(&key(1), "device", at(100), &sealed), None, "expired");
    }

    #[test]
    fn no_changed_or_cut_character_is_accepted() {
        let sealed = seal(&key(1), [7; NONCE_BYTES], "device", at(100), b"data").unwrap();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(unseal(&key(1), "device", at(0), std::str::from_utf8(&changed).unwrap()), None, "character {place}");
            assert_eq!(unseal(&key(1), "device", at(0), &sealed[..place]), None, "cut at {place}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", key(1)), "Key(…)");
    }
}
