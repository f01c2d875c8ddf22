//! What has been proven of a launch whose deployment is not known.

use std::sync::Arc;

use crate::{
    claims::LaunchClaims, deployment::DeploymentKey, login_parameters::LoginParameters,
    registration::Registration,
};

/// What has been proven of a launch whose deployment is not known.
#[derive(Clone)]
pub(crate) struct ProvenLaunch {
    pub(crate) key: DeploymentKey,
    pub(crate) registration: Arc<Registration>,
    pub(crate) claims: LaunchClaims,
    pub(crate) login_parameters: LoginParameters,
    /// Whether the browser was proven by the platform's storage.
    pub(crate) without_cookies: bool,
}
