//! Requests that change something: whether a page of the tool's own sent them (cross-site request forgery).

use http::{HeaderValue, Method, header, request::Parts};

use crate::error::{LtiError, LtiErrorKind};

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
        let changes_nothing = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE];
        if by_header || changes_nothing.contains(&parts.method) {
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
