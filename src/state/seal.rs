//! Signing and opening, one derived key per purpose.

use aws_lc_rs::{hkdf, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::{base64url, secret::LoginSecret};

/// `{"alg":"HS256","typ":"JWT"}`, the only header there is.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// Room for a signature of 32 bytes, as decoding asks for it.
const SIGNATURE: usize = 33;

/// Seals values of one purpose as HS256 tokens; the first secret seals, all of them open.
#[derive(Clone)]
pub(crate) struct Sealer(Vec<hmac::Key>);

impl Sealer {
    /// Derives this purpose's keys, so that a token of one purpose never opens as another.
    pub(crate) fn new(purpose: &str, secrets: &[LoginSecret]) -> Self {
        let keys = secrets.iter().filter_map(|secret| {
            let key = derive(purpose, secret.bytes())?;
            Some(hmac::Key::new(hmac::HMAC_SHA256, &key))
        });
        Self(keys.collect())
    }

    /// Seals a value. `None` only if there is no secret or the value is no JSON.
    pub(crate) fn seal(&self, value: &impl Serialize) -> Option<String> {
        let key = self.0.first()?;
        let payload = serde_json::to_vec(value).ok()?;
        let mut token = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = hmac::sign(key, token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Some(token)
    }

    /// Opens what one of the secrets has sealed; compares in constant time.
    pub(crate) fn open<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let (message, signature) = token.rsplit_once('.')?;
        let payload = message.strip_prefix(HEADER)?.strip_prefix('.')?;
        let mut decoded = [0; SIGNATURE];
        let length = URL_SAFE_NO_PAD.decode_slice(signature, &mut decoded).ok()?;
        let signature = &decoded[..length];
        let genuine = |key| hmac::verify(key, message.as_bytes(), signature).is_ok();
        if !self.0.iter().any(genuine) {
            return None;
        }
        serde_json::from_slice(&base64url::decode(payload)?).ok()
    }
}

pub(super) fn derive(purpose: &str, secret: &[u8]) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"tower-lti v1")
        .extract(secret)
        .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
        .ok()?
        .fill(&mut key)
        .ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_for_one_purpose_opens_for_no_other() {
        let secrets = [LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap()];
        let (one, other) = (Sealer::new("one", &secrets), Sealer::new("other", &secrets));

        let sealed = one.seal(&5).unwrap();

        assert_eq!(one.open::<u8>(&sealed), Some(5));
        assert_eq!(other.open::<u8>(&sealed), None);
    }
}
