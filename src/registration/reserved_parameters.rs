//! Query parameters that a login or a launch sets itself.

use crate::{redact, registration::RegistrationError};

/// The parameters of an authentication request; an authorization endpoint's query must have none of them.
pub(super) const REQUEST_PARAMETERS: [&str; 10] = [
    "scope",
    "response_type",
    "response_mode",
    "prompt",
    "client_id",
    "redirect_uri",
    "login_hint",
    "lti_message_hint",
    "state",
    "nonce",
];

/// The parameters of an authentication response, which no redirect URI may carry and no launch may have in
/// its query.
pub(crate) const RESPONSE_PARAMETERS: [&str; 5] = [
    "id_token",
    "state",
    "error",
    "error_description",
    "error_uri",
];

pub(super) fn check_reserved(
    setting: &'static str,
    reserved: &[&str],
    url: &str,
) -> Result<(), RegistrationError> {
    match carries_reserved(reserved, url) {
        Some(parameter) => Err(RegistrationError::ReservedParameter {
            setting,
            given: redact::url(url),
            parameter,
        }),
        None => Ok(()),
    }
}

/// The first parameter in the URL's query that has one of these names.
pub(crate) fn carries_reserved(reserved: &[&str], url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| reserved.contains(&&**name))
        .map(|(name, _)| name.into_owned())
}
