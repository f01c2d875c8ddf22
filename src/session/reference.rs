//! Which session a request names, read without asking anybody.

use http::{HeaderMap, Uri, header};

use crate::{
    browser_binding::{CookieKind, held_secret, held_secrets, may_hold_secrets},
    error::{LtiError, LtiErrorKind},
    session::{
        address::PARAMETER,
        brought::Brought,
        lti_session::Carrier,
        pointer::{HANDLE_PREFIX, Pointer, SessionId},
    },
    tool::LtiTool,
};

/// The length of a public id.
const PUBLIC_ID: usize = 16;

/// A longer reference is none.
const MAX_BYTES: usize = 4 * 1024;

/// Which session a request names, or brings.
pub(super) enum Named {
    /// One, by its reference.
    By(Reference),
    /// Two at once, of which a handle may be one.
    Differing,
    /// None; but the browser has cookies of sessions.
    CookiesAlone,
}

/// A public id or a handle, and how it came.
pub(super) struct Reference {
    text: String,
    /// By `Authorization`, which no page of another site can have a browser send.
    pub(super) by_header: bool,
}

impl Named {
    /// `None` for a request that has nothing to do with sessions: nothing is allocated for it.
    pub(super) fn by(headers: &HeaderMap, uri: &Uri, path_prefixes: &[String]) -> Option<Self> {
        let in_header = in_headers(headers).map(|text| (text, true));
        let in_path = in_path(uri.path(), path_prefixes);
        let in_query = uri.query().into_iter().flat_map(in_query);
        let in_address = in_path.into_iter().chain(in_query);
        let mut all = in_header.chain(in_address.map(|text| (text, false)));
        let Some((text, by_header)) = all.next() else {
            return may_hold_secrets(CookieKind::Session, headers).then_some(Self::CookiesAlone);
        };
        if all.any(|(other, _)| other != text) {
            return Some(Self::Differing);
        }
        let text = text.to_owned();
        Some(Self::By(Reference { text, by_header }))
    }

    /// Whether the address may hold a handle, whether it opens a session or not.
    pub(super) fn may_hold_handle(&self) -> bool {
        match self {
            Self::By(reference) => reference.is_linked_handle(),
            Self::Differing => true,
            Self::CookiesAlone => false,
        }
    }
}

impl Reference {
    /// Whether it is a handle in an address, which any site can link to.
    pub(super) fn is_linked_handle(&self) -> bool {
        !self.by_header && self.text.starts_with(HANDLE_PREFIX)
    }

    /// Takes a reference that came in another way, as in a form.
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            by_header: false,
        }
    }

    /// Opens it: a handle by itself, a public id with its cookie.
    pub(super) fn open(
        self,
        headers: &HeaderMap,
        tool: &LtiTool,
    ) -> Result<(Brought, Carrier), LtiError> {
        let Self { text, .. } = self;
        if text.len() > MAX_BYTES {
            return Err(LtiErrorKind::SessionForged.into());
        }
        if text.starts_with(HANDLE_PREFIX) {
            let pointer = Pointer::of_handle(&text, tool)?;
            return Ok((Brought::Pointer(pointer), Carrier::Handle(text)));
        }
        if !is_public_id(&text) {
            return Err(LtiErrorKind::SessionForged.into());
        }
        let cookie = held_secret(CookieKind::Session, &text, headers)
            .ok_or(LtiErrorKind::SessionCookieMissing)?;
        let id = SessionId::of_cookie(&text, cookie.value(), tool)?;
        Ok((Brought::Id(id, text), Carrier::Cookie))
    }
}

/// The sessions that a browser has cookies of; an error where it has none that is genuine.
pub(super) fn of_cookies(headers: &HeaderMap, tool: &LtiTool) -> Result<Vec<Brought>, LtiError> {
    let (held, were_planted) = held_secrets(CookieKind::Session, headers);
    let mut found = Vec::new();
    // The latest first, of no more than a browser is left with.
    for (public_id, value) in held.iter().rev().take(CookieKind::Session.max_live()) {
        let id = SessionId::of_cookie(public_id, value, tool);
        found.extend(id.map(|id| Brought::Id(id, public_id.clone())));
    }
    if found.is_empty() {
        return Err(if were_planted {
            LtiErrorKind::SessionCookieMissing.into()
        } else {
            LtiErrorKind::SessionForged.into()
        });
    }
    Ok(found)
}

/// The handles in `Authorization: Bearer`. What is another's is left alone.
fn in_headers(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::AUTHORIZATION).iter();
    values.filter_map(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let token = token.trim_matches(' ');
        let is_ours = scheme.eq_ignore_ascii_case("bearer") && token.starts_with(HANDLE_PREFIX);
        is_ours.then_some(token)
    })
}

/// The segment behind one of these prefixes.
fn in_path<'a>(path: &'a str, prefixes: &[String]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| {
        let rest = path.strip_prefix(prefix.as_str())?;
        let segment = rest.split('/').next().unwrap_or(rest);
        (!segment.is_empty()).then_some(segment)
    })
}

/// The values of `lti_session`. A reference has no character that is escaped in a query; an empty one is none.
fn in_query(query: &str) -> impl Iterator<Item = &str> {
    let pairs = query.split('&');
    let values = pairs.filter_map(|pair| pair.strip_prefix(PARAMETER)?.strip_prefix('='));
    values.filter(|value| !value.is_empty())
}

/// Whether a text is the time in hex, and six bytes as base64url.
fn is_public_id(text: &str) -> bool {
    let hex = text.as_bytes().get(..8);
    text.len() == PUBLIC_ID
        && hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
