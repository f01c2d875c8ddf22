//! `aud` and `azp`: whom a token is for.

use std::slice;

use crate::{
    error::{LtiError, LtiErrorKind},
    id_token::{
        VerifiedIdToken,
        mismatch::{differs, wrong_type},
    },
    json::Json,
    redact::log_value,
    registration::{AuthorizedPartyCheck, Registration},
    spelling::slip,
};

/// The most audiences that an error lists.
const MAX_LISTED: usize = 4;

/// Security Framework 1.0 §5.1.3 steps 3 to 5.
pub(super) fn check_audience(
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
