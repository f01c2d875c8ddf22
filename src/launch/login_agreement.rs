//! Whether what is signed agrees with what the login, unsigned, had named.

use crate::{
    claims::names,
    error::{LtiError, LtiErrorKind},
    launch::verification::VerifiedLaunch,
    observe::event,
    registration::TargetLinkUriCheck,
    tool::LtiTool,
};

/// Compares the target and the deployment of a verified launch with those of its login.
pub(super) fn check_against_login(tool: &LtiTool, launch: &VerifiedLaunch) -> Result<(), LtiError> {
    let (login, claims) = (&launch.login, &launch.claims);
    if let Some(target) = claims.target_link_uri() {
        // A target that the login named was checked there; the state's signature shows it.
        if !login.names_target(target) {
            match launch.registration.target_link_uri_check() {
                TargetLinkUriCheck::Exact => {
                    return Err(differs(
                        LtiErrorKind::TargetMismatch,
                        names::TARGET_LINK_URI,
                        target,
                        login.target_shown(),
                    ));
                }
                TargetLinkUriCheck::InsecureWarn => {
                    event::target_differs(target, login.target_shown())
                }
            }
            tool.check_target(target)?;
        }
    }
    let deployment_id = claims.deployment_id().as_str();
    if !login.allows_deployment(deployment_id) {
        return Err(differs(
            LtiErrorKind::DeploymentHintMismatch,
            names::DEPLOYMENT_ID,
            deployment_id,
            login.deployment_shown().unwrap_or_default(),
        ));
    }
    Ok(())
}

/// A refusal with what is signed beside what the login named, which is escaped and cut already.
fn differs(kind: LtiErrorKind, claim: &'static str, came: &str, expected: &str) -> LtiError {
    let error = LtiError::from(kind)
        .with_fixed_field(claim)
        .with_came(came)
        .with_detail(|detail| detail.expected = Some(expected.to_owned()));
    let look_alike = error.detail().came() == Some(expected);
    if look_alike {
        error.with_hint("they differ in what is not shown: in the query, or behind 64 characters")
    } else {
        error
    }
}
