//! How long a session lasts.

use std::time::Duration;

use crate::{error::LtiErrorKind, tool::LtiTool};

/// How long it is to be kept from now on: until it was not used for too long, or until its end.
pub(super) fn time_left(
    tool: &LtiTool,
    started_at_ms: u64,
    now_ms: u64,
) -> Result<Duration, LtiErrorKind> {
    let limits = tool.limits();
    if started_at_ms > now_ms.saturating_add(millis(limits.clock_skew)) {
        return Err(LtiErrorKind::SessionForged);
    }
    let end_ms = started_at_ms.saturating_add(millis(limits.session_lifetime));
    let left = Duration::from_millis(end_ms.saturating_sub(now_ms));
    if left.is_zero() {
        return Err(LtiErrorKind::SessionOver);
    }
    Ok(limits.session_idle_timeout.min(left))
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
