//! The assertion by which the tool proves who it is (Security Framework 1.0 §4.1.1).

use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::{
    access_token::TokenRequest,
    random,
    service_error::{ServiceError, ServiceErrorKind},
    tool_key::{JwtTimes, ToolKey},
};

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: Audience<'a>,
    iat: u64,
    exp: u64,
    jti: String,
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/deployment_id",
        skip_serializing_if = "Option::is_none"
    )]
    deployment_id: Option<&'a str>,
}

/// One audience, byte for byte as it was configured: a text, or an array of that one text.
struct Audience<'a> {
    text: &'a str,
    as_array: bool,
}

impl Serialize for Audience<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.as_array {
            [self.text].serialize(serializer)
        } else {
            self.text.serialize(serializer)
        }
    }
}

/// Signs a new assertion, with a `jti` of its own.
pub(super) fn sign(
    request: &TokenRequest,
    key: &ToolKey,
    now: SystemTime,
) -> Result<String, ServiceError> {
    let unavailable = || ServiceError::new(ServiceErrorKind::KeyUnavailable);
    let client_id = request.registration().id().client_id().as_str();
    let JwtTimes { iat, exp } = JwtTimes::at(now);
    let claims = Claims {
        iss: client_id,
        sub: client_id,
        aud: Audience {
            text: request.audience(),
            as_array: request.registration().token_audience_as_array(),
        },
        iat,
        exp,
        jti: random::text::<16>().map_err(|error| unavailable().with_source(error))?,
        deployment_id: request.deployment_id().map(|id| id.as_str()),
    };
    key.sign_jwt(&claims)
        .map_err(|error| unavailable().with_source(error))
}
