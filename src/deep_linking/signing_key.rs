//! The key that a response is signed with.

use std::sync::Arc;

use crate::{
    error::{LtiError, LtiErrorKind},
    registration::Registration,
    service_error::{ServiceError, ServiceErrorKind},
    tool::LtiTool,
    tool_key::ToolKey,
};

/// The key that signs for a registration now, one of those that are published.
pub(super) fn signing_key(
    tool: &LtiTool,
    registration: &Registration,
) -> Result<Arc<ToolKey>, LtiError> {
    let keys = tool.tool_keys().ok_or_else(|| {
        LtiError::from(LtiErrorKind::SigningKeyMissing).with_hint("the tool has no keys at all")
    })?;
    let key = keys.signer(registration, tool.clock().now());
    key.map_err(|error| {
        let algorithm = registration.tool_key_algorithm().as_str();
        LtiError::from(kind_of(&error))
            .with_fixed_field("tool_key_algorithm")
            .with_expected(algorithm)
            .with_source(error)
    })
}

fn kind_of(error: &ServiceError) -> LtiErrorKind {
    match error.kind() {
        ServiceErrorKind::KeyMissing => LtiErrorKind::SigningKeyMissing,
        _ => LtiErrorKind::SigningKeyUnavailable,
    }
}
