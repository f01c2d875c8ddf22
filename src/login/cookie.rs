//! The state cookie, and why it has the attributes it has.
//!
//! `SameSite=None; Secure`, because the launch is a cross-site POST. `Partitioned`, so that it
//! survives inside an LMS's frame where third-party cookies are blocked. `__Host-`, so that no other
//! host of the domain can plant one. One for each login, so that several links on one page work.

use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};

/// What every state cookie's name begins with; the login's time in hex follows, then its id.
const PREFIX: &str = "__Host-lti-s-";

/// The most state cookies that one browser is left with.
const MOST_LIVE: usize = 16;

/// The most that one answer clears. No browser keeps so many for one host.
const MOST_CLEARED: usize = 200;

/// The state cookies that a browser sent.
pub(crate) struct StateCookies<'a>(Vec<Cookie<'a>>);

impl StateCookies<'_> {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .map(in_ascii)
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name().strip_prefix(PREFIX).is_some_and(is_id));
        Self(cookies.collect())
    }

    /// The values sent for one login: exactly one, where all is well.
    pub(crate) fn of_login(&self, id: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |cookie| cookie.name().strip_prefix(PREFIX) == Some(id))
            .map(Cookie::value)
    }

    /// Clears the oldest, so that with one more there are no more than may be.
    pub(crate) fn clear_oldest(&self) -> impl Iterator<Item = HeaderValue> {
        // Ids begin with the time, so that their order is that of the logins.
        let names = self.0.iter().map(Cookie::name);
        let mut ids: Vec<&str> = names.filter_map(|name| name.strip_prefix(PREFIX)).collect();
        ids.sort_unstable();
        ids.dedup();
        let surplus = (ids.len() + 1).saturating_sub(MOST_LIVE);
        ids.truncate(surplus.min(MOST_CLEARED));
        ids.into_iter().filter_map(StateCookies::clear)
    }

    /// The header that sets the cookie of a login.
    pub(crate) fn set(id: &str, secret: &str, max_age_secs: i64) -> Option<HeaderValue> {
        header_value(id, secret, max_age_secs)
    }

    /// The header that takes it away again, with the same attributes.
    pub(crate) fn clear(id: &str) -> Option<HeaderValue> {
        header_value(id, "", 0)
    }
}

/// A `Cookie` header with a question mark for every byte that is not ASCII.
///
/// Other programs' cookies may hold any bytes, and must not hide ours. And a space of Unicode must not be
/// trimmed off: behind one, the same name has no `__Host-` prefix to a browser, and any host of the
/// domain may set it.
fn in_ascii(value: &HeaderValue) -> String {
    let bytes = value.as_bytes().iter();
    bytes
        .map(|&byte| if byte.is_ascii() { byte } else { b'?' })
        .map(char::from)
        .collect()
}

/// Whether a login could have this id: what no login made is left alone, and never sent back.
fn is_id(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn header_value(id: &str, value: &str, max_age_secs: i64) -> Option<HeaderValue> {
    let cookie = Cookie::build((format!("{PREFIX}{id}"), value.to_owned()))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::None)
        .partitioned(true)
        .max_age(cookie::time::Duration::seconds(max_age_secs))
        .build();
    HeaderValue::try_from(cookie.to_string()).ok()
}
