//! The answer of a tool that offers no content.

use crate::{
    claims::LaunchClaims,
    deep_linking::response_claims::{ResponseClaims, Texts},
    error::{ErrorCode, WayBackForm},
    registration::Registration,
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
    let response = ResponseClaims {
        registration,
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
