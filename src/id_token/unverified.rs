//! A token whose signature has not been looked at.

use jsonwebtoken::Algorithm;
use memchr::memchr_iter;

use crate::{
    base64url,
    error::LtiErrorKind,
    id_token::GenuinePayload,
    json::{self, Json, Object},
    key_set::{KeySetCache, VerifyError},
    registration::Registration,
};

/// The longest JOSE header, decoded, in bytes.
const LONGEST_HEADER: usize = 4 * 1024;

/// The longest signature, decoded, in bytes: that of an 8192-bit RSA key.
const LONGEST_SIGNATURE: usize = 1024;

/// A compact JWS, taken apart. Nothing in it may be believed.
pub(crate) struct UnverifiedIdToken<'a> {
    message: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
    algorithm: Option<Algorithm>,
    key_id: String,
}

impl<'a> UnverifiedIdToken<'a> {
    /// Takes a compact JWS apart (Security Framework 1.0 §5.1.2, RFC 7515 §7.1).
    pub(crate) fn parse(token: &'a str) -> Result<Self, LtiErrorKind> {
        let malformed = LtiErrorKind::TokenMalformed;
        let mut dots = memchr_iter(b'.', token.as_bytes());
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(malformed);
        };
        let (message, header) = (&token[..second], &token[..first]);
        let (payload, signature) = (&token[first + 1..second], &token[second + 1..]);
        if header.is_empty() || payload.is_empty() || signature.is_empty() {
            return Err(malformed);
        }
        // Base64 makes four characters of three bytes.
        if header.len() > LONGEST_HEADER / 3 * 4 + 4 {
            return Err(LtiErrorKind::TokenTooLarge);
        }
        if signature.len() > LONGEST_SIGNATURE / 3 * 4 + 4 {
            return Err(malformed);
        }
        let decoded = base64url::decode(header).ok_or(malformed)?;
        let header = json::parse_object(&decoded).map_err(|_| malformed)?;
        let signature = base64url::decode(signature).ok_or(malformed)?;
        let algorithm = header.text("alg").ok_or(malformed)?;
        check_type(&header)?;
        if header.get("crit").is_some() {
            return Err(LtiErrorKind::CriticalHeader);
        }
        Ok(Self {
            message,
            payload,
            signature,
            algorithm: algorithm.parse().ok(),
            key_id: header.text("kid").unwrap_or_default().to_owned(),
        })
    }

    /// Verifies the signature with a key of this registration (Security Framework 1.0 §5.1.3 steps
    /// 1 and 6). The registration says which algorithms there are, never the token.
    pub(crate) async fn verify(
        self,
        registration: &Registration,
        keys: &KeySetCache,
    ) -> Result<GenuinePayload, VerifyFailure> {
        let algorithm = self
            .algorithm
            .filter(|algorithm| registration.algorithms().contains(algorithm))
            .ok_or(LtiErrorKind::AlgorithmNotAllowed)?;
        if self.key_id.is_empty() {
            return Err(LtiErrorKind::KeyIdMissing.into());
        }
        keys.verify(
            registration.key_source(),
            &self.key_id,
            algorithm,
            self.message.as_bytes(),
            &self.signature,
        )
        .await
        .map_err(VerifyFailure::Key)?;
        Ok(GenuinePayload::after_verification(self.payload)?)
    }
}

/// Why a token was not verified.
pub(crate) enum VerifyFailure {
    Token(LtiErrorKind),
    Key(VerifyError),
}

impl From<LtiErrorKind> for VerifyFailure {
    fn from(kind: LtiErrorKind) -> Self {
        Self::Token(kind)
    }
}

fn check_type(header: &Object<'_>) -> Result<(), LtiErrorKind> {
    match header.get("typ") {
        None => Ok(()),
        Some(Json::Text(kind)) if kind.eq_ignore_ascii_case("JWT") => Ok(()),
        Some(_) => Err(LtiErrorKind::TokenType),
    }
}
