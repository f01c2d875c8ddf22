//! Binds a ticket, or the handle of a deep linking request, to the browser that it was made for.

use cookie::Cookie;
use http::{HeaderMap, HeaderValue};

#[cfg(feature = "sessions")]
use crate::browser_binding::cookie::MAX_IN_BROWSER;
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
    BrowserCookies::of(kind, headers).clear_oldest(0)
}

/// The same where what they take in bytes is bounded, too: so that there is room for this one.
#[cfg(feature = "sessions")]
pub(crate) fn make_room(
    kind: CookieKind,
    cookie_id: &str,
    secret: &str,
    headers: &HeaderMap,
) -> Vec<HeaderValue> {
    let bytes = kind.header_bytes(cookie_id, secret);
    BrowserCookies::of(kind, headers).clear_oldest(bytes)
}

/// The header that takes the browser's secret away.
#[cfg(feature = "sessions")]
pub(crate) fn take_secret(kind: CookieKind, cookie_id: &str) -> Option<HeaderValue> {
    kind.clear(cookie_id)
}

/// Whether the browser may have sent secrets of a kind: cheap, for requests that mostly have none.
#[cfg(feature = "sessions")]
pub(crate) fn may_hold_secrets(kind: CookieKind, headers: &HeaderMap) -> bool {
    BrowserCookies::of(kind, headers).may_be_there()
}

/// The cookie ids and the secrets of a kind that the browser sent, each once. Of a name that came more than once, one
/// was planted: neither counts, and the second value is true. Of more than a browser keeps, none counts.
#[cfg(feature = "sessions")]
pub(crate) fn held_secrets(kind: CookieKind, headers: &HeaderMap) -> (Vec<(String, String)>, bool) {
    let cookies = BrowserCookies::of(kind, headers);
    let mut held: Vec<(String, String)> = cookies.with_ids().take(MAX_IN_BROWSER + 1).collect();
    if held.len() > MAX_IN_BROWSER {
        return (Vec::new(), true);
    }
    held.sort_unstable();
    let came = held.len();
    let of_one_name = held.chunk_by(|(one, _), (other, _)| one == other);
    let once: Vec<_> = of_one_name
        .filter(|same| same.len() == 1)
        .flatten()
        .cloned()
        .collect();
    let were_planted = once.len() < came;
    (once, were_planted)
}
