//! What has been proven of a launch whose deployment is not known.

use std::sync::Arc;

use crate::{
    claims::LaunchClaims, deployment::DeploymentKey, login_parameters::LoginParameters,
    registration::Registration,
};

/// What has been proven of a launch whose deployment is not known.
#[derive(Clone)]
pub(super) struct ProvenLaunch {
    pub(super) key: DeploymentKey,
    pub(super) registration: Arc<Registration>,
    pub(super) claims: LaunchClaims,
    pub(super) login_parameters: LoginParameters,
}
