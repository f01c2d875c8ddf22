//! The claims that every OpenID Connect token has, checked in our own types.
//!
//! Implements Security Framework 1.0 §5.1.3 steps 2 to 5 and 7 to 9.

use std::{
    slice,
    time::{Duration, SystemTime},
};

use crate::{
    clock::unix_millis,
    error::{ClockOffset, LtiError, LtiErrorKind},
    id_token::VerifiedIdToken,
    json::{self, Json},
    registration::Registration,
    tool::Limits,
};

/// Times and nonce of a token whose issuer, audience and times are right.
pub(crate) struct RegisteredClaims {
    pub(crate) expires_at_ms: u64,
    pub(crate) issued_at_ms: u64,
    /// The time that they were compared with.
    pub(crate) checked_at_ms: u64,
    pub(crate) nonce: String,
}

impl RegisteredClaims {
    pub(crate) fn check(
        token: &VerifiedIdToken<'_>,
        registration: &Registration,
        now: SystemTime,
        limits: &Limits,
    ) -> Result<Self, LtiError> {
        check_issuer(token, registration)?;
        check_audience(token, registration)?;
        let checked_at_ms = unix_millis(now);
        let (issued_at_ms, expires_at_ms) = check_times(token, checked_at_ms, limits)?;
        let nonce = token
            .payload
            .text("nonce")
            .filter(|nonce| !nonce.is_empty())
            .ok_or(LtiErrorKind::NonceMismatch)?;
        Ok(Self {
            expires_at_ms,
            issued_at_ms,
            checked_at_ms,
            nonce: nonce.to_owned(),
        })
    }
}

/// When a token stops being acceptable, in milliseconds since 1970: the earliest of its expiry, its
/// greatest age and the end of its login. The nonce is remembered until after this.
pub(crate) fn acceptance_ends(
    expires_at_ms: u64,
    issued_at_ms: u64,
    login_at_ms: u64,
    limits: &Limits,
) -> u64 {
    let skew = millis(limits.clock_skew);
    let by_expiry = expires_at_ms.saturating_add(skew);
    let by_age = issued_at_ms
        .saturating_add(millis(limits.max_token_age))
        .saturating_add(skew);
    let by_login = login_at_ms.saturating_add(millis(limits.login_lifetime));
    by_expiry.min(by_age).min(by_login)
}

fn check_issuer(
    token: &VerifiedIdToken<'_>,
    registration: &Registration,
) -> Result<(), LtiErrorKind> {
    if token.payload.text("iss") == Some(registration.id().issuer().as_str()) {
        Ok(())
    } else {
        Err(LtiErrorKind::IssuerMismatch)
    }
}

fn check_audience(
    token: &VerifiedIdToken<'_>,
    registration: &Registration,
) -> Result<(), LtiErrorKind> {
    let client_id = registration.id().client_id().as_str();
    let audiences = match token.payload.get("aud") {
        Some(Json::Array(several)) => several,
        Some(one) => slice::from_ref(one),
        None => return Err(LtiErrorKind::AudienceMismatch),
    };
    let is_us = |audience: &Json<'_>| audience.as_str() == Some(client_id);
    let is_trusted = |audience: &Json<'_>| {
        let trusted = registration.trusted_audiences().iter();
        let is_among = |name| trusted.clone().any(|trusted| trusted == name);
        is_us(audience) || audience.as_str().is_some_and(is_among)
    };
    if !audiences.iter().any(is_us) || !audiences.iter().all(is_trusted) {
        return Err(LtiErrorKind::AudienceMismatch);
    }
    let authorized = match token.payload.get("azp") {
        None | Some(Json::Null) => None,
        Some(Json::Text(party)) if party.is_empty() => None,
        Some(Json::Text(party)) => Some(&**party),
        Some(_) => return Err(LtiErrorKind::AuthorizedPartyMismatch),
    };
    let must_be_us = audiences.len() > 1 || registration.strict_azp();
    let fits = !must_be_us || authorized == Some(client_id);
    if fits {
        Ok(())
    } else {
        Err(LtiErrorKind::AuthorizedPartyMismatch)
    }
}

fn check_times(
    token: &VerifiedIdToken<'_>,
    now_ms: u64,
    limits: &Limits,
) -> Result<(u64, u64), LtiError> {
    let expires_at = required_time(token, "exp")?;
    let issued_at = required_time(token, "iat")?;
    let skew = millis(limits.clock_skew);
    let off = |kind, what, time| ClockOffset::explain(kind, what, time, now_ms);
    if now_ms >= expires_at.saturating_add(skew) || expires_at <= issued_at {
        return Err(off(LtiErrorKind::TokenExpired, "exp", expires_at));
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

/// A NumericDate in milliseconds, far ones cut off where the clock ends.
fn required_time(token: &VerifiedIdToken<'_>, name: &str) -> Result<u64, LtiErrorKind> {
    let seconds = token
        .payload
        .get(name)
        .and_then(json::numeric_date)
        .ok_or(LtiErrorKind::TimeMalformed)?;
    // A float beyond the range becomes the greatest number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates"
    )]
    let millis = (seconds * 1_000.0) as u64;
    Ok(millis)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
