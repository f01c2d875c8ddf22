//! The cookies that bind a login, a ticket, a content selection or a session to one browser, and why they have their attributes.
//!
//! `SameSite=None; Secure`, because the launch is a cross-site POST. `Partitioned`, so that it
//! survives inside an LMS's frame where third-party cookies are blocked. `__Host-`, so that no other
//! host of the domain can plant one. One for each login, so that several links on one page work; where
//! there are too many, the oldest login is given up, and its age is read from the cookie's name.

use std::{borrow::Cow, sync::LazyLock};

use cookie::{Cookie, SameSite};
use http::{HeaderMap, HeaderValue, header};

/// The maximum number of logins under way in one browser: a page may show 60 frames of a tool.
const MAX_LOGINS: usize = 64;

/// The maximum number of tickets in one browser. They live longer: a user has a form to fill in.
const MAX_TICKETS: usize = 16;

/// The maximum number of content selections under way in one browser, each a picker in a tab of its own.
#[cfg(feature = "services")]
const MAX_SELECTIONS: usize = 16;

/// The maximum number of sessions in one browser, each a launch that may be gone back to.
#[cfg(feature = "sessions")]
const MAX_SESSIONS: usize = 48;

/// The maximum size of all our cookies together, in bytes of a `Cookie` header: servers take 8 KiB and more, and Chromium
/// keeps 10 KiB and 180 cookies for a site within another. 48 sessions leave room for 54 logins.
const MAX_BYTES: usize = 7_600;

/// The maximum number of cookies that one response clears, and that one request is searched for. No browser keeps more
/// for one host.
pub(super) const MAX_IN_BROWSER: usize = 200;

/// What the names of all our cookies begin with.
const OURS: &str = "__Host-lti-";

/// The attributes of a header that clears a cookie, the same for all of them.
static CLEARED: LazyLock<String> = LazyLock::new(|| behind_name("", 0, true));

/// What a cookie belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieKind {
    /// A login, until its launch comes back.
    Login,
    /// A user on the way through onboarding.
    Ticket,
    /// Somebody who chooses content, until the response.
    #[cfg(feature = "services")]
    Selection,
    /// A session, from its launch on.
    #[cfg(feature = "sessions")]
    Session,
    /// No login: whether the browser keeps cookies in a frame, once a launch has cleared its login's own.
    Probe,
}

/// How long a probe lasts, in seconds: as long as a login at most.
const PROBE_SECS: i64 = 600;

/// The header that sets a probe, which the script of a login's page looks for.
pub(super) fn probe() -> Option<HeaderValue> {
    CookieKind::Probe.set("", "1", PROBE_SECS)
}

/// Whether a browser sent any cookie that this tool has set.
pub(super) fn sends_any_of_ours(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::COOKIE).iter();
    values.map(in_ascii).any(|value| {
        let mut names = value.split(';').map(str::trim_start);
        names.any(|name| name.starts_with(OURS))
    })
}

/// Whether the browser says that the answer is shown inside of another page.
pub(super) fn is_in_frame(headers: &HeaderMap) -> bool {
    let frames = ["iframe", "frame", "fencedframe", "embed", "object"];
    let destination = headers.get("sec-fetch-dest");
    destination.is_some_and(|destination| frames.iter().any(|frame| destination == frame))
}

impl CookieKind {
    /// What every name of this kind begins with; the time in hex follows, then an id.
    fn prefix(self) -> &'static str {
        match self {
            Self::Login => "__Host-lti-s-",
            Self::Ticket => "__Host-lti-t-",
            #[cfg(feature = "services")]
            Self::Selection => "__Host-lti-d-",
            #[cfg(feature = "sessions")]
            Self::Session => "__Host-lti-session-",
            Self::Probe => "__Host-lti-p",
        }
    }

    /// How many of this kind a browser is left with.
    pub(crate) fn max_live(self) -> usize {
        match self {
            Self::Login => MAX_LOGINS,
            Self::Ticket => MAX_TICKETS,
            #[cfg(feature = "services")]
            Self::Selection => MAX_SELECTIONS,
            #[cfg(feature = "sessions")]
            Self::Session => MAX_SESSIONS,
            Self::Probe => 1,
        }
    }

    /// How many bytes a cookie takes in a `Cookie` header, with what stands between two of them.
    pub(super) fn header_bytes(self, id: &str, value: &str) -> usize {
        self.prefix().len() + id.len() + value.len() + "=; ".len()
    }

    /// The header that sets a cookie of this kind.
    pub(super) fn set(self, id: &str, secret: &str, max_age_secs: i64) -> Option<HeaderValue> {
        self.header(id, &behind_name(secret, max_age_secs, self.is_http_only()))
    }

    /// The header that takes it away again, with the same attributes.
    pub(super) fn clear(self, id: &str) -> Option<HeaderValue> {
        self.header(id, &CLEARED)
    }

    /// Whether scripts are kept from reading it: the probe alone is for a script, and holds nothing.
    fn is_http_only(self) -> bool {
        self != Self::Probe
    }

    fn header(self, id: &str, behind_name: &str) -> Option<HeaderValue> {
        HeaderValue::try_from([self.prefix(), id, behind_name].concat()).ok()
    }
}

