//! Requests that change something, and links with a handle: whether a page of the tool's own sent them (cross-site request
//! forgery, login CSRF, cross-site WebSocket hijacking).

use http::{HeaderMap, HeaderValue, Method, header, request::Parts};

use crate::error::{LtiError, LtiErrorKind};

/// Whether a request may change something: by its method, or over the connection that it opens, which no CORS keeps other
/// sites from.
pub(super) fn may_change(parts: &Parts) -> bool {
    let reading = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE];
    !reading.contains(&parts.method) || opens_connection(&parts.headers)
}

/// Whether a request is the handshake of a WebSocket. `Upgrade: h2c` and the like change nothing.
fn opens_connection(headers: &HeaderMap) -> bool {
    let mut upgrades = headers.get_all(header::UPGRADE).iter();
    let mut modes = headers.get_all("sec-fetch-mode").iter();
    headers.contains_key(header::SEC_WEBSOCKET_KEY)
        || upgrades.any(names_websocket)
        || modes.any(|mode| mode == "websocket")
}

fn names_websocket(value: &HeaderValue) -> bool {
    let protocols = value.as_bytes().split(|&byte| byte == b',');
    let mut protocols = protocols.map(<[u8]>::trim_ascii);
    protocols.any(|protocol| protocol.eq_ignore_ascii_case(b"websocket"))
}

/// Refuses a handle in an address that another site led to: it may be the attacker's own, so that what the user writes
/// lands in the attacker's session (login CSRF).
///
/// The tool's own pages are `same-origin`, and bookmarks are `none`.
pub(super) fn check_link(headers: &HeaderMap) -> Result<(), LtiError> {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    if sites.any(|site| site == "cross-site" || site == "same-site") {
        return Err(LtiError::from(LtiErrorKind::CrossSiteRequest).with_hint(
            "another site led to an address with a handle, which opens no session there",
        ));
    }
    Ok(())
}

/// Who sent a request, as far as the browser says it.
#[derive(Clone)]
pub(super) enum Sender {
    /// It changes nothing, or brings what no other site can have a browser send.
    Anybody,
    /// A page of the origin that it was sent to (`Sec-Fetch-Site`).
    SameOrigin,
    /// A page of this origin.
    Origin(HeaderValue),
    /// A page elsewhere, or nobody knows where.
    Elsewhere,
    /// Nothing is said: it is no browser of these days.
    Unknown,
}

impl Sender {
    pub(super) fn of(parts: &Parts, by_header: bool) -> Self {
        if by_header || !may_change(parts) {
            return Self::Anybody;
        }
        let mut sites = parts.headers.get_all("sec-fetch-site").iter();
        if let (Some(site), None) = (sites.next(), sites.next())
            && site == "same-origin"
        {
            return Self::SameOrigin;
        }
        let mut origins = parts.headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (Some(origin), None) => Self::Origin(origin.clone()),
            (None, _) if !parts.headers.contains_key("sec-fetch-site") => Self::Unknown,
            _ => Self::Elsewhere,
        }
    }

    /// Whether the request may change something.
    pub(super) fn may_change(&self) -> bool {
        !matches!(self, Self::Anybody)
    }

    /// Refuses what a page of another site may have sent.
    ///
    /// Where nothing is said, a cookie is refused: an old browser adds it by itself. A handle is not: nobody adds it but
    /// who knows it. One that is said to come from elsewhere is refused all the same, since the handle may be the
    /// attacker's own (login CSRF).
    pub(super) fn check(&self, origin: &str, is_handle: bool) -> Result<(), LtiError> {
        let hint = match self {
            Self::Anybody | Self::SameOrigin => return Ok(()),
            Self::Origin(sender) if sender == origin => return Ok(()),
            Self::Unknown if is_handle => return Ok(()),
            Self::Origin(sender) if sender == "null" => {
                "the page tells no origin, as with `Referrer-Policy: no-referrer` or in a sandbox"
            }
            Self::Origin(_) | Self::Elsewhere => "it came from another origin than the session's",
            Self::Unknown => "it has neither `Origin` nor `Sec-Fetch-Site`",
        };
        Err(LtiError::from(LtiErrorKind::CrossSiteRequest)
            .with_expected(origin)
            .with_hint(hint))
    }
}
