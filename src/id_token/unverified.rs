//! A token whose signature is not verified.

use memchr::memchr_iter;

use crate::{
    base64url,
    error::{LtiError, LtiErrorKind},
    id_token::GenuinePayload,
    json::{self, Json, Object},
    key_set::{KeySetCache, SignatureAlgorithm},
    outbound::AddressPolicy,
    registration::Registration,
};

/// The longest JOSE header, decoded, in bytes.
const MAX_HEADER_BYTES: usize = 4 * 1024;

/// The longest signature, decoded, in bytes: that of an 8192-bit RSA key.
const MAX_SIGNATURE_BYTES: usize = 1024;

/// A compact JWS, taken apart. Nothing in it may be believed.
pub(crate) struct UnverifiedIdToken<'a> {
    message: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
    /// As it is written, where it is none that we know.
    algorithm: Result<SignatureAlgorithm, String>,
    key_id: String,
}

impl<'a> UnverifiedIdToken<'a> {
    /// Takes a compact JWS apart (Security Framework 1.0 §5.1.2, RFC 7515 §7.1).
    pub(crate) fn parse(token: &'a str) -> Result<Self, LtiError> {
        let malformed = |hint| LtiError::from(LtiErrorKind::TokenMalformed).with_hint(hint);
        let mut dots = memchr_iter(b'.', token.as_bytes());
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(malformed("it has not three parts"));
        };
        let (message, header) = (&token[..second], &token[..first]);
        let (payload, signature) = (&token[first + 1..second], &token[second + 1..]);
        if header.is_empty() || payload.is_empty() || signature.is_empty() {
            return Err(malformed("one of its parts is empty"));
        }
        // Base64 makes four characters of three bytes.
        if header.len() > MAX_HEADER_BYTES / 3 * 4 + 4 {
            return Err(
                LtiError::from(LtiErrorKind::TokenTooLarge).with_hint("its header is over 4 KiB")
            );
        }
        if signature.len() > MAX_SIGNATURE_BYTES / 3 * 4 + 4 {
            return Err(malformed("its signature is over 1 KiB"));
        }
        let no_base64 = || malformed("one of its parts is not base64url without padding");
        let decoded = base64url::decode(header).ok_or_else(no_base64)?;
        let header = json::parse_object(&decoded)
            .map_err(|_| malformed("its header is not one strict JSON object"))?;
        let signature = base64url::decode(signature).ok_or_else(no_base64)?;
        let algorithm = header
            .text("alg")
            .ok_or_else(|| malformed("its header has no alg"))?;
        check_type(&header)?;
        if header.get("crit").is_some() {
            return Err(LtiErrorKind::CriticalHeader.into());
        }
        Ok(Self {
            message,
            payload,
            signature,
            algorithm: algorithm.parse().map_err(|_| algorithm.to_owned()),
            key_id: header.text("kid").unwrap_or_default().to_owned(),
        })
    }

    /// Verifies the signature with a key of this registration (Security Framework 1.0 §5.1.3 steps
    /// 1 and 6). The registration says which algorithms there are, never the token.
    pub(crate) async fn verify(
        self,
        registration: &Registration,
        keys: &KeySetCache,
        addresses: AddressPolicy,
    ) -> Result<GenuinePayload, LtiError> {
        let algorithm = self
            .algorithm
            .and_then(|algorithm| {
                let allowed = registration.algorithms().contains(&algorithm);
                allowed
                    .then_some(algorithm)
                    .ok_or_else(|| algorithm.to_string())
            })
            .map_err(|came| not_allowed(&came, registration))?;
        if self.key_id.is_empty() {
            return Err(LtiErrorKind::KeyIdMissing.into());
        }
        keys.verify(
            registration.key_source(),
            addresses,
            &self.key_id,
            algorithm,
            self.message.as_bytes(),
            &self.signature,
        )
        .await?;
        Ok(GenuinePayload::after_verification(self.payload)?)
    }
}

fn not_allowed(came: &str, registration: &Registration) -> LtiError {
    let allowed = registration.algorithms().iter();
    let allowed: Vec<&str> = allowed.map(|one| one.as_str()).collect();
    LtiError::from(LtiErrorKind::AlgorithmNotAllowed)
        .with_fixed_field("alg")
        .with_came(came)
        .with_expected(&allowed.join(", "))
}

fn check_type(header: &Object<'_>) -> Result<(), LtiError> {
    match header.get("typ") {
        None => Ok(()),
        Some(Json::Text(kind)) if kind.eq_ignore_ascii_case("JWT") => Ok(()),
        Some(other) => Err(LtiError::from(LtiErrorKind::TokenType)
            .with_fixed_field("typ")
            .with_came(other.as_str().unwrap_or(other.type_name()))
            .with_expected("JWT")),
    }
}
