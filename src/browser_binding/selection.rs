//! Binds the handle of a deep linking request to the browser that it was made for.

use cookie::Cookie;
use http::{HeaderMap, HeaderValue};

use crate::browser_binding::cookie::{BrowserCookies, CookieKind};

/// The headers that give the browser its secret, and clear its oldest selections. `None` only if the secret cannot
/// stand in a header.
pub(crate) fn bind_selection(
    cookie_id: &str,
    secret: &str,
    lasts_secs: i64,
    headers: &HeaderMap,
) -> Option<Vec<HeaderValue>> {
    let ours = CookieKind::Selection.set(cookie_id, secret, lasts_secs)?;
    let known = BrowserCookies::of(CookieKind::Selection, headers);
    Some(known.clear_oldest().chain([ours]).collect())
}

/// The browser's secret for this handle, if it sent exactly one.
pub(crate) fn selection_secret<'a>(cookie_id: &str, headers: &'a HeaderMap) -> Option<Cookie<'a>> {
    let cookies = BrowserCookies::of(CookieKind::Selection, headers);
    cookies.only(cookie_id).ok().flatten()
}
