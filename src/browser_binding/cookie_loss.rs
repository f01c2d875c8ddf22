//! Why the state cookie may be missing, as far as the request shows it.

use http::{HeaderMap, header};

use crate::{
    browser_binding::cookie::is_in_frame, error::CookieLoss, limits::Limits, state::LoginState,
};

/// Judges by the other cookies of the request. Whether the token was used plays no part: without the cookie
/// nobody learns that.
pub(super) fn explain(
    login: &LoginState,
    headers: &HeaderMap,
    now_ms: u64,
    limits: &Limits,
) -> Option<CookieLoss> {
    let age_ms = u128::from(now_ms.saturating_sub(login.issued_at_ms));
    let sends_cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .any(|value| !value.is_empty());
    if sends_cookies || age_ms >= limits.login_lifetime.as_millis() {
        Some(CookieLoss::Over)
    } else if is_in_frame(headers) {
        // A login in a frame sets a probe that its launch leaves there.
        Some(CookieLoss::Blocked)
    } else {
        None
    }
}
