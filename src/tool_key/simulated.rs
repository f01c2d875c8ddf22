//! What the keys of simulated platforms can do beside those of the tool.

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    error::Unspecified,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};

use crate::tool_key::PrivateKey;

impl PrivateKey {
    pub(crate) fn generate_p384() -> Result<Self, Unspecified> {
        EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Self::P384)
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
