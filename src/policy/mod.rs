//! What happens when the deployment of a launch is not known yet.
//!
//! [`OnMissingDeployment`] is given to a [registration](crate::registration) or to the
//! [layer](crate::LtiLaunchLayer). By then the launch's nonce has been consumed, whatever the policy is.

mod create_condition;
mod on_missing_deployment;
mod onboarding_url;
mod unknown_deployment;

pub use self::{
    create_condition::CreateCondition,
    on_missing_deployment::OnMissingDeployment,
    onboarding_url::{OnboardingUrl, OnboardingUrlError},
    unknown_deployment::UnknownDeployment,
};
