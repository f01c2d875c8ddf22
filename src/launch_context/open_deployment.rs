//! Whether launches from a deployment may go on.

use crate::{
    deployment::{Deployment, DeploymentStatus},
    error::LtiErrorKind,
};

/// Rejects a deployment that is not active, however good the token.
pub(crate) fn check_open(deployment: &Deployment) -> Result<(), LtiErrorKind> {
    match deployment.status() {
        DeploymentStatus::Active => Ok(()),
        DeploymentStatus::Pending => Err(LtiErrorKind::DeploymentPending),
        DeploymentStatus::Disabled => Err(LtiErrorKind::DeploymentDisabled),
    }
}
