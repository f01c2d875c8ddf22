//! What becomes of a launch.

use bytes::Bytes;
use http::{HeaderValue, Response};

use crate::{error::LtiError, launch_context::LaunchContext, onboarding::MissingDeployment};

/// What becomes of a launch, and of the cookie of its login.
pub(super) struct Verdict {
    pub(super) outcome: Result<Admitted, LtiError>,
    /// The form, for the handler.
    pub(super) form: Bytes,
    /// The header that takes away the cookie of a login that is over.
    pub(super) clear_cookie: Option<HeaderValue>,
}

/// A launch that was not rejected.
pub(super) enum Admitted {
    /// The handler gets the launch.
    Launch(LaunchContext),
    /// The handler decides about the deployment.
    Missing(MissingDeployment),
    /// The browser is sent to onboarding.
    Redirect(Response<Bytes>),
    /// The browser is asked for the secret in the platform's storage.
    Asked(Response<Bytes>),
}

impl From<LtiError> for Verdict {
    /// A rejection that leaves the login as it is.
    fn from(error: LtiError) -> Self {
        Self {
            outcome: Err(error),
            form: Bytes::new(),
            clear_cookie: None,
        }
    }
}
