//! What a platform sends instead of a token.

use crate::error::LtiErrorKind;

/// The kinds of `error` that a person can do something about by signing in again.
const LOGIN_NEEDED: [&str; 4] = [
    "login_required",
    "interaction_required",
    "account_selection_required",
    "consent_required",
];

/// Sorts a platform's error code (OpenID Connect Core 1.0 §3.1.2.6).
///
/// The code itself, its description and its URI are not shown: whoever sent them is not proven.
pub(super) fn kind_of(error: &str) -> LtiErrorKind {
    if LOGIN_NEEDED.contains(&error) {
        LtiErrorKind::PlatformLoginRequired
    } else {
        LtiErrorKind::PlatformError
    }
}
