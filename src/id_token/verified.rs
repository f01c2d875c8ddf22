//! A token whose signature is genuine.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::{error::LtiErrorKind, json};

/// The payload of a token whose signature is genuine. What it says has yet to be checked.
pub(crate) struct VerifiedIdToken {
    pub(super) payload: Map<String, Value>,
}

impl VerifiedIdToken {
    /// Parses the payload; called by verification alone, once the signature is proven.
    pub(super) fn after_verification(payload: &str) -> Result<Self, LtiErrorKind> {
        let malformed = LtiErrorKind::PayloadMalformed;
        let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| malformed)?;
        let payload = json::parse_object(&json).map_err(|_| malformed)?;
        Ok(Self { payload })
    }

    /// Gives the payload away, to be read as LTI claims.
    pub(crate) fn into_payload(self) -> Map<String, Value> {
        self.payload
    }
}
