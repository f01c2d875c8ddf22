//! A set of public keys.

use std::{fmt, sync::Arc};

use jsonwebtoken::{Algorithm, jwk::Jwk};
use serde_json::Value;

use crate::{
    json,
    key_set::{KeySetError, VerifyError, public_key::PublicKey},
};

/// The most bytes of a key set.
pub(super) const MOST_BYTES: usize = 512 * 1024;

/// The most keys that are looked at.
const MOST_KEYS: usize = 100;

/// The most keys of one id that a signature is tried with.
const MOST_CANDIDATES: usize = 4;

/// The public keys of a platform, parsed once. Cheap to clone.
#[derive(Clone)]
pub struct KeySet(Arc<[PublicKey]>);

impl KeySet {
    /// Parses a JWK set (RFC 7517 §5).
    ///
    /// Keys that cannot verify a launch are left out one by one: those without an id, of an unknown
    /// type or curve, symmetric ones, and RSA keys of fewer than 2048 bits.
    ///
    /// # Errors
    ///
    /// Fails when it is not a JWK set, has more than 512 KiB, or no key in it can be used.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        if json.len() > MOST_BYTES {
            return Err(KeySetError::TooLarge);
        }
        let mut set = json::parse_object(json).map_err(|_| KeySetError::NotAKeySet)?;
        let Some(Value::Array(rows)) = set.remove("keys") else {
            return Err(KeySetError::NotAKeySet);
        };
        let keys: Arc<[PublicKey]> = rows
            .into_iter()
            .take(MOST_KEYS)
            .filter_map(|row| serde_json::from_value::<Jwk>(row).ok())
            .filter_map(|jwk| PublicKey::from_jwk(&jwk))
            .collect();
        if keys.is_empty() {
            return Err(KeySetError::NoUsableKey);
        }
        Ok(Self(keys))
    }

    /// Verifies a signature with the keys of that id that fit the algorithm.
    pub(super) fn verify(
        &self,
        key_id: &str,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let mut of_that_id = self.0.iter().filter(|key| key.id == key_id).peekable();
        if of_that_id.peek().is_none() {
            return Err(VerifyError::UnknownKey);
        }
        let mut candidates = of_that_id
            .filter_map(|key| key.verifier(algorithm))
            .take(MOST_CANDIDATES)
            .peekable();
        if candidates.peek().is_none() {
            return Err(VerifyError::UnfitKey);
        }
        if candidates.any(|key| key.verify_sig(message, signature).is_ok()) {
            Ok(())
        } else {
            Err(VerifyError::BadSignature)
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("keys", &self.0.len())
            .finish()
    }
}
