//! The claims of a response (Deep Linking 2.0 §4.5, Security Framework 1.0 §5.2.2).

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    claims::names,
    content_item::ContentItem,
    deep_linking::signing_key::signing_key,
    deployment::DeploymentId,
    error::{LtiError, LtiErrorKind},
    random,
    registration::Registration,
    tool::LtiTool,
    tool_key::JwtTimes,
};

/// What the platform shows or logs, as plain text. What is empty is left out.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) message: String,
    pub(super) log: String,
    pub(super) error_message: String,
    pub(super) error_log: String,
}

/// The most bytes of one text.
const MAX_TEXT: usize = 64 * 1024;

impl Texts {
    /// Each text, and the member of the draft that sets it.
    fn each(&self) -> [(&'static str, &'static str, &str); 4] {
        [
            (names::DEEP_LINKING_MSG, "message", &self.message),
            (names::DEEP_LINKING_LOG, "log", &self.log),
            (
                names::DEEP_LINKING_ERRORMSG,
                "error_message",
                &self.error_message,
            ),
            (names::DEEP_LINKING_ERRORLOG, "error_log", &self.error_log),
        ]
    }

    /// Refuses a text that is too long.
    pub(super) fn check_lengths(&self) -> Result<(), LtiError> {
        let too_long = self
            .each()
            .into_iter()
            .find(|(_, _, text)| text.len() > MAX_TEXT);
        let Some((_, name, text)) = too_long else {
            return Ok(());
        };
        Err(LtiError::from(LtiErrorKind::ContentItemRefused)
            .with_fixed_field(name)
            .with_came(&format!("{} bytes", text.len()))
            .with_expected(&format!("at most {MAX_TEXT} bytes")))
    }
}

/// What a response is made of, beside its times and its nonce.
pub(super) struct ResponseClaims<'a> {
    pub(super) registration: &'a Registration,
    /// Whether it names a subject.
    pub(super) has_subject: bool,
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
        let claims = TimedClaims {
            claims: self,
            times: JwtTimes::at(tool.clock().now()),
            nonce: random::text::<16>()?,
        };
        key.sign_jwt(&claims)
            .map_err(|error| LtiError::from(unavailable).with_source(error))
    }
}

/// All of them.
struct TimedClaims<'a> {
    claims: &'a ResponseClaims<'a>,
    times: JwtTimes,
    nonce: String,
}

/// Written at once, without a `Value` in between, which would write the numbers in items anew.
impl Serialize for TimedClaims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let claims = self.claims;
        let id = claims.registration.id();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", id.client_id().as_str())?;
        // One text: Moodle and Canvas take no array.
        map.serialize_entry("aud", id.issuer().as_str())?;
        if claims.has_subject {
            map.serialize_entry("sub", id.client_id().as_str())?;
        }
        map.serialize_entry("iat", &self.times.iat)?;
        map.serialize_entry("exp", &self.times.exp)?;
        map.serialize_entry("nonce", &self.nonce)?;
        map.serialize_entry(names::MESSAGE_TYPE, "LtiDeepLinkingResponse")?;
        map.serialize_entry(names::VERSION, "1.3.0")?;
        map.serialize_entry(names::DEPLOYMENT_ID, claims.deployment.as_str())?;
        map.serialize_entry(names::CONTENT_ITEMS, claims.items)?;
        if let Some(data) = claims.data {
            map.serialize_entry(names::DEEP_LINKING_DATA, data)?;
        }
        for (name, _, text) in claims.texts.each() {
            if !text.is_empty() {
                map.serialize_entry(name, text)?;
            }
        }
        map.end()
    }
}
