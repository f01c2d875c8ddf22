//! Whether calls for a deployment may be made at all.

use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll, time::Duration};

use tokio::time::timeout;

use crate::{
    deployment::{DeploymentKey, DeploymentStatus},
    registration::{Registration, RegistrationStatus},
    service_error::{ServiceError, ServiceErrorKind},
    store::StoreError,
    tool::LtiTool,
};

/// The registration, where it and the deployment are open, as for a launch.
pub(super) async fn open_registration(
    tool: &LtiTool,
    deployment: &DeploymentKey,
) -> Result<Arc<Registration>, ServiceError> {
    let deadline: Duration = tool
        .limits()
        .launch_timeout
        .min(tool.limits().service_timeout);
    let mut looking = pin!(look_up(tool, deployment));
    // No timer where a store in memory answers at once.
    if let Poll::Ready(found) = poll_fn(|cx| Poll::Ready(looking.as_mut().poll(cx))).await {
        return found;
    }
    timeout(deadline, looking)
        .await
        .unwrap_or_else(|_| Err(ServiceErrorKind::StoreUnavailable.into()))
}

async fn look_up(
    tool: &LtiTool,
    deployment: &DeploymentKey,
) -> Result<Arc<Registration>, ServiceError> {
    let id = deployment.registration();
    let registration = tool
        .registrations()
        .find_id(id)
        .await
        .map_err(unavailable)?
        .ok_or(ServiceErrorKind::RegistrationUnknown)?;
    match registration.status() {
        RegistrationStatus::Active => {}
        RegistrationStatus::Pending => return Err(ServiceErrorKind::RegistrationPending.into()),
        RegistrationStatus::Disabled => return Err(ServiceErrorKind::RegistrationDisabled.into()),
    }
    if tool.check_usable(&registration).is_err() {
        let refused = ServiceError::new(ServiceErrorKind::UrlRefused);
        return Err(refused.with_detail("the registration uses plain http"));
    }
    let found = tool.store().find(deployment).await.map_err(unavailable)?;
    match found.map(|found| found.status()) {
        Some(DeploymentStatus::Active) => Ok(registration),
        Some(DeploymentStatus::Pending | DeploymentStatus::Disabled) | None => {
            Err(ServiceErrorKind::DeploymentClosed.into())
        }
    }
}

fn unavailable(error: StoreError) -> ServiceError {
    ServiceError::new(ServiceErrorKind::StoreUnavailable).with_source(error)
}
