//! Events of dynamic registration.

use std::error::Error;

use crate::{
    deployment::DeploymentKey,
    identity::RegistrationId,
    observe::{LogPermit, trace::event},
    redact::{causes, log_value},
    service_error::ActionBy,
};

/// A platform registered the tool, and the registration is kept.
pub(crate) fn platform_registered(
    registration: &RegistrationId,
    is_pending: bool,
    left_out: usize,
) {
    event!(
        info,
        issuer = log_value(registration.issuer().as_str()),
        client_id = log_value(registration.client_id().as_str()),
        pending = is_pending,
        left_out = left_out,
        "a platform registered the tool"
    );
}

/// A registration was kept, and the store cannot promise that it outlives a failover.
pub(crate) fn registration_may_be_lost(registration: &RegistrationId, error: &dyn Error) {
    event!(
        error,
        issuer = log_value(registration.issuer().as_str()),
        client_id = log_value(registration.client_id().as_str()),
        source = causes(error),
        "a new registration counts, and may be lost with its server; look whether it is still there"
    );
}

/// The deployment that came along with a registration is not kept; its first launch decides.
pub(crate) fn deployment_not_kept(deployment: &DeploymentKey, error: &dyn Error) {
    event!(
        warn,
        deployment = deployment.to_text(),
        source = causes(error),
        "the deployment of a new registration could not be kept; its first launch decides"
    );
}

/// A platform was not registered. What it said is left out, and what it sent.
pub(crate) fn platform_not_registered(
    error: &dyn Error,
    code: &'static str,
    action_by: ActionBy,
    reference: &str,
    status: Option<u16>,
    permit: LogPermit,
) {
    if !permit.is_granted {
        return;
    }
    event!(
        warn,
        code = code,
        action_by = action_by.as_str(),
        reference = reference,
        status = status,
        source = error.source().map(causes),
        suppressed = Some(permit.suppressed).filter(|count| *count > 0),
        "a platform was not registered"
    );
}
