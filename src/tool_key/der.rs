//! Private keys as DER: PKCS #8 (RFC 5208), PKCS #1 (RFC 8017) and SEC 1 (RFC 5915).

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    error::KeyRejected,
    rsa::KeyPair,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};
use zeroize::Zeroizing;

use crate::tool_key::{PrivateKey, ToolKeyError};

/// What aws-lc-rs says of an RSA key of fewer than 2048 bits.
const TOO_SMALL: &str = "TooSmall";

impl PrivateKey {
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, ToolKeyError> {
        match KeyPair::from_pkcs8(der) {
            Ok(pair) => return Ok(Self::Rsa(pair)),
            Err(rejected) if is_too_small(rejected) => return Err(ToolKeyError::TooSmall),
            Err(_) => {}
        }
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
            return Ok(Self::P256(pair));
        }
        EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der)
            .map(Self::P384)
            .map_err(|_| ToolKeyError::Unsupported)
    }

    pub(super) fn from_pkcs1(der: &[u8]) -> Result<Self, ToolKeyError> {
        KeyPair::from_der(der).map(Self::Rsa).map_err(refused_rsa)
    }

    pub(super) fn from_sec1(der: &[u8]) -> Result<Self, ToolKeyError> {
        let p256 = &ECDSA_P256_SHA256_FIXED_SIGNING;
        if let Ok(pair) = EcdsaKeyPair::from_private_key_der(p256, der) {
            return Ok(Self::P256(pair));
        }
        EcdsaKeyPair::from_private_key_der(&ECDSA_P384_SHA384_FIXED_SIGNING, der)
            .map(Self::P384)
            .map_err(|_| ToolKeyError::Unsupported)
    }

    /// The whole key as PKCS #8, wiped when it is dropped.
    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, ToolKeyError> {
        let failed = |_| ToolKeyError::Malformed;
        let bytes = match self {
            Self::Rsa(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                der.as_ref().to_vec()
            }
            Self::P256(pair) | Self::P384(pair) => {
                pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec()
            }
        };
        Ok(Zeroizing::new(bytes))
    }
}

/// Why an RSA key was rejected.
pub(super) fn refused_rsa(rejected: KeyRejected) -> ToolKeyError {
    if is_too_small(rejected) {
        ToolKeyError::TooSmall
    } else {
        ToolKeyError::Malformed
    }
}

fn is_too_small(rejected: KeyRejected) -> bool {
    rejected.description_() == TOO_SMALL
}
