//! Binds a ticket, or the handle of a deep linking request, to the browser that it was made for.

use cookie::Cookie;
use http::{HeaderMap, HeaderValue};

use crate::browser_binding::cookie::{BrowserCookies, CookieKind};

/// The header that gives the browser its secret. `None` only if it cannot stand in a header.
pub(crate) fn give_secret(
    kind: CookieKind,
    cookie_id: &str,
    secret: &str,
    lasts_secs: i64,
) -> Option<HeaderValue> {
    kind.set(cookie_id, secret, lasts_secs)
}

/// The browser's secret, if it sent exactly one.
pub(crate) fn held_secret<'a>(
    kind: CookieKind,
    cookie_id: &str,
    headers: &'a HeaderMap,
) -> Option<Cookie<'a>> {
    let cookies = BrowserCookies::of(kind, headers);
    cookies.only(cookie_id).ok().flatten()
}

/// The headers that clear the browser's oldest cookies of a kind, so that there is room for one more.
pub(crate) fn clear_oldest(kind: CookieKind, headers: &HeaderMap) -> Vec<HeaderValue> {
    BrowserCookies::of(kind, headers).clear_oldest().collect()
}
