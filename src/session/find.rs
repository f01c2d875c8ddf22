//! Finds a session again, and decides whether it is still good.

use crate::{
    clock::unix_millis,
    error::{LtiError, LtiErrorKind},
    launch_context::{LaunchContext, check_open},
    session::{
        kept::Kept,
        lasting::time_left,
        lti_session::{Carrier, LtiSession},
        pointer::Pointer,
    },
    tool::LtiTool,
};

/// Finds the session of a pointer in one call of the store, and renews it.
pub(super) async fn find(
    tool: &LtiTool,
    pointer: Pointer,
    carrier: Carrier,
) -> Result<LtiSession, LtiError> {
    let deployment = pointer.deployment.clone();
    let finding = tool.in_time(look_up(tool, pointer, carrier));
    finding.await.map_err(|error| {
        let registration = deployment.registration();
        error
            .of_client(
                Some(registration.issuer().as_str()),
                Some(registration.client_id().as_str()),
            )
            .of_deployment(&deployment)
    })
}

async fn look_up(
    tool: &LtiTool,
    pointer: Pointer,
    carrier: Carrier,
) -> Result<LtiSession, LtiError> {
    let (id, key, scopes) = (pointer.id(), pointer.key(), pointer.scopes());
    let now_ms = unix_millis(tool.clock().now());
    let ttl = time_left(tool, pointer.started_at_ms, now_ms)?;
    let store = tool.store();
    let found = store.find_session(&key, &scopes, ttl, &pointer.deployment);
    let (found, deployment) = found.await?.ok_or(LtiErrorKind::SessionOver)?;
    let kept = Kept::open(&id, &found.sealed, tool)?;
    if kept.terms.ends_at_ms <= now_ms {
        return Err(LtiErrorKind::SessionOver.into());
    }
    if kept.terms.is_ended_by(&found.marks) {
        return Err(LtiErrorKind::SessionRevoked.into());
    }
    let deployment = deployment.ok_or_else(|| revoked("the deployment was removed"))?;
    check_open(&deployment)?;
    let registration = pointer.deployment.registration();
    let registration = tool
        .registrations()
        .find(registration.issuer(), registration.client_id())
        .await?
        .ok_or_else(|| revoked("the registration was removed"))?;
    tool.check_usable(&registration)?;
    let Kept {
        launch,
        terms,
        data,
    } = kept;
    let mut launch = LaunchContext::trust_stored(launch)
        .map_err(|source| LtiError::from(LtiErrorKind::SessionForged).with_source(source))?;
    if terms.without_cookies {
        launch = launch.proven_without_cookies();
    }
    let launch = launch.out_of_session(deployment);
    Ok(LtiSession::new(
        tool.clone(),
        pointer,
        carrier,
        launch,
        terms,
        data,
    ))
}

fn revoked(hint: &'static str) -> LtiError {
    LtiError::from(LtiErrorKind::SessionRevoked).with_hint(hint)
}
