//! `ToolKey`: a private key of the tool, under its id.

use std::fmt;

use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::task;
use zeroize::Zeroizing;

use crate::{
    key_set::SignatureAlgorithm,
    tool_key::{PrivateKey, PrivateKeyPem, ToolKeyError, thumbprint::thumbprint},
};

/// A private key of the tool: RSA of at least 2048 bits, or on the curve P-256 or P-384.
///
/// Parsed once and kept. Its id is its RFC 7638 thumbprint, so that no two keys share one. `Debug` shows the
/// id and the algorithm alone; the key is wiped from memory when it is dropped.
///
/// Implements Security Framework 1.0 §6.
///
/// # Examples
///
/// ```
/// use tower_lti::keys::ToolKey;
///
/// let key = ToolKey::generate_p256()?;
/// let again = ToolKey::from_pem(key.to_pem()?.as_str())?;
/// assert_eq!(again.id(), key.id());
/// # Ok::<(), tower_lti::keys::ToolKeyError>(())
/// ```
pub struct ToolKey {
    id: String,
    algorithm: SignatureAlgorithm,
    key: PrivateKey,
    /// The header of what it signs, as base64url, with the dot behind it.
    header: String,
    jwk: Value,
}

impl ToolKey {
    fn new(key: PrivateKey) -> Self {
        let algorithm = match &key {
            PrivateKey::Rsa(_) => SignatureAlgorithm::Rs256,
            PrivateKey::P256(_) => SignatureAlgorithm::Es256,
            PrivateKey::P384(_) => SignatureAlgorithm::Es384,
        };
        let mut jwk = key.public_jwk("", algorithm.as_str());
        let id = thumbprint(&jwk);
        jwk["kid"] = id.as_str().into();
        let header = json!({ "alg": algorithm.as_str(), "kid": id, "typ": "JWT" });
        let mut header = URL_SAFE_NO_PAD.encode(header.to_string());
        header.push('.');
        Self {
            id,
            algorithm,
            key,
            header,
            jwk,
        }
    }

    /// Makes an RSA key of 2048 bits, for RS256, which every LTI platform can. Takes a tenth of a second or
    /// more, on a thread of its own.
    ///
    /// # Errors
    ///
    /// Fails when no key could be made.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime; see [`generate_blocking`](Self::generate_blocking).
    pub async fn generate() -> Result<Self, ToolKeyError> {
        task::spawn_blocking(Self::generate_blocking)
            .await
            .map_err(|_| ToolKeyError::NotGenerated)?
    }

    /// Makes an RSA key of 2048 bits, for RS256, on this very thread: not for one of a runtime.
    ///
    /// # Errors
    ///
    /// Fails when no key could be made.
    pub fn generate_blocking() -> Result<Self, ToolKeyError> {
        PrivateKey::generate_rsa()
            .map(Self::new)
            .map_err(|_| ToolKeyError::NotGenerated)
    }

    /// Makes a key on the curve P-256, for ES256, which not every platform can. Fast enough for any thread.
    ///
    /// # Errors
    ///
    /// Fails when no key could be made.
    pub fn generate_p256() -> Result<Self, ToolKeyError> {
        PrivateKey::generate_p256()
            .map(Self::new)
            .map_err(|_| ToolKeyError::NotGenerated)
    }

    /// Reads a private key as PEM: PKCS #8 (`PRIVATE KEY`), PKCS #1 (`RSA PRIVATE KEY`) or SEC 1
    /// (`EC PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// Fails when there is no private key or more than one; when it is encrypted, public or damaged; when it is
    /// RSA with fewer than 2048 bits, or neither RSA nor EC on P-256 or P-384.
    pub fn from_pem(pem: &str) -> Result<Self, ToolKeyError> {
        let mut keys = Self::list_from_pem(pem)?;
        let key = keys.pop().ok_or(ToolKeyError::Missing)?;
        if keys.is_empty() {
            Ok(key)
        } else {
            Err(ToolKeyError::Several)
        }
    }

    /// Reads all private keys of a PEM file, in its order.
    ///
    /// # Errors
    ///
    /// Fails when there is none, and when any block of it is not a private key that can be used, as with
    /// [`from_pem`](Self::from_pem).
    pub fn list_from_pem(pem: &str) -> Result<Vec<Self>, ToolKeyError> {
        let keys = PrivateKey::list_from_pem(pem)?;
        if keys.is_empty() {
            return Err(ToolKeyError::Missing);
        }
        Ok(keys.into_iter().map(Self::new).collect())
    }

