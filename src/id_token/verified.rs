//! A token whose signature is genuine.

use crate::{
    base64url,
    error::LtiErrorKind,
    json::{self, Object},
};

/// The payload of a token whose signature is genuine, not yet parsed.
pub(crate) struct GenuinePayload(Vec<u8>);

/// The members of such a payload. What they say has yet to be checked.
pub(crate) struct VerifiedIdToken<'a> {
    pub(crate) payload: Object<'a>,
}

impl GenuinePayload {
    /// Called by verification alone, once the signature is proven.
    pub(super) fn after_verification(payload: &str) -> Result<Self, LtiErrorKind> {
        let decoded = base64url::decode(payload);
        decoded.map(Self).ok_or(LtiErrorKind::PayloadMalformed)
    }

    /// Parses it.
    pub(crate) fn read(&self) -> Result<VerifiedIdToken<'_>, LtiErrorKind> {
        let payload = json::parse_object(&self.0).map_err(|_| LtiErrorKind::PayloadMalformed)?;
        Ok(VerifiedIdToken { payload })
    }

    /// The text, for the claims.
    pub(crate) fn into_json(self) -> Vec<u8> {
        self.0
    }
}
