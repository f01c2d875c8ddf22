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

/// The state cookies that a browser sent: the id of each one's login, and its value.
pub(crate) struct StateCookies<'a>(Vec<(&'a str, &'a str)>);

impl<'a> StateCookies<'a> {
    pub(crate) fn read(headers: &'a HeaderMap) -> Self {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|cookies| cookies.as_bytes().split(|&byte| byte == b';'))
            .filter_map(state_cookie);
        Self(cookies.collect())
    }

    /// The values sent for one login: exactly one, where all is well.
    pub(crate) fn of_login(&self, id: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(known, _)| *known == id)
            .map(|(_, value)| *value)
    }

    /// Clears the oldest, so that with one more there are no more than may be.
    pub(crate) fn clear_oldest(&self) -> impl Iterator<Item = HeaderValue> {
        // Ids begin with the time, so that their order is that of the logins.
        let mut ids: Vec<&str> = self.0.iter().map(|(id, _)| *id).collect();
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

/// Reads one pair of a `Cookie` header, if it is a state cookie.
///
/// Around the name only what a browser takes for space is trimmed: behind a space of Unicode the same
/// name has no `__Host-` prefix to a browser, and any host of the domain may set it.
fn state_cookie(pair: &[u8]) -> Option<(&str, &str)> {
    let (name, value) = pair.split_at(pair.iter().position(|&byte| byte == b'=')?);
    let id = std::str::from_utf8(name)
        .ok()?
        .trim_matches([' ', '\t'])
        .strip_prefix(PREFIX)
        .filter(|id| is_id(id))?;
    // A value that is not UTF-8 is no login's, but it is one value more.
    let value = std::str::from_utf8(&value[1..]).unwrap_or_default();
    Some((id, value.trim_matches([' ', '\t'])))
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
