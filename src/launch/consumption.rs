//! Consumes the nonce and reads the deployment, in one round trip.

use std::time::Duration;

use crate::{
    browser_binding::BrowserProof,
    deployment::{Deployment, DeploymentKey},
    error::{LtiError, LtiErrorKind},
    id_token::acceptance_ends,
    launch::verification::VerifiedLaunch,
    launch_context::check_open,
    nonce::{Attempt, NonceUse, OneTimeKey},
    observe::FlowSpan,
    state::LoginState,
    tool::LtiTool,
};

/// How much longer a nonce is remembered than its token could be accepted.
const NONCE_MARGIN: Duration = Duration::from_secs(60);

/// What the store said of a launch's nonce and deployment.
pub(super) struct Consumed {
    key: DeploymentKey,
    proof: BrowserProof,
    nonce_use: NonceUse,
    may_be_lost: bool,
    found: Option<Deployment>,
}

/// Consumes the nonce of a verified launch whose browser is proven.
pub(super) async fn consume(
    tool: &LtiTool,
    launch: &VerifiedLaunch,
    proof: BrowserProof,
    visit: &FlowSpan,
) -> Result<Consumed, LtiError> {
    let (id, registered) = (launch.registration.id(), &launch.registered);
    let nonce = OneTimeKey::new(id, &registered.nonce);
    let attempt = Attempt::new()?;
    let key = DeploymentKey::new(id.clone(), launch.claims.deployment_id().clone());
    visit.record_deployment(&key);
    let ends = acceptance_ends(
        registered.expires_at_ms,
        registered.issued_at_ms,
        launch.login.issued_at_ms,
        tool.limits(),
    );
    let acceptable_for_ms = ends.saturating_sub(registered.checked_at_ms);
    let ttl = nonce_lifetime(tool, &launch.login, acceptable_for_ms);
    // §5.1.3 step 9, second half: the nonce is consumed, and the deployment read in the same round trip.
    let (nonce_use, found) = tool
        .store()
        .consume_and_find(&nonce, &attempt, ttl, &key)
        .await?;
    let issued_at_ms = launch.login.issued_at_ms;
    Ok(Consumed {
        key,
        proof,
        nonce_use,
        may_be_lost: tool.store().may_have_lost(&nonce, issued_at_ms),
        found,
    })
}

/// Rejects a launch that was used before. Nothing is consumed.
pub(super) async fn check_unused(
    tool: &LtiTool,
    launch: &VerifiedLaunch,
    visit: &FlowSpan,
) -> Result<(), LtiError> {
    let id = launch.registration.id();
    let deployment_id = launch.claims.deployment_id().clone();
    visit.record_deployment(&DeploymentKey::new(id.clone(), deployment_id));
    let nonce = OneTimeKey::new(id, &launch.registered.nonce);
    if tool.store().was_consumed(&nonce).await? {
        return Err(LtiErrorKind::NonceReplayed.into());
    }
    Ok(())
}

/// A deployment whose launch may go on, or one that is not known.
pub(super) enum Found {
    Active(Deployment),
    Unknown(DeploymentKey),
}

impl Consumed {
    /// Decides what may go on: no replay, and no deployment that is not active.
    pub(super) fn judge(self) -> Result<(Found, BrowserProof), LtiError> {
        // Core 1.3 §3.1.3: a replay gets no further.
        if self.nonce_use == NonceUse::Repeated {
            return Err(LtiErrorKind::NonceReplayed.into());
        }
        // The store has lost data since this login: the nonce may have been consumed before.
        if self.may_be_lost {
            return Err(LtiError::from(LtiErrorKind::StateBeforeMemory).with_hint(
                "the store may have forgotten nonces since, by a restart or a failover",
            ));
        }
        let found = match self.found {
            Some(deployment) => {
                check_open(&deployment)?;
                Found::Active(deployment)
            }
            None => Found::Unknown(self.key),
        };
        Ok((found, self.proof))
    }
}

/// How long a nonce is remembered: longer than its token could be accepted, by the wall clock and, should
/// that be set back, by the age of its login.
fn nonce_lifetime(tool: &LtiTool, login: &LoginState, acceptable_for_ms: u64) -> Duration {
    let login_lasts = tool.age_here(&login.stamp).map_or(Duration::ZERO, |age| {
        tool.limits().login_lifetime.saturating_sub(age)
    });
    Duration::from_millis(acceptable_for_ms).max(login_lasts) + NONCE_MARGIN
}
