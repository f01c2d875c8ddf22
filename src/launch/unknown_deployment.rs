//! What a condition for new deployments may look at.

use std::{fmt, sync::Arc};

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

/// A verified launch from a deployment that is not known, to look at.
///
/// It can decide nothing: that is the policy's. See
/// [`OnMissingDeployment::create_if`](crate::OnMissingDeployment::create_if).
#[derive(Clone)]
pub struct UnknownDeployment(ProvenLaunch);

impl UnknownDeployment {
    pub(super) fn new(proven: ProvenLaunch) -> Self {
        Self(proven)
    }

    /// The deployment that is missing.
    #[must_use]
    pub fn key(&self) -> &DeploymentKey {
        &self.0.key
    }

    /// The registration that the launch came through.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.0.registration
    }

    /// What the platform says: who came, from where, in which role.
    #[must_use]
    pub fn claims(&self) -> &LaunchClaims {
        &self.0.claims
    }

    /// What the platform added to the login. Nobody has signed it; see [`LoginParameters`].
    #[must_use]
    pub fn login_parameters(&self) -> &LoginParameters {
        &self.0.login_parameters
    }
}

impl fmt::Debug for UnknownDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownDeployment")
            .field("key", self.key())
            .field("claims", self.claims())
            .finish_non_exhaustive()
    }
}
