//! What a condition for new deployments may look at.

use std::{fmt, sync::Arc};

use crate::{claims::LaunchClaims, deployment::DeploymentKey, registration::Registration};

/// A verified launch from a deployment that is not known, to look at.
///
/// It can decide nothing: that is the policy's. See
/// [`OnMissingDeployment::create_if`](crate::OnMissingDeployment::create_if).
#[derive(Clone)]
pub struct UnknownDeployment {
    key: DeploymentKey,
    registration: Arc<Registration>,
    claims: LaunchClaims,
}

impl UnknownDeployment {
    pub(super) fn new(
        key: DeploymentKey,
        registration: Arc<Registration>,
        claims: LaunchClaims,
    ) -> Self {
        Self {
            key,
            registration,
            claims,
        }
    }

    /// The deployment that is missing.
    #[must_use]
    pub fn key(&self) -> &DeploymentKey {
        &self.key
    }

    /// The registration that the launch came through.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// What the platform says: who came, from where, in which role.
    #[must_use]
    pub fn claims(&self) -> &LaunchClaims {
        &self.claims
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
