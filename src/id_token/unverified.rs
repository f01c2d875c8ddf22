//! A token whose signature has not been looked at.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::{
    error::LtiErrorKind, id_token::VerifiedIdToken, json, key_set::KeySetCache,
    key_set::VerifyError, registration::Registration,
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
        let (header, rest) = token.split_once('.').ok_or(malformed)?;
        let (payload, signature) = rest.split_once('.').ok_or(malformed)?;
        let complete = !header.is_empty() && !payload.is_empty() && !signature.is_empty();
        if !complete || signature.contains('.') {
            return Err(malformed);
        }
        // Base64 makes four characters of three bytes.
        if header.len() > LONGEST_HEADER / 3 * 4 + 4 {
            return Err(LtiErrorKind::TokenTooLarge);
        }
        if signature.len() > LONGEST_SIGNATURE / 3 * 4 + 4 {
            return Err(malformed);
        }
        let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| malformed)?;
        let header = json::parse_object(&header).map_err(|_| malformed)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed)?;
        let algorithm = text(&header, "alg").ok_or(malformed)?;
        check_type(&header)?;
        if header.contains_key("crit") {
            return Err(LtiErrorKind::CriticalHeader);
        }
        Ok(Self {
            message: &token[..token.len() - rest.len() + payload.len()],
            payload,
            signature,
            algorithm: algorithm.parse().ok(),
            key_id: text(&header, "kid").unwrap_or_default().to_owned(),
        })
    }

    /// Verifies the signature with a key of this registration (Security Framework 1.0 §5.1.3 steps
    /// 1 and 6). The registration says which algorithms there are, never the token.
    pub(crate) async fn verify(
        self,
        registration: &Registration,
        keys: &KeySetCache,
    ) -> Result<VerifiedIdToken, VerifyFailure> {
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
        Ok(VerifiedIdToken::after_verification(self.payload)?)
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

fn text<'a>(header: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    header.get(name).and_then(Value::as_str)
}

fn check_type(header: &Map<String, Value>) -> Result<(), LtiErrorKind> {
    match header.get("typ") {
        None => Ok(()),
        Some(Value::String(kind)) if kind.eq_ignore_ascii_case("JWT") => Ok(()),
        Some(_) => Err(LtiErrorKind::TokenType),
    }
}
