//! The answer of a tool that offers no content.

use crate::{
    claims::LaunchClaims,
    deep_linking::response_claims::{ResponseClaims, Texts},
    error::{ErrorCode, WayBackForm},
    registration::{ProductFamily, Registration},
    tool::LtiTool,
};

/// The way back from a deep linking request that nobody takes: a signed response without items, which says so. `None`
/// where the tool has no key to sign with.
pub(crate) fn no_content(
    tool: &LtiTool,
    registration: &Registration,
    claims: &LaunchClaims,
) -> Option<WayBackForm> {
    let settings = claims.deep_linking_settings()?;
    let texts = Texts {
        error_message: ErrorCode::ContentNotOffered.message().to_owned(),
        ..Texts::default()
    };
    // Whoever can make the platform send a request gets one: a subject only where it has to be.
    let family = claims
        .tool_platform()
        .and_then(|platform| platform.product_family_code());
    let is_blackboard = registration.family_of(family) == Some(ProductFamily::Blackboard);
    let response = ResponseClaims {
        registration,
        has_subject: registration
            .deep_linking_response_has_subject()
            .unwrap_or(is_blackboard),
        deployment: claims.deployment_id(),
        data: settings.data(),
        items: &[],
        texts: &texts,
    };
    Some(WayBackForm {
        action: settings.deep_link_return_url().to_owned(),
        jwt: response.sign(tool).ok()?,
    })
}
