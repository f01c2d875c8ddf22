//! A private key.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    error::Unspecified,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        KeyPair as _, RsaEncoding,
    },
};

/// An RSA key of 2048 bits, or one on an elliptic curve. `Debug` shows none of it.
pub(crate) enum PrivateKey {
    Rsa(KeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl PrivateKey {
    pub(crate) fn generate_rsa() -> Result<Self, Unspecified> {
        KeyPair::generate(KeySize::Rsa2048).map(Self::Rsa)
    }

    pub(crate) fn generate_p256() -> Result<Self, Unspecified> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Self::P256)
    }

    pub(crate) fn generate_p384() -> Result<Self, Unspecified> {
        EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Self::P384)
    }

    /// Signs, as JWS has it (RFC 7518 §3). An elliptic curve has one algorithm, and takes no encoding.
    pub(crate) fn sign(
        &self,
        rsa_encoding: &'static dyn RsaEncoding,
        message: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(rsa_encoding, &random, message, &mut signature)?;
                Ok(signature)
            }
            Self::P256(pair) | Self::P384(pair) => {
                Ok(pair.sign(&random, message)?.as_ref().to_vec())
            }
        }
    }

    /// The public half as DER (RFC 5280 §4.1.2.7).
    pub(crate) fn public_der(&self) -> Result<Vec<u8>, Unspecified> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Rsa(pair) => pair.public_key().as_der()?,
            Self::P256(pair) | Self::P384(pair) => pair.public_key().as_der()?,
        };
        Ok(der.as_ref().to_vec())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}
