//! Claims that are right in everything.

use serde_json::{Value, json};

use crate::claims::names;

/// The claims of a learner who follows a resource link, without times and nonce.
pub(super) fn good_claims(issuer: &str, client_id: &str, target_link_uri: &str) -> Value {
    json!({
        "iss": issuer,
        "aud": client_id,
        "sub": "user-1",
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "dep-1",
        names::TARGET_LINK_URI: target_link_uri,
        names::RESOURCE_LINK: {"id": "rl-1"},
        names::ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    })
}
