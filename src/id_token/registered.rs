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
    limits::Limits,
    redact::log_value,
    registration::{AuthorizedPartyCheck, Registration},
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

/// A rejection for a claim that is missing, empty or of another type. Its value is not shown.
fn wrong_type(kind: LtiErrorKind, name: &'static str, value: Option<&Json<'_>>) -> LtiError {
    let came = match value {
        None => "nothing",
        Some(Json::Text(text)) if text.is_empty() => "an empty string",
        Some(other) => other.type_name(),
    };
    LtiError::from(kind).with_fixed_field(name).with_came(came)
}

/// A rejection for an identifier that differs from ours, with both.
fn differs(kind: LtiErrorKind, name: &'static str, came: &str, expected: &str) -> LtiError {
    LtiError::from(kind)
        .with_fixed_field(name)
        .with_came(came)
        .with_expected(expected)
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

/// The most audiences that an error lists.
const MAX_LISTED: usize = 4;

fn check_audience(
    token: &VerifiedIdToken<'_>,
    registration: &Registration,
) -> Result<(), LtiError> {
    let client_id = registration.id().client_id().as_str();
    let kind = LtiErrorKind::AudienceMismatch;
    let audiences = match token.payload.get("aud") {
        Some(Json::Array(several)) => several,
        Some(one) => slice::from_ref(one),
        None => return Err(wrong_type(kind, "aud", None).with_expected(client_id)),
    };
    let is_us = |audience: &Json<'_>| audience.as_str() == Some(client_id);
    let is_trusted = |audience: &Json<'_>| {
        let trusted = registration.trusted_audiences().iter();
        let is_among = |name| trusted.clone().any(|trusted| trusted == name);
        is_us(audience) || audience.as_str().is_some_and(is_among)
    };
    if !audiences.iter().any(is_us) || !audiences.iter().all(is_trusted) {
        let is_foreign = |audience: &&Json<'_>| !is_trusted(audience);
        // Where ours is among them, those beside it are what is wrong.
        let told = audiences.iter().filter(is_foreign).take(MAX_LISTED);
        let told: Vec<String> = told
            .map(|audience| {
                audience
                    .as_str()
                    .map_or(audience.type_name().to_owned(), log_value)
            })
            .collect();
        let came = if told.is_empty() {
            "nothing".to_owned()
        } else {
            told.join(", ")
        };
        let error = LtiError::from(kind)
            .with_fixed_field("aud")
            .with_detail(|detail| detail.came = Some(came))
            .with_expected(client_id);
        let only = audiences.first().and_then(Json::as_str);
        let slip = only.and_then(|audience| slip(audience, client_id));
        return Err(if audiences.iter().any(is_us) {
            error.with_hint("it also names who is not trusted; see add_trusted_audience")
        } else if let Some(slip) = slip {
            error.with_hint(slip)
        } else {
            error
        });
    }
    let kind = LtiErrorKind::AuthorizedPartyMismatch;
    let azp = token.payload.get("azp");
    let authorized = match azp {
        None | Some(Json::Null) => None,
        Some(Json::Text(party)) if party.is_empty() => None,
        Some(Json::Text(party)) => Some(&**party),
        Some(_) => return Err(wrong_type(kind, "azp", azp).with_expected(client_id)),
    };
    let must_be_us = audiences.len() > 1
        || registration.authorized_party_check() == AuthorizedPartyCheck::Always;
    match authorized {
        _ if !must_be_us || authorized == Some(client_id) => Ok(()),
        Some(party) => Err(differs(kind, "azp", party, client_id)),
        None => Err(wrong_type(kind, "azp", azp).with_expected(client_id)),
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

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
