//! What happens when the deployment is not known yet.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, Uri, header};

use crate::{
    claims::LaunchClaims,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    error::{LtiError, LtiErrorKind, harden},
    launch::LaunchContext,
    state::OnboardingTicket,
    tool::LtiTool,
};

/// What happens when a launch comes from a deployment that is not known yet.
///
/// Whichever it is, the nonce has been used up by then: the person launches again from the course.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum OnMissingDeployment {
    /// The deployment is created, and the launch goes on. The default.
    ///
    /// A registration may have so many deployments and no more; see
    /// [`Limits::deployments_per_registration`](crate::Limits::deployments_per_registration).
    #[default]
    Create,
    /// The launch is refused with 403.
    Reject,
    /// The person is sent to this address with a signed ticket in the query parameter `ticket`; see
    /// [`OnboardingTicket`].
    Redirect(Uri),
    /// The handler decides. It finds a [`MissingDeployment`] in the request's extensions, and never a
    /// [`LaunchContext`], so that no handler can take one for the other.
    Forward,
}

/// A verified launch from a deployment that is not known.
///
/// Everything else about the launch is proven. Its nonce has been used up.
#[derive(Clone)]
pub struct MissingDeployment {
    tool: LtiTool,
    missing: Arc<Missing>,
}

struct Missing {
    key: DeploymentKey,
    quota: usize,
    claims: LaunchClaims,
}

impl MissingDeployment {
    pub(crate) fn new(
        tool: LtiTool,
        key: DeploymentKey,
        quota: usize,
        claims: LaunchClaims,
    ) -> Self {
        Self {
            tool,
            missing: Arc::new(Missing { key, quota, claims }),
        }
    }

    /// The deployment that is missing.
    #[must_use]
    pub fn key(&self) -> &DeploymentKey {
        &self.missing.key
    }

    /// What the platform says: who came, from where, in which role.
    #[must_use]
    pub fn claims(&self) -> &LaunchClaims {
        &self.missing.claims
    }

    /// Creates the deployment after all, and returns the launch as it would have come.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, when the registration has as many deployments as it may,
    /// and when another launch or an administrator created the deployment meanwhile as pending or
    /// disabled.
    pub async fn create(self) -> Result<LaunchContext, LtiError> {
        let now = self.tool.clock().now();
        let quota = Some(self.missing.quota);
        let deployment = Deployment::new(
            self.missing.key.clone(),
            DeploymentStatus::Active,
            DeploymentOrigin::FirstLaunch,
            now,
        );
        let (deployment, outcome) = self.tool.store().create(&deployment, quota).await?;
        check_open(&deployment)?;
        Ok(LaunchContext::new(
            deployment,
            outcome,
            self.missing.claims.clone(),
        ))
    }

    /// Makes a ticket that names the deployment, for an onboarding page of your own.
    ///
    /// # Errors
    ///
    /// Fails when the ticket cannot be sealed.
    pub fn ticket(&self) -> Result<String, LtiError> {
        OnboardingTicket::seal(self.key(), self.tool.clock().now(), self.tool.tickets())
            .ok_or_else(|| LtiErrorKind::RandomnessUnavailable.into())
    }
}

impl fmt::Debug for MissingDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MissingDeployment")
            .field("key", self.key())
            .field("claims", self.claims())
            .finish_non_exhaustive()
    }
}

/// Refuses a deployment that is not active, however good the token.
pub(super) fn check_open(deployment: &Deployment) -> Result<(), LtiErrorKind> {
    match deployment.status() {
        DeploymentStatus::Active => Ok(()),
        DeploymentStatus::Pending => Err(LtiErrorKind::DeploymentPending),
        DeploymentStatus::Disabled => Err(LtiErrorKind::DeploymentDisabled),
    }
}

/// Sends the person to onboarding with a ticket.
pub(super) fn redirect<B: From<Bytes>>(
    onboarding: &Uri,
    missing: &MissingDeployment,
) -> Result<Response<B>, LtiError> {
    let ticket = missing.ticket()?;
    let separator = if onboarding.query().is_some() {
        '&'
    } else {
        '?'
    };
    let location = HeaderValue::try_from(format!("{onboarding}{separator}ticket={ticket}"))
        .map_err(|error| LtiError::new(LtiErrorKind::DeploymentUnknown).with_source(error))?;
    let mut response = Response::new(B::from(Bytes::new()));
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, location);
    harden(response.headers_mut());
    Ok(response)
}
