//! Signs and verifies what may be read, but not be altered.
//!
//! `payload.mac`: base64url of JSON, and of its HMAC-SHA256 under a key for one purpose. It is no JWT, because
//! there is no algorithm to choose: a header would be one more thing that a sender writes and a reader must
//! not believe.

#[cfg(feature = "sessions")]
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::{base64url, secret::LoginSecret};

/// Room for a signature of 32 bytes, as decoding asks for it.
const SIGNATURE: usize = 33;

/// The length of a tag, in bytes (RFC 2104 §5).
#[cfg(feature = "sessions")]
pub(crate) const TAG: usize = 10;

/// Signs values of one purpose; the first secret signs, all of them verify.
#[derive(Clone)]
pub(crate) struct StateSigner(Vec<hmac::Key>);

impl StateSigner {
    /// Derives this purpose's keys, so that what was signed for one purpose is good for no other.
    pub(crate) fn new(purpose: &str, secrets: &[LoginSecret]) -> Self {
        let keys = secrets.iter().filter_map(|secret| {
            let key = secret.derive_key(purpose)?;
            Some(hmac::Key::new(hmac::HMAC_SHA256, &key))
        });
        Self(keys.collect())
    }

    /// Signs a value. `None` only if there is no secret or the value is no JSON.
    pub(crate) fn sign(&self, value: &impl Serialize) -> Option<String> {
        let key = self.0.first()?;
        let payload = serde_json::to_vec(value).ok()?;
        let mut signed = URL_SAFE_NO_PAD.encode(payload);
        let signature = hmac::sign(key, signed.as_bytes());
        signed.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut signed);
        Some(signed)
    }

    /// A short signature of a value that is itself a secret: it keeps made-up ones from the store. `None` only if there is
    /// no secret.
    #[cfg(feature = "sessions")]
    pub(crate) fn tag(&self, value: &[u8]) -> Option<[u8; TAG]> {
        first_bytes(&hmac::sign(self.0.first()?, value))
    }

    /// Whether one of the secrets has made this tag; compares in constant time.
    #[cfg(feature = "sessions")]
    pub(crate) fn has_tagged(&self, value: &[u8], tag: &[u8]) -> bool {
        let is_its = |key| {
            let expected = first_bytes(&hmac::sign(key, value));
            expected.is_some_and(|expected| verify_slices_are_equal(&expected, tag).is_ok())
        };
        self.0.iter().any(is_its)
    }

    /// The value, if one of the secrets has signed it; compares in constant time.
    pub(crate) fn verify<T: DeserializeOwned>(&self, signed: &str) -> Option<T> {
        let (payload, signature) = signed.split_once('.')?;
        let mut decoded = [0; SIGNATURE];
        let length = URL_SAFE_NO_PAD.decode_slice(signature, &mut decoded).ok()?;
        let signature = &decoded[..length];
        let genuine = |key| hmac::verify(key, payload.as_bytes(), signature).is_ok();
        if !self.0.iter().any(genuine) {
            return None;
        }
        serde_json::from_slice(&base64url::decode(payload)?).ok()
    }
}

#[cfg(feature = "sessions")]
fn first_bytes(signature: &hmac::Tag) -> Option<[u8; TAG]> {
    signature.as_ref().first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_for_one_purpose_is_good_for_no_other() {
        let secrets = [LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap()];
        let (one, other) = (
            StateSigner::new("one", &secrets),
            StateSigner::new("other", &secrets),
        );

        let signed = one.sign(&5).unwrap();

        assert_eq!(one.verify::<u8>(&signed), Some(5));
        assert_eq!(other.verify::<u8>(&signed), None);
    }
}
