//! Finds a session again, and decides whether it is still good.

use tokio::task::JoinSet;

use crate::{
    clock::unix_millis,
    deployment::DeploymentKey,
    error::{LtiError, LtiErrorKind},
    launch_context::{LaunchContext, check_open},
    observe::in_current_span,
    session::{
        brought::Brought,
        kept::Kept,
        lasting::time_left,
        lti_session::{Carrier, LtiSession},
        pointer::Pointer,
    },
    store::StoreError,
    tool::LtiTool,
};

/// Finds a session in one call of the store, and renews it.
pub(super) async fn find(
    tool: &LtiTool,
    brought: Brought,
    carrier: Carrier,
) -> Result<LtiSession, LtiError> {
    let pointer = brought.pointer(tool).await?;
    let deployment = pointer.deployment.clone();
    let finding = tool.in_time(look_up(tool, pointer, carrier, true));
    finding.await.map_err(|error| about(error, &deployment))
}

/// Looks at the sessions of cookies, all at once, and renews none: of each, whether it is good.
pub(super) async fn look_at_all(
    tool: &LtiTool,
    all: &[Brought],
) -> Result<Vec<Result<LtiSession, LtiError>>, LtiError> {
    let mut asked = JoinSet::new();
    for (place, brought) in all.iter().cloned().enumerate() {
        let tool = tool.clone();
        asked.spawn(in_current_span(async move {
            (place, look_at(&tool, brought).await)
        }));
    }
    let looking = async {
        let mut found = Vec::with_capacity(all.len());
        while let Some(answer) = asked.join_next().await {
            // A store that panics has not answered.
            let answer = answer.map_err(StoreError::unavailable)?;
            found.push(answer);
        }
        found.sort_unstable_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, found)| found).collect())
    };
    tool.in_time(looking).await
}

async fn look_at(tool: &LtiTool, brought: Brought) -> Result<LtiSession, LtiError> {
    let pointer = brought.pointer(tool).await?;
    let deployment = pointer.deployment.clone();
    let found = look_up(tool, pointer, Carrier::Cookie, false).await;
    found.map_err(|error| about(error, &deployment))
}

/// Says of an error whose session it is about.
fn about(error: LtiError, deployment: &DeploymentKey) -> LtiError {
    let registration = deployment.registration();
    error
        .of_client(
            Some(registration.issuer().as_str()),
            Some(registration.client_id().as_str()),
        )
        .of_deployment(deployment)
}

async fn look_up(
    tool: &LtiTool,
    pointer: Pointer,
    carrier: Carrier,
    is_renewed: bool,
) -> Result<LtiSession, LtiError> {
    let (id, key, scopes) = (pointer.id(), pointer.key(), pointer.scopes());
    let now_ms = unix_millis(tool.clock().now());
    let ttl = time_left(tool, pointer.started_at_ms, now_ms)?;
    let renew_for = is_renewed.then_some(ttl);
    let store = tool.store();
    let found = store.find_session(&key, &scopes, renew_for, &pointer.deployment);
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
        .find_id(registration)
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
