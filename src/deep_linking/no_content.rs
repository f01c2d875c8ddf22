//! A response that offers nothing: the way back from an error page.

use crate::{
    claims::{DeepLinkingSettings, LaunchClaims},
    deep_linking::response_claims::{ResponseClaims, Texts},
    deployment::DeploymentId,
    error::{ErrorCode, LtiError, WayBackForm},
    registration::{ProductFamily, Registration},
    tool::LtiTool,
};

/// A request that is answered with nothing.
pub(super) struct Unserved<'a> {
    pub(super) registration: &'a Registration,
    pub(super) deployment: &'a DeploymentId,
    pub(super) settings: &'a DeepLinkingSettings,
    /// Which product the platform is, as it signed.
    pub(super) product_family: Option<&'a str>,
}

impl Unserved<'_> {
    /// The form that posts a signed response without items, which says why.
    pub(super) fn way_back(&self, why: &str, tool: &LtiTool) -> Result<WayBackForm, LtiError> {
        let registration = self.registration;
        let texts = Texts {
            error_message: why.to_owned(),
            ..Texts::default()
        };
        // Whoever can make the platform send a request gets one: a subject only where it has to be.
        let family = registration.family_of(self.product_family);
        let response = ResponseClaims {
            registration,
            has_subject: registration
                .deep_linking_response_has_subject()
                .unwrap_or(family == Some(ProductFamily::Blackboard)),
            deployment: self.deployment,
            data: self.settings.data(),
            items: &[],
            texts: &texts,
        };
        Ok(WayBackForm {
            action: self.settings.deep_link_return_url().to_owned(),
            jwt: response.sign(tool)?,
        })
    }
}

/// The way back from a deep linking request that nobody takes. `None` where the tool has no key to sign with.
pub(crate) fn no_content(
    tool: &LtiTool,
    registration: &Registration,
    claims: &LaunchClaims,
) -> Option<WayBackForm> {
    let platform = claims.tool_platform();
    let unserved = Unserved {
        registration,
        deployment: claims.deployment_id(),
        settings: claims.deep_linking_settings()?,
        product_family: platform.and_then(|platform| platform.product_family_code()),
    };
    let why = ErrorCode::ContentNotOffered.message();
    unserved.way_back(why, tool).ok()
}
