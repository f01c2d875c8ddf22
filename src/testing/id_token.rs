//! A token that is right in everything, until one thing is made wrong.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use crate::{
    claims::names,
    migration::{self, ToolConsumer},
    testing::SigningKey,
};

/// A good token, with which any one thing can be made wrong.
#[derive(Clone, Debug)]
#[must_use]
pub struct IdToken {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    key: SigningKey,
    raw_header: Option<Vec<u8>>,
    raw_payload: Option<Vec<u8>>,
}

impl IdToken {
    pub(super) fn new(claims: Value, key: &SigningKey) -> Self {
        let object = |value| match value {
            Value::Object(object) => object,
            _ => Map::new(),
        };
        Self {
            header: object(json!({"alg": key.algorithm(), "kid": key.id(), "typ": "JWT"})),
            claims: object(claims),
            key: key.clone(),
            raw_header: None,
            raw_payload: None,
        }
    }

    /// Sets a claim.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Adds the claim `lti1p1`: the ids that it had under LTI 1.1, such as `{"user_id": "old-7"}`, with the
    /// consumer's key, and signed with its secret for the claims as they are now. Call it last.
    #[doc(alias = "lti1p1")]
    pub fn former_ids(self, consumer: &ToolConsumer, ids: Value) -> Self {
        let client_id = self.claims.get("aud").and_then(Value::as_str);
        let client_id = client_id.unwrap_or_default();
        let claim = migration::signed_claim(consumer, ids, client_id, &self.claims);
        self.claim(names::LTI1P1, claim)
    }

    /// Sets a member of the JOSE header.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a member of the JOSE header out.
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Uses these bytes as the header.
    pub fn raw_header(mut self, json: impl Into<Vec<u8>>) -> Self {
        self.raw_header = Some(json.into());
        self
    }

    /// Uses these bytes as the payload.
    pub fn raw_payload(mut self, json: impl Into<Vec<u8>>) -> Self {
        self.raw_payload = Some(json.into());
        self
    }

    /// Signs with another key, the header left as it is.
    pub fn signed_by(mut self, key: &SigningKey) -> Self {
        self.key = key.clone();
        self
    }

    /// The claims as JSON text, to be changed as text.
    #[must_use]
    pub fn payload_json(&self) -> String {
        Value::Object(self.claims.clone()).to_string()
    }

    /// The compact token, signed as the header's `alg` says where the key fits that, else with the
    /// key's own algorithm.
    #[must_use]
    pub fn sign(&self) -> String {
        let message = self.message();
        let algorithm = self
            .header
            .get("alg")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let signature = self.key.sign(algorithm, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The compact token with an HMAC in the signature's place.
    #[must_use]
    pub fn sign_with_hmac(&self, secret: &[u8]) -> String {
        let message = self.message();
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, secret),
            message.as_bytes(),
        );
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// The compact token with these bytes in the signature's place.
    #[must_use]
    pub fn with_signature(&self, signature: &[u8]) -> String {
        format!("{}.{}", self.message(), URL_SAFE_NO_PAD.encode(signature))
    }

    fn message(&self) -> String {
        let header = self
            .raw_header
            .clone()
            .unwrap_or_else(|| Value::Object(self.header.clone()).to_string().into_bytes());
        let payload = self
            .raw_payload
            .clone()
            .unwrap_or_else(|| self.payload_json().into_bytes());
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        )
    }
}
