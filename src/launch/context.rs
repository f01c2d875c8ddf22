//! What the handler gets.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    claims::{ClaimError, LaunchClaims},
    deployment::{Deployment, DeploymentOutcome},
    json,
    registration::{ClientId, Issuer, RegistrationId},
};

/// A verified launch. Cheap to clone.
///
/// It stands in the request's extensions, and only a launch that passed every check puts it there.
/// It can be serialized, so as to live in a session; it then holds personal data. `Debug` shows none.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LaunchContext(Arc<Verified>);

#[derive(Serialize, Deserialize)]
#[serde(try_from = "PutAway")]
struct Verified {
    deployment: Deployment,
    outcome: DeploymentOutcome,
    claims: LaunchClaims,
    /// The tool and its platforms are on loopback, and need no https.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    loopback_http: bool,
}

/// What is read from a session.
#[derive(Deserialize)]
struct PutAway {
    deployment: Deployment,
    outcome: DeploymentOutcome,
    #[serde(deserialize_with = "json::read_members")]
    claims: Map<String, Value>,
    #[serde(default)]
    loopback_http: bool,
}

impl TryFrom<PutAway> for Verified {
    type Error = ClaimError;

    fn try_from(put_away: PutAway) -> Result<Self, ClaimError> {
        Ok(Self {
            deployment: put_away.deployment,
            outcome: put_away.outcome,
            claims: LaunchClaims::read_again(put_away.claims, put_away.loopback_http)?,
            loopback_http: put_away.loopback_http,
        })
    }
}

impl LaunchContext {
    pub(crate) fn new(
        deployment: Deployment,
        outcome: DeploymentOutcome,
        claims: LaunchClaims,
    ) -> Self {
        Self(Arc::new(Verified {
            deployment,
            outcome,
            loopback_http: claims.allow_loopback_http(),
            claims,
        }))
    }

    /// The registration that the launch came through.
    #[must_use]
    pub fn registration_id(&self) -> &RegistrationId {
        self.0.deployment.key().registration()
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

    /// The deployment that the launch came from.
    #[must_use]
    pub fn deployment(&self) -> &Deployment {
        &self.0.deployment
    }

    /// Whether this very launch made the deployment's record. Of any number of first launches at
    /// once, exactly one is told so.
    #[must_use]
    pub fn deployment_created(&self) -> bool {
        self.0.outcome == DeploymentOutcome::Created
    }

    /// What the platform says: who came, from where, in which role.
    #[must_use]
    pub fn claims(&self) -> &LaunchClaims {
        &self.0.claims
    }

    /// What to store a user under: the registration and the `sub`, or `None` for an anonymous
    /// launch.
    ///
    /// Issuers are shared by many schools, so a `sub` alone, or beside the issuer alone, is not
    /// enough: another tenant's platform could claim it (LTI Core 1.3 §5.3.6).
    #[must_use]
    pub fn user_key(&self) -> Option<(&RegistrationId, &str)> {
        Some((self.registration_id(), self.claims().sub()?))
    }
}

impl fmt::Debug for LaunchContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaunchContext")
            .field("deployment", self.deployment())
            .field("outcome", &self.0.outcome)
            .field("claims", self.claims())
            .finish()
    }
}
