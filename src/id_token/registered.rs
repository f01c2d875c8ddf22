//! The claims that every OpenID Connect token has, checked in our own types.
//!
//! Implements Security Framework 1.0 §5.1.3 steps 2 to 5 and 7 to 9.

use std::time::SystemTime;

use crate::{
    clock::unix_millis,
    error::{LtiError, LtiErrorKind},
    id_token::{
        VerifiedIdToken,
        audience::check_audience,
        mismatch::{differs, wrong_type},
        times::{check_times, millis},
    },
    json::Json,
    limits::Limits,
    registration::Registration,
    spelling::slip,
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
        let nonce = match token.payload.get("nonce") {
            Some(Json::Text(nonce)) if !nonce.is_empty() => nonce,
            other => return Err(wrong_type(LtiErrorKind::NonceMismatch, "nonce", other)),
        };
        Ok(Self {
            expires_at_ms,
            issued_at_ms,
            checked_at_ms,
            nonce: nonce.to_string(),
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

fn check_issuer(token: &VerifiedIdToken<'_>, registration: &Registration) -> Result<(), LtiError> {
    let expected = registration.id().issuer().as_str();
    let kind = LtiErrorKind::IssuerMismatch;
    match token.payload.get("iss") {
        Some(Json::Text(issuer)) if issuer == expected => Ok(()),
        Some(Json::Text(issuer)) if !issuer.is_empty() => {
            let error = differs(kind, "iss", issuer, expected);
            Err(match slip(issuer, expected) {
                Some(hint) => error.with_hint(hint),
                None => error,
            })
        }
        other => Err(wrong_type(kind, "iss", other).with_expected(expected)),
    }
}
