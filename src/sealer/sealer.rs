//! Seals what nobody but this tool may read (AES-256-GCM).

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{base64url, secret::LoginSecret};

/// Seals bytes with AES-256-GCM; the first secret seals, all of them open.
pub(crate) struct Sealer(Vec<RandomizedNonceKey>);

/// The length of the nonce that stands before what is sealed.
const NONCE: usize = 12;

impl Sealer {
    /// Derives this purpose's keys, so that nothing of one purpose opens as another.
    pub(crate) fn new(purpose: &str, secrets: &[LoginSecret]) -> Self {
        let keys = secrets.iter().filter_map(|secret| {
            RandomizedNonceKey::new(&AES_256_GCM, &secret.derive_key(purpose)?).ok()
        });
        Self(keys.collect())
    }

    /// Seals bytes that belong to `name`. `None` only if there is no secret or no randomness.
    pub(crate) fn seal(&self, name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut body = bytes.to_vec();
        let nonce = self
            .0
            .first()?
            .seal_in_place_append_tag(Aad::from(name.as_bytes()), &mut body)
            .ok()?;
        Some([&nonce.as_ref()[..], &body].concat())
    }

    /// Opens what one of the secrets has sealed under the same name.
    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.iter().find_map(|key| open_with(key, name, sealed))
    }

    /// The same as [`seal`](Self::seal), as base64url.
    pub(crate) fn seal_text(&self, name: &str, bytes: &[u8]) -> Option<String> {
        Some(URL_SAFE_NO_PAD.encode(self.seal(name, bytes)?))
    }

    /// Opens what [`seal_text`](Self::seal_text) has sealed under the same name.
    pub(crate) fn open_text(&self, name: &str, sealed: &str) -> Option<Vec<u8>> {
        self.open(name, &base64url::decode(sealed)?)
    }

    /// Whether the secret that seals now has sealed this under that name.
    #[cfg(feature = "services")]
    pub(crate) fn is_of_present(&self, name: &str, sealed: &[u8]) -> bool {
        let present = self.0.first();
        present.is_some_and(|key| open_with(key, name, sealed).is_some())
    }
}

fn open_with(key: &RandomizedNonceKey, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_at_checked(NONCE)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = body.to_vec();
    let aad = Aad::from(name.as_bytes());
    let length = key.open_in_place(nonce, aad, &mut body).ok()?.len();
    body.truncate(length);
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_name_and_with_its_secret_alone() {
        let secret = |byte: u8| {
            LoginSecret::from_bytes(format!("secret {byte} that only tests may know")).unwrap()
        };
        let sealer = Sealer::new("parked", &[secret(1)]);
        let sealed = sealer.seal("t-1", b"a person").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"person"));
        assert_ne!(sealer.seal("t-1", b"a person").unwrap(), sealed);
        let rotated = Sealer::new("parked", &[secret(2), secret(1)]);
        for (sealer, name, opens) in [
            (&sealer, "t-1", true),
            (&rotated, "t-1", true),
            (&sealer, "t-2", false),
            (&Sealer::new("parked", &[secret(2)]), "t-1", false),
            (&Sealer::new("other", &[secret(1)]), "t-1", false),
        ] {
            let opened = sealer.open(name, &sealed);
            assert_eq!(opened.as_deref() == Some(b"a person"), opens, "{name}");
        }
        for end in 0..sealed.len() {
            assert_eq!(sealer.open("t-1", &sealed[..end]), None);
        }
    }
}
