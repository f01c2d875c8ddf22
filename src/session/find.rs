//! Finds a session again, and decides whether it is still good.

use std::sync::Arc;

use crate::{
    clock::unix_millis,
    error::{LtiError, LtiErrorKind},
    launch_context::{LaunchContext, check_open},
    session::{
        kept::Kept,
        known::KnownPointers,
        lasting::time_left,
        lti_session::{Carrier, LtiSession},
        pointer::{Pointer, SessionId},
    },
    tool::LtiTool,
};

/// What a request brings of a session.
#[derive(Clone)]
pub(super) enum Brought {
    /// By a handle: all that is needed to ask for it.
    Pointer(Pointer),
    /// By a cookie: its id, and the public id that the cookie's name has.
    Id(SessionId, String),
}

impl Brought {
    /// Whose session it is: as this instance has seen it, or as the store has it, for one more call.
    async fn pointer(self, tool: &LtiTool) -> Result<Pointer, LtiError> {
        let (id, public_id) = match self {
            Self::Pointer(pointer) => return Ok(pointer),
            Self::Id(id, public_id) => (id, public_id),
        };
        let (key, known) = (id.key(), tool.shared::<KnownPointers>());
        let pointer = match known.get(key.digest()) {
            Some(pointer) => pointer,
            None => {
                let asking = async { Ok(tool.store().peek_session(&key).await?) };
                let sealed = tool.in_time(asking).await?;
                let sealed = sealed.ok_or(LtiErrorKind::SessionOver)?;
                let kept = Kept::open(&id.to_text(), &sealed, tool)?;
                let pointer = Pointer::from_text(&kept.terms.pointer);
                let pointer = Arc::new(pointer.ok_or(LtiErrorKind::SessionForged)?);
                known.add(*key.digest(), Arc::clone(&pointer));
                pointer
            }
        };
        if pointer.public_id() != public_id {
            return Err(LtiErrorKind::SessionForged.into());
        }
        Ok(Pointer::clone(&pointer))
    }
}

/// Finds a session in one call of the store, and renews it.
pub(super) async fn find(
    tool: &LtiTool,
    brought: Brought,
    carrier: Carrier,
) -> Result<LtiSession, LtiError> {
    let pointer = brought.pointer(tool).await?;
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
