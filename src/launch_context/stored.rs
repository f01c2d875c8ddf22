//! A launch that is put into a session, and taken out again.

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    claims::{ClaimError, LaunchClaims},
    deployment::{Deployment, DeploymentOutcome, DeploymentStatus},
    json,
    launch_context::LaunchContext,
    login_parameters::LoginParameters,
};

/// A launch to keep in a session. It holds personal data; `Debug` shows none.
///
/// It proves nothing: whoever can write it can make it up. Keep it where only the tool writes, such as a
/// session store on the server or a sealed cookie, and turn it back with [`LaunchContext::trust_stored`].
///
/// # Examples
///
/// ```
/// use tower_lti::{LaunchContext, launch::{StoredLaunch, StoredLaunchError}};
///
/// fn put_away(launch: &LaunchContext) -> serde_json::Result<String> {
///     serde_json::to_string(&launch.to_stored())
/// }
///
/// /// `session` is what this tool itself has put away.
/// fn take_out(session: &str) -> Result<LaunchContext, Box<dyn std::error::Error>> {
///     let stored: StoredLaunch = serde_json::from_str(session)?;
///     Ok(LaunchContext::trust_stored(stored)?)
/// }
/// # let _ = (put_away, take_out);
/// ```
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredLaunch {
    deployment: Deployment,
    outcome: DeploymentOutcome,
    #[serde(deserialize_with = "json::read_members")]
    claims: Map<String, Value>,
    #[serde(default, skip_serializing_if = "LoginParameters::is_empty")]
    login_parameters: LoginParameters,
    /// The tool and its platforms are on loopback, and need no https.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    loopback_http: bool,
}

impl StoredLaunch {
    pub(crate) fn new(
        deployment: Deployment,
        outcome: DeploymentOutcome,
        claims: &LaunchClaims,
        login_parameters: LoginParameters,
    ) -> Self {
        Self {
            deployment,
            outcome,
            claims: claims.all().clone(),
            login_parameters,
            loopback_http: claims.allow_loopback_http(),
        }
    }

    /// Reads it again, and sees whether its parts belong together.
    pub(crate) fn check(self) -> Result<LaunchContext, StoredLaunchError> {
        let registration = self.deployment.key().registration();
        let issuer = self.claims.get("iss").and_then(Value::as_str);
        let is_us = |audience: &Value| audience.as_str() == Some(registration.client_id().as_str());
        let is_for_us = match self.claims.get("aud") {
            Some(Value::Array(several)) => several.iter().any(is_us),
            Some(one) => is_us(one),
            None => false,
        };
        if issuer != Some(registration.issuer().as_str()) || !is_for_us {
            return Err(StoredLaunchError::OtherRegistration);
        }
        let claims = LaunchClaims::from_verified_json(self.claims, self.loopback_http)
            .map_err(|source| StoredLaunchError::Claims { source })?;
        if claims.deployment_id() != self.deployment.id() {
            return Err(StoredLaunchError::OtherDeployment);
        }
        let status = self.deployment.status();
        if status != DeploymentStatus::Active {
            return Err(StoredLaunchError::NotActive { status });
        }
        Ok(LaunchContext::new(
            self.deployment,
            self.outcome,
            claims,
            self.login_parameters,
        ))
    }
}

impl fmt::Debug for StoredLaunch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredLaunch")
            .field("deployment", &self.deployment)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// A stored launch is not one that a tool has put away as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredLaunchError {
    /// A claim that every launch has is missing or wrong.
    Claims {
        /// Which one.
        source: ClaimError,
    },
    /// The claims are not from the issuer, or not for the client id, of the deployment beside them.
    OtherRegistration,
    /// The claims name another deployment than the one beside them.
    OtherDeployment,
    /// The deployment was not active when it was put away.
    NotActive {
        /// What it was.
        status: DeploymentStatus,
    },
}

impl fmt::Display for StoredLaunchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claims { .. } => f.write_str("the stored launch has not the claims of one"),
            Self::OtherRegistration => {
                f.write_str("the stored launch is of another registration than its deployment")
            }
            Self::OtherDeployment => {
                f.write_str("the stored launch is from another deployment than the one beside it")
            }
            Self::NotActive { status } => {
                write!(f, "the deployment of the stored launch is {status}")
            }
        }
    }
}

impl Error for StoredLaunchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Claims { source } => Some(source),
            _ => None,
        }
    }
}
