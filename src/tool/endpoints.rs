//! The tool's own URLs: where launches arrive, and where they may lead.

use crate::{
    error::{LtiError, LtiErrorKind},
    registration::Registration,
    tool::{
        LtiTool,
        target::{self, AllowedTarget},
    },
};

/// The tool's own URLs.
pub(super) struct Endpoints {
    pub(super) launch_url: String,
    /// Those of a fixed list of registrations; `None` where they are looked up.
    pub(super) own_launch_urls: Option<Vec<String>>,
    pub(super) targets: Vec<AllowedTarget>,
}

impl LtiTool {
    pub(crate) fn launch_url(&self) -> &str {
        &self.0.endpoints.launch_url
    }

    /// The launch URLs that registrations have of their own, as far as they are known.
    pub(crate) fn own_launch_urls(&self) -> Option<&[String]> {
        self.0.endpoints.own_launch_urls.as_deref()
    }

    /// Where the platform posts the launches of this registration.
    pub(crate) fn redirect_uri<'a>(&'a self, registration: &'a Registration) -> &'a str {
        registration.redirect_uri().unwrap_or(self.launch_url())
    }

    /// Rejects a target that no launch may lead to; where its URL cannot be used, the source says why.
    pub(crate) fn check_target(&self, target_link_uri: &str) -> Result<(), LtiError> {
        let targets = &self.0.endpoints.targets;
        match target::are_covering(targets, target_link_uri) {
            Ok(true) => Ok(()),
            Ok(false) => Err(not_allowed(target_link_uri, targets)),
            Err(problem) => Err(not_allowed(target_link_uri, targets).with_source(problem)),
        }
    }
}

/// The rejection of a target, with those that are allowed.
fn not_allowed(target_link_uri: &str, targets: &[AllowedTarget]) -> LtiError {
    let allowed: Vec<String> = targets.iter().map(ToString::to_string).collect();
    LtiError::from(LtiErrorKind::TargetNotAllowed)
        .with_fixed_field("target_link_uri")
        .with_came(target_link_uri)
        .with_expected(&allowed.join(", "))
}
