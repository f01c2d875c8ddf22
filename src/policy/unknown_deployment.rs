//! What a condition for new deployments reads.

use std::fmt;

use crate::{
    claims::LaunchClaims,
    deployment::DeploymentKey,
    identity::{ClientId, Issuer, RegistrationId},
    login_parameters::LoginParameters,
};

/// A verified launch from an unknown deployment, to be read.
///
/// It can decide nothing: that is the policy's. See
/// [`OnMissingDeployment::create_if`](crate::OnMissingDeployment::create_if).
#[derive(Clone)]
pub struct UnknownDeployment {
    pub(crate) key: DeploymentKey,
    pub(crate) claims: LaunchClaims,
    pub(crate) login_parameters: LoginParameters,
}

impl UnknownDeployment {
    /// The deployment that is missing.
    #[must_use]
    pub fn key(&self) -> &DeploymentKey {
        &self.key
    }

    /// The registration that the launch came through.
    #[must_use]
    pub fn registration_id(&self) -> &RegistrationId {
        self.key.registration()
    }

    /// The platform's issuer.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        self.registration_id().issuer()
    }

    /// The tool's client id at that platform.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        self.registration_id().client_id()
    }

    /// What the platform says: who came, from where, in which role.
    #[must_use]
    pub fn claims(&self) -> &LaunchClaims {
        &self.claims
    }

    /// What the platform added to the login. Nobody has signed it; see [`LoginParameters`].
    #[must_use]
    pub fn login_parameters(&self) -> &LoginParameters {
        &self.login_parameters
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
