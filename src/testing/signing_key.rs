//! A private key of a simulated platform.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aws_lc_rs::signature::{
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
};
use serde_json::Value;

use crate::tool_key::PrivateKey;

/// An RSA key of 2048 bits, or one on an elliptic curve, with a key id. Cheap to clone.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    algorithm: String,
    key: Arc<PrivateKey>,
}

impl SigningKey {
    /// Makes a new RSA key for RS256.
    ///
    /// # Panics
    ///
    /// Panics when no key can be made.
    #[must_use]
    pub fn generate(id: &str) -> Self {
        let key = PrivateKey::generate_rsa();
        Self::new(id, "RS256", key.expect("an RSA key can be made"))
    }

    /// Makes a new key on the curve P-256, for ES256. Made and used much faster than an RSA key.
    ///
    /// # Panics
    ///
    /// Panics when no key can be made.
    #[must_use]
    pub fn generate_p256(id: &str) -> Self {
        let key = PrivateKey::generate_p256();
        Self::new(id, "ES256", key.expect("a key can be made"))
    }

    /// Makes a new key on the curve P-384, for ES384.
    ///
    /// # Panics
    ///
    /// Panics when no key can be made.
    #[must_use]
    pub fn generate_p384(id: &str) -> Self {
        let key = PrivateKey::generate_p384();
        Self::new(id, "ES384", key.expect("a key can be made"))
    }

    /// One of four RSA keys that are made once for the whole process, under an id of choice.
    ///
    /// Making a key is slow; most tests can share.
    #[must_use]
    pub fn shared(number: usize, id: &str) -> Self {
        static SHARED: [OnceLock<SigningKey>; 4] = [const { OnceLock::new() }; 4];
        let key = SHARED[number % SHARED.len()].get_or_init(|| Self::generate("shared"));
        Self {
            id: id.to_owned(),
            ..key.clone()
        }
    }

    fn new(id: &str, algorithm: &str, key: PrivateKey) -> Self {
        Self {
            id: id.to_owned(),
            algorithm: algorithm.to_owned(),
            key: Arc::new(key),
        }
    }

    /// Sets the algorithm, by its JOSE name, that it is published for and that its tokens name.
    ///
    /// An RSA key can be for RS256, RS384, RS512 or PS256; the others have one algorithm only.
    #[must_use]
    pub fn for_algorithm(mut self, algorithm: &str) -> Self {
        self.algorithm = algorithm.to_owned();
        self
    }

    /// The key id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The JOSE name of the algorithm that it is for.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The public half as a JWK.
    #[must_use]
    pub fn jwk(&self) -> Value {
        self.key.public_jwk(&self.id, &self.algorithm)
    }

    /// The public half as DER, as an attacker would use it for an HMAC key.
    ///
    /// # Panics
    ///
    /// Panics when the key has no such form.
    #[must_use]
    pub fn public_der(&self) -> Vec<u8> {
        let der = self.key.public_der();
        der.expect("a public key has a DER form")
    }

    /// Signs as the algorithm says, else with RS256 or the one algorithm of the key's curve.
    pub(super) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let encoding: &'static dyn RsaEncoding = match algorithm {
            "RS384" => &RSA_PKCS1_SHA384,
            "RS512" => &RSA_PKCS1_SHA512,
            "PS256" => &RSA_PSS_SHA256,
            _ => &RSA_PKCS1_SHA256,
        };
        let signature = self.key.sign(encoding, message);
        signature.expect("a key signs")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
