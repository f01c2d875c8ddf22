//! Binds an onboarding ticket to the browser that it was made for.

use cookie::Cookie;
use http::{HeaderMap, HeaderValue};

use crate::browser_binding::cookie::{BrowserCookies, CookieKind};

/// The header that gives the browser its secret. `None` only if it cannot stand in a header.
pub(crate) fn bind_ticket(cookie_id: &str, secret: &str, lasts_secs: i64) -> Option<HeaderValue> {
    CookieKind::Ticket.set(cookie_id, secret, lasts_secs)
}

/// The browser's secret for this ticket, if it sent exactly one.
pub(crate) fn ticket_secret<'a>(cookie_id: &str, headers: &'a HeaderMap) -> Option<Cookie<'a>> {
    let cookies = BrowserCookies::of(CookieKind::Ticket, headers);
    cookies.only(cookie_id).ok().flatten()
}

/// The headers that clear the browser's oldest tickets, so that there is room for one more.
pub(crate) fn surplus_tickets(headers: &HeaderMap) -> Vec<HeaderValue> {
    let cookies = BrowserCookies::of(CookieKind::Ticket, headers);
    cookies.clear_oldest().collect()
}
