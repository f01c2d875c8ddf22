//! What a platform sends instead of a token.

use crate::error::{LtiError, LtiErrorKind};

/// The kinds of `error` that a person can do something about by signing in again.
const LOGIN_NEEDED: [&str; 4] = [
    "login_required",
    "interaction_required",
    "account_selection_required",
    "consent_required",
];

/// The longest error code that is kept, in bytes.
const MAX_CODE: usize = 40;

/// Sorts a platform's error code (OpenID Connect Core 1.0 §3.1.2.6).
///
/// None of it is shown to the user; description and URI are not logged either: their sender is not proven.
pub(super) fn kind_of(error: &str) -> LtiErrorKind {
    if LOGIN_NEEDED.contains(&error) {
        LtiErrorKind::PlatformLoginRequired
    } else {
        LtiErrorKind::PlatformError
    }
}

/// A refusal that keeps the platform's error code, if it can be one, for the operator.
pub(super) fn explain(kind: LtiErrorKind, error: &str) -> LtiError {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let is_code = (1..=MAX_CODE).contains(&error.len()) && error.bytes().all(is_letter);
    let code = if is_code { error } else { "other" };
    LtiError::from(kind).with_detail(|detail| detail.platform_error = Some(code.to_owned()))
}
