//! What a launch's page hands back, so that it is good for this very launch and not for long.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    clock::unix_millis,
    error::{ClockOffset, LtiError, LtiErrorKind},
    instance::Stamp,
    state::ValueHash,
    tool::LtiTool,
};

/// How long a handle is good for.
const LIFETIME: Duration = Duration::from_secs(120);

/// What the values of a handle's hash are.
const WHAT: &str = "storage handle";

/// Says that this tool has verified an `id_token` and its state, and has only the browser left to prove. Signed.
#[derive(Serialize, Deserialize)]
struct Handle {
    launch: ValueHash,
    issued_at_ms: u64,
    stamp: Stamp,
}

/// Signs a handle for a launch. `None` only if there is no secret.
pub(crate) fn sign_handle(tool: &LtiTool, id_token: &str, state: &str) -> Option<String> {
    tool.storage_handles().sign(&Handle {
        launch: ValueHash::of_both(WHAT, id_token, state),
        issued_at_ms: unix_millis(tool.clock().now()),
        stamp: tool.stamp(),
    })
}

/// Rejects a handle that this tool did not sign, or not for this launch, or too long ago.
pub(super) fn check_handle(
    tool: &LtiTool,
    handle: &str,
    id_token: &str,
    state: &str,
) -> Result<(), LtiError> {
    let verified: Option<Handle> = tool.storage_handles().verify(handle);
    let handle = verified.ok_or(LtiErrorKind::StorageHandleForged)?;
    if !handle.launch.matches_both(WHAT, id_token, state) {
        return Err(LtiErrorKind::StorageHandleForeign.into());
    }
    let now = unix_millis(tool.clock().now());
    let of_kind = |kind| ClockOffset::explain(kind, "the handle", handle.issued_at_ms, now);
    let skew = u64::try_from(tool.limits().clock_skew.as_millis()).unwrap_or(u64::MAX);
    if handle.issued_at_ms > now.saturating_add(skew) {
        return Err(of_kind(LtiErrorKind::StateFromTheFuture));
    }
    let is_old = u128::from(now.saturating_sub(handle.issued_at_ms)) >= LIFETIME.as_millis();
    // The time of day may be set back; for handles of this instance there is a monotonic clock, too.
    let is_old_here = tool
        .age_here(&handle.stamp)
        .is_some_and(|age| age >= LIFETIME);
    if is_old || is_old_here {
        return Err(of_kind(LtiErrorKind::StorageHandleExpired));
    }
    Ok(())
}
