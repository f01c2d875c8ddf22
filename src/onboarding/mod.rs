//! What happens to a launch whose deployment is not known, until a user has set the tool up.
//!
//! 1. The launch layer leaves a [`MissingDeployment`] to the handler (or acts by itself, as
//!    [`OnMissingDeployment`](crate::OnMissingDeployment) says).
//! 2. An [`OnboardingPass`] takes the browser to the onboarding page: a sealed ticket, and the cookie that
//!    ties it to the browser. The launch may be parked under the ticket, sealed as well.
//! 3. The page opens the [`OnboardingTicket`], and completes the onboarding or requests approval:
//!    [`LtiTool::complete_onboarding`](crate::LtiTool::complete_onboarding).
//! 4. The browser goes on with the parked launch, or launches again.
//!
//! A worked example is a page of the [guide](crate::guide::onboarding).

mod completion;
mod missing_deployment;
mod parked_launch;
mod pass;
mod ticket;

pub(crate) use self::parked_launch::open_parked;
pub use self::{
    missing_deployment::MissingDeployment, pass::OnboardingPass, ticket::OnboardingTicket,
};