    /// Reads a private key as JWK (RFC 7517): RSA with its primes, or EC on P-256 or P-384.
    ///
    /// A `kid` in it is not used: the id is the thumbprint in any case.
    ///
    /// # Errors
    ///
    /// Fails when it is no such JWK; when it is public or symmetric; when its `use`, `key_ops` or `alg` is for
    /// something else; when it is RSA with fewer than 2048 bits or
    /// without primes; and when its parts do not belong together.
    pub fn from_jwk(jwk: &str) -> Result<Self, ToolKeyError> {
        PrivateKey::from_jwk(jwk).map(Self::new)
    }

    /// Writes the private key as PEM of PKCS #8, to be kept where nobody else can read it.
    ///
    /// # Errors
    ///
    /// Fails when the key has no such form, which is never in practice.
    pub fn to_pem(&self) -> Result<PrivateKeyPem, ToolKeyError> {
        self.key.to_pem()
    }

    /// The key id: the RFC 7638 thumbprint of the public half.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The algorithm that it signs with: RS256, ES256 or ES384.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The public half as a JWK (RFC 7517), as it is published.
    #[must_use]
    pub fn public_jwk(&self) -> &Value {
        &self.jwk
    }

    /// Signs claims as a compact JWT (RFC 7519) whose header names the algorithm and this key.
    pub(crate) fn sign_jwt(&self, claims: &impl Serialize) -> Result<String, ToolKeyError> {
        let claims = serde_json::to_vec(claims).map_err(|_| ToolKeyError::NotSigned)?;
        let mut jwt = self.header.clone();
        URL_SAFE_NO_PAD.encode_string(claims, &mut jwt);
        let signature = self.key.sign(&RSA_PKCS1_SHA256, jwt.as_bytes());
        let signature = signature.map_err(|_| ToolKeyError::NotSigned)?;
        jwt.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
        Ok(jwt)
    }

    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, ToolKeyError> {
        self.key.to_pkcs8()
    }

    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, ToolKeyError> {
        PrivateKey::from_pkcs8(der).map(Self::new)
    }
}

impl fmt::Debug for ToolKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
        VerificationAlgorithm,
    };

    use super::*;
    use crate::base64url;

    fn header_claims_and_validity(
        key: &ToolKey,
        verification: &'static dyn VerificationAlgorithm,
    ) -> (Value, Value, bool) {
        let jwt = key.sign_jwt(&json!({ "iss": "tool-1", "exp": 1 })).unwrap();
        let (message, signature) = jwt.rsplit_once('.').unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let json = |part| serde_json::from_slice(&base64url::decode(part).unwrap()).unwrap();
        let signature = base64url::decode(signature).unwrap();
        let valid = UnparsedPublicKey::new(verification, key.key.public_der().unwrap())
            .verify(message.as_bytes(), &signature);
        (json(header), json(claims), valid.is_ok())
    }

    // KEY-12
    #[test]
    fn a_jwt_names_algorithm_and_key_and_verifies_with_the_public_half() {
        for (key, verification) in [
            (
                ToolKey::generate_blocking().unwrap(),
                &RSA_PKCS1_2048_8192_SHA256 as &'static dyn VerificationAlgorithm,
            ),
            (ToolKey::generate_p256().unwrap(), &ECDSA_P256_SHA256_FIXED),
        ] {
            let (header, claims, valid) = header_claims_and_validity(&key, verification);
            let algorithm = key.algorithm().as_str();
            assert_eq!(
                header,
                json!({ "alg": algorithm, "typ": "JWT", "kid": key.id() })
            );
            assert_eq!(claims, json!({ "iss": "tool-1", "exp": 1 }));
            assert!(valid, "{algorithm}");
        }
    }

    #[test]
    fn a_value_that_is_no_json_is_not_signed() {
        let key = ToolKey::generate_p256().unwrap();
        let no_text = std::collections::HashMap::from([([1, 2], 3)]);

        assert_eq!(key.sign_jwt(&no_text), Err(ToolKeyError::NotSigned));
    }
}
