//! `exp`, `iat` and `nbf`: when a token is good.

use std::time::Duration;

use crate::{
    error::{ClockOffset, LtiError, LtiErrorKind},
    id_token::{VerifiedIdToken, mismatch::wrong_type},
    json::{self, Json},
    limits::Limits,
};

/// Security Framework 1.0 §5.1.3 steps 7 and 8.
pub(super) fn check_times(
    token: &VerifiedIdToken<'_>,
    now_ms: u64,
    limits: &Limits,
) -> Result<(u64, u64), LtiError> {
    let expires_at = required_time(token, "exp")?;
    let issued_at = required_time(token, "iat")?;
    let skew = millis(limits.clock_skew);
    let off =
        |kind, what, time| ClockOffset::explain(kind, what, time, now_ms).with_fixed_field(what);
    if now_ms >= expires_at.saturating_add(skew) || expires_at <= issued_at {
        let expired = off(LtiErrorKind::TokenExpired, "exp", expires_at);
        return Err(if expires_at <= issued_at {
            expired.with_hint("exp is not later than iat")
        } else {
            expired
        });
    }
    if issued_at > now_ms.saturating_add(skew) {
        return Err(off(LtiErrorKind::TokenFromTheFuture, "iat", issued_at));
    }
    let oldest = issued_at
        .saturating_add(millis(limits.max_token_age))
        .saturating_add(skew);
    if now_ms >= oldest {
        return Err(off(LtiErrorKind::TokenStale, "iat", issued_at));
    }
    if !matches!(token.payload.get("nbf"), None | Some(Json::Null)) {
        let not_before = required_time(token, "nbf")?;
        if not_before > now_ms.saturating_add(skew) {
            return Err(off(LtiErrorKind::TokenNotYetValid, "nbf", not_before));
        }
    }
    Ok((issued_at, expires_at))
}

/// A NumericDate in milliseconds, saturating.
fn required_time(token: &VerifiedIdToken<'_>, name: &'static str) -> Result<u64, LtiError> {
    let value = token.payload.get(name);
    let seconds = value.and_then(json::numeric_date).ok_or_else(|| {
        wrong_type(LtiErrorKind::TimeMalformed, name, value)
            .with_expected("a number of seconds since 1970")
    })?;
    // A float beyond the range becomes the greatest number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates"
    )]
    let millis = (seconds * 1_000.0) as u64;
    Ok(millis)
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
