//! A private key of a simulated platform.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
        RsaEncoding,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// An RSA key of 2048 bits, or one on an elliptic curve, with a key id. Cheap to clone.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    algorithm: String,
    pair: Arc<Pair>,
}

enum Pair {
    Rsa(KeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl SigningKey {
    /// Makes a new RSA key for RS256.
    ///
    /// # Panics
    ///
    /// Panics when no key can be made.
    #[must_use]
    pub fn generate(id: &str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("an RSA key can be made");
        Self::new(id, "RS256", Pair::Rsa(pair))
    }

    /// Makes a new key on the curve P-256, for ES256. Made and used much faster than an RSA key.
    ///
    /// # Panics
    ///
    /// Panics when no key can be made.
    #[must_use]
    pub fn generate_p256(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self::new(id, "ES256", Pair::P256(pair.expect("a key can be made")))
    }

    /// Makes a new key on the curve P-384, for ES384.
    ///
    /// # Panics
    ///
    /// Panics when no key can be made.
    #[must_use]
    pub fn generate_p384(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING);
        Self::new(id, "ES384", Pair::P384(pair.expect("a key can be made")))
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

    fn new(id: &str, algorithm: &str, pair: Pair) -> Self {
        Self {
            id: id.to_owned(),
            algorithm: algorithm.to_owned(),
            pair: Arc::new(pair),
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
        let mut jwk = match &*self.pair {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                json!({
                    "kty": "RSA",
                    "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
                    "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
                })
            }
            Pair::P256(pair) => point("P-256", pair),
            Pair::P384(pair) => point("P-384", pair),
        };
        jwk["kid"] = self.id.as_str().into();
        jwk["use"] = "sig".into();
        jwk["alg"] = self.algorithm.as_str().into();
        jwk
    }

    /// The public half as DER, as an attacker would use it for an HMAC key.
    ///
    /// # Panics
    ///
    /// Panics when the key has no such form.
    #[must_use]
    pub fn public_der(&self) -> Vec<u8> {
        let der: Result<PublicKeyX509Der<'_>, _> = match &*self.pair {
            Pair::Rsa(pair) => pair.public_key().as_der(),
            Pair::P256(pair) | Pair::P384(pair) => pair.public_key().as_der(),
        };
        der.expect("a public key has a DER form").as_ref().to_vec()
    }

    /// Signs as the algorithm says, else with RS256 or the one algorithm of the key's curve.
    pub(super) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Rsa(pair) => {
                let encoding: &'static dyn RsaEncoding = match algorithm {
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    "PS256" => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature)
                    .expect("an RSA key signs");
                signature
            }
            Pair::P256(pair) | Pair::P384(pair) => pair
                .sign(&random, message)
                .expect("an elliptic curve key signs")
                .as_ref()
                .to_vec(),
        }
    }
}

/// The public half of an elliptic curve key: RFC 7518 §6.2.1, from SEC 1 §2.3.3.
fn point(curve: &str, pair: &EcdsaKeyPair) -> Value {
    let coordinates = &pair.public_key().as_ref()[1..];
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    json!({
        "kty": "EC",
        "crv": curve,
        "x": URL_SAFE_NO_PAD.encode(x),
        "y": URL_SAFE_NO_PAD.encode(y),
    })
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
