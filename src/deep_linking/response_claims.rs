//! The claims of a response (Deep Linking 2.0 §4.5, Security Framework 1.0 §5.2.2).

use serde_json::{Map, Value, json};

use crate::{
    claims::names,
    clock::unix_millis,
    content_item::ContentItem,
    deep_linking::signing_key::signing_key,
    deployment::DeploymentId,
    error::{LtiError, LtiErrorKind},
    random,
    registration::Registration,
    tool::LtiTool,
};

/// How far `iat` is set back: a platform whose clock is a little behind takes it for valid all the same.
const BACKDATED_SECS: u64 = 10;

/// How long a response is good for, from its `iat`.
const LIFETIME_SECS: u64 = 300;

/// What the platform shows or logs, as plain text. What is empty is left out.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) message: String,
    pub(super) log: String,
    pub(super) error_message: String,
    pub(super) error_log: String,
}

/// What a response is made of, beside its times and its nonce.
pub(super) struct ResponseClaims<'a> {
    pub(super) registration: &'a Registration,
    pub(super) deployment: &'a DeploymentId,
    pub(super) data: Option<&'a str>,
    pub(super) items: &'a [ContentItem],
    pub(super) texts: &'a Texts,
}

impl ResponseClaims<'_> {
    /// Signs them as a JWT, with a nonce of its own.
    pub(super) fn sign(&self, tool: &LtiTool) -> Result<String, LtiError> {
        let key = signing_key(tool, self.registration)?;
        let unavailable = LtiErrorKind::SigningKeyUnavailable;
        let iat = (unix_millis(tool.clock().now()) / 1_000).saturating_sub(BACKDATED_SECS);
        let mut claims = self.without_times();
        claims.insert("iat".to_owned(), iat.into());
        claims.insert("exp".to_owned(), (iat + LIFETIME_SECS).into());
        claims.insert("nonce".to_owned(), random::text::<16>()?.into());
        key.sign_jwt(&claims)
            .map_err(|error| LtiError::from(unavailable).with_source(error))
    }

    fn without_times(&self) -> Map<String, Value> {
        let id = self.registration.id();
        let mut claims = Map::new();
        let mut insert = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        insert("iss", id.client_id().as_str().into());
        // One text: Moodle and Canvas take no array.
        insert("aud", id.issuer().as_str().into());
        if self.registration.deep_linking_response_has_subject() {
            insert("sub", id.client_id().as_str().into());
        }
        insert(names::MESSAGE_TYPE, "LtiDeepLinkingResponse".into());
        insert(names::VERSION, "1.3.0".into());
        insert(names::DEPLOYMENT_ID, self.deployment.as_str().into());
        insert(names::CONTENT_ITEMS, json!(self.items));
        if let Some(data) = self.data {
            insert(names::DEEP_LINKING_DATA, data.into());
        }
        for (name, text) in [
            (names::DEEP_LINKING_MSG, &self.texts.message),
            (names::DEEP_LINKING_LOG, &self.texts.log),
            (names::DEEP_LINKING_ERRORMSG, &self.texts.error_message),
            (names::DEEP_LINKING_ERRORLOG, &self.texts.error_log),
        ] {
            if !text.is_empty() {
                insert(name, text.as_str().into());
            }
        }
        claims
    }
}
