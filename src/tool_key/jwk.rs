//! The public half of a key as a JWK.

use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair as _};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::tool_key::PrivateKey;

impl PrivateKey {
    /// The public half as a JWK to sign with (RFC 7517 §4), published under this id for this algorithm.
    pub(crate) fn public_jwk(&self, key_id: &str, algorithm: &str) -> Value {
        let mut jwk = match self {
            Self::Rsa(pair) => {
                let public = pair.public_key();
                json!({
                    "kty": "RSA",
                    "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
                    "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
                })
            }
            Self::P256(pair) => point("P-256", pair),
            Self::P384(pair) => point("P-384", pair),
        };
        jwk["kid"] = key_id.into();
        jwk["use"] = "sig".into();
        jwk["alg"] = algorithm.into();
        jwk
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
