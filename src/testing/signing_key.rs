//! A private key of a simulated platform.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aws_lc_rs::{
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// An RSA key of 2048 bits with a key id. Cheap to clone.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    pair: Arc<KeyPair>,
}

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Panics
    ///
    /// Panics when no key can be made.
    #[must_use]
    pub fn generate(id: &str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("an RSA key can be made");
        Self {
            id: id.to_owned(),
            pair: Arc::new(pair),
        }
    }

    /// One of four keys that are made once for the whole process, under an id of choice.
    ///
    /// Making a key is slow; most tests can share.
    #[must_use]
    pub fn shared(number: usize, id: &str) -> Self {
        static SHARED: [OnceLock<SigningKey>; 4] = [const { OnceLock::new() }; 4];
        let key = SHARED[number % SHARED.len()].get_or_init(|| Self::generate("shared"));
        Self {
            id: id.to_owned(),
            pair: Arc::clone(&key.pair),
        }
    }

    /// The key id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public half as a JWK.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "kid": self.id,
            "use": "sig",
            "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The public half as DER, as an attacker would use it for an HMAC key.
    ///
    /// # Panics
    ///
    /// Panics when the key has no such form.
    #[must_use]
    pub fn public_der(&self) -> Vec<u8> {
        let der: aws_lc_rs::encoding::PublicKeyX509Der<'_> = self
            .pair
            .public_key()
            .as_der()
            .expect("an RSA key has a DER form");
        der.as_ref().to_vec()
    }

    pub(super) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let encoding: &'static dyn RsaEncoding = match algorithm {
            "RS512" => &RSA_PKCS1_SHA512,
            _ => &RSA_PKCS1_SHA256,
        };
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(encoding, &SystemRandom::new(), message, &mut signature)
            .expect("an RSA key signs");
        signature
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