/// Everything after a cookie's name: the value and all attributes.
fn behind_name(value: &str, max_age_secs: i64, http_only: bool) -> String {
    let nameless = Cookie::build(("", value))
        .path("/")
        .secure(true)
        .http_only(http_only)
        .same_site(SameSite::None)
        .partitioned(true)
        .max_age(cookie::time::Duration::seconds(max_age_secs));
    nameless.to_string()
}

/// The cookies of one kind that a browser sent.
pub(super) struct BrowserCookies<'a> {
    kind: CookieKind,
    headers: &'a HeaderMap,
}

impl<'a> BrowserCookies<'a> {
    pub(super) fn of(kind: CookieKind, headers: &'a HeaderMap) -> Self {
        Self { kind, headers }
    }

    /// Whether there may be any: cheap, for requests that mostly have none.
    #[cfg(feature = "sessions")]
    pub(super) fn may_be_there(&self) -> bool {
        let prefix = self.kind.prefix().as_bytes();
        let has = |value: &HeaderValue| {
            let bytes = value.as_bytes();
            bytes.windows(prefix.len()).any(|part| part == prefix)
        };
        self.headers.get_all(header::COOKIE).iter().any(has)
    }

    /// The id and the value of each.
    #[cfg(feature = "sessions")]
    pub(super) fn with_ids(&self) -> impl Iterator<Item = (String, String)> {
        self.each().filter_map(|cookie| {
            let id = cookie.name().strip_prefix(self.kind.prefix())?;
            Some((id.to_owned(), cookie.value().to_owned()))
        })
    }

    fn each(&self) -> impl Iterator<Item = Cookie<'a>> {
        let kind = self.kind;
        let is_ours = move |name: &str| name.strip_prefix(kind.prefix()).is_some_and(is_id);
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .map(in_ascii)
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(move |cookie| is_ours(cookie.name()))
    }

    /// The one sent for an id: `Ok(None)` where there is none, an error where there are several.
    pub(super) fn only(&self, id: &str) -> Result<Option<Cookie<'a>>, SeveralCookies> {
        let name = |cookie: &Cookie<'_>| cookie.name().strip_prefix(self.kind.prefix()) == Some(id);
        let mut of_that_id = self.each().filter(name);
        let one = of_that_id.next();
        match of_that_id.next() {
            None => Ok(one),
            Some(_) => Err(SeveralCookies),
        }
    }

    /// Clears the oldest, so that there is room for one more of so many bytes.
    pub(super) fn clear_oldest(&self, new_bytes: usize) -> Vec<HeaderValue> {
        let kind = self.kind;
        // Ids begin with the time in hex, so that they sort by age. One without a time is no login of ours,
        // and goes first.
        let id = |cookie: &Cookie<'_>| {
            let id = cookie.name().strip_prefix(kind.prefix());
            id.map(str::to_owned)
        };
        let sized = |cookie: Cookie<'_>| {
            let id = id(&cookie)?;
            let bytes = kind.header_bytes(&id, cookie.value());
            Some((id, bytes))
        };
        let mut known: Vec<(String, usize)> = self.each().filter_map(sized).collect();
        known.sort_unstable_by(|(one, _), (other, _)| {
            (tells_time(one), one).cmp(&(tells_time(other), other))
        });
        known.dedup_by(|(later, more), (id, bytes)| {
            let is_same = later == id;
            *bytes = if is_same { (*bytes).max(*more) } else { *bytes };
            is_same
        });
        let mut left = known.len() + 1;
        let mut bytes = new_bytes + bytes_of_ours(self.headers);
        let mut cleared = Vec::new();
        for (id, size) in known.into_iter().take(MAX_IN_BROWSER) {
            if left <= kind.max_live() && bytes <= MAX_BYTES {
                break;
            }
            (left, bytes) = (left - 1, bytes.saturating_sub(size));
            cleared.extend(kind.clear(&id));
        }
        cleared
    }
}

/// How many bytes our cookies take in a `Cookie` header, of whatever kind.
fn bytes_of_ours(headers: &HeaderMap) -> usize {
    let values = headers.get_all(header::COOKIE).iter();
    let in_one = |value: &HeaderValue| -> usize {
        let pairs = value.as_bytes().split(|&byte| byte == b';');
        pairs
            .map(<[u8]>::trim_ascii)
            .filter(|pair| pair.starts_with(OURS.as_bytes()))
            .map(|pair| pair.len() + "; ".len())
            .sum()
    };
    values.map(in_one).sum()
}

/// A browser sent several cookies of one name, so that one of them was planted.
#[derive(Debug)]
pub(super) struct SeveralCookies;

/// A `Cookie` header with a question mark for every byte that is not ASCII.
///
/// Other programs' cookies may hold any bytes, and must not hide ours. And a space of Unicode must not be
/// trimmed off: behind one, the same name has no `__Host-` prefix to a browser, and any host of the
/// domain may set it.
fn in_ascii(value: &HeaderValue) -> Cow<'_, str> {
    value.to_str().map_or_else(
        |_| {
            let bytes = value.as_bytes().iter();
            let ascii = bytes.map(|&byte| if byte.is_ascii() { byte } else { b'?' });
            ascii.map(char::from).collect()
        },
        Cow::Borrowed,
    )
}

/// Whether an id begins with a time as ours do.
fn tells_time(id: &str) -> bool {
    let time = id.as_bytes().get(..8);
    time.is_some_and(|time| time.iter().all(u8::is_ascii_hexdigit))
}

/// Whether we could have made this id: what we did not make is left alone, and never sent back.
fn is_id(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
