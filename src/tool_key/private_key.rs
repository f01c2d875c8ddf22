//! A private key.

use std::fmt;

use aws_lc_rs::{
    error::Unspecified,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaEncoding},
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
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}
