//! The URL of a service, a line item or a page.

use std::{borrow::Cow, fmt, sync::Arc};

use form_urlencoded::byte_serialize;
use http::{HeaderMap, Uri, header};
use url::{Position, Url};

use crate::{
    redact,
    web_address::{AddressProblem, WebAddress},
};

/// The URL of a service, a line item or a page of a list: absolute, https or http on loopback, without user info.
///
/// It is judged with the crate `url`, and sent as it was written but for a fragment, which is dropped.
/// `Debug` leaves the query out. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ServiceUrl(Arc<Parsed>);

struct Parsed {
    text: String,
    url: Url,
    /// The same for a request.
    uri: Uri,
}

/// Scheme, host and port: what a bearer token is bound to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin(String);

impl ServiceUrl {
    pub(crate) fn parse(given: &str) -> Result<Self, AddressProblem> {
        let text = given.split('#').next().unwrap_or_default();
        let url = WebAddress::parse_safe(text)?.into_url();
        let uri = text
            .parse()
            .map_err(|_| AddressProblem::of("cannot stand in a request"))?;
        let text = text.to_owned();
        Ok(Self(Arc::new(Parsed { text, url, uri })))
    }

    /// The URL of a request; a URI has no fragment.
    pub(crate) fn of_request(uri: Uri) -> Result<Self, AddressProblem> {
        let text = uri.to_string();
        let url = WebAddress::parse_safe(&text)?.into_url();
        Ok(Self(Arc::new(Parsed { text, url, uri })))
    }

    /// The URL as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0.text
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin::of(&self.0.url)
    }

    /// The text of its origin.
    pub(crate) fn origin_text(&self) -> Cow<'_, str> {
        Origin::text_of(&self.0.url)
    }

    pub(crate) fn is_plain_http(&self) -> bool {
        self.0.url.scheme() == "http"
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0.url
    }

    /// The URL as it stands in a request.
    pub(crate) fn uri(&self) -> &Uri {
        &self.0.uri
    }

    /// Appends a segment to the path, before the query (AGS 2.0 §3.3.1): `/li/1?t=2` and `scores` give
    /// `/li/1/scores?t=2`. One slash at the end of the path is taken as the separator.
    pub(crate) fn with_segment(&self, segment: &str) -> Result<Self, AddressProblem> {
        let (path, query) = match self.0.text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.0.text.as_str(), None),
        };
        let mut text = format!("{}/{segment}", path.strip_suffix('/').unwrap_or(path));
        if let Some(query) = query {
            text.push('?');
            text.push_str(query);
        }
        Self::parse(&text)
    }

    /// Adds a parameter to the query, percent-encoded; what is there is kept.
    pub(crate) fn with_parameter(&self, name: &str, value: &str) -> Result<Self, AddressProblem> {
        let separator = match self.0.text.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        let mut text = format!("{}{separator}{name}=", self.0.text);
        // A plus sign is a space to form decoders alone; `%20` is one to all.
        for part in byte_serialize(value.as_bytes()) {
            text.push_str(if part == "+" { "%20" } else { part });
        }
        Self::parse(&text)
    }

    /// Whether the query has a parameter of this name.
    pub(crate) fn has_parameter(&self, name: &str) -> bool {
        self.0.url.query_pairs().any(|(key, _)| key == name)
    }
}

impl fmt::Debug for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&redact::url(&self.0.text), f)
    }
}

impl Origin {
    pub(crate) fn of(url: &Url) -> Self {
        Self(Self::text_of(url).into_owned())
    }

    /// The text of a URL's origin: as it stands in what was parsed, which has the default port left out.
    pub(crate) fn text_of(url: &Url) -> Cow<'_, str> {
        let is_http = matches!(url.scheme(), "https" | "http");
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        if is_http && is_anonymous {
            Cow::Borrowed(&url[..Position::BeforePath])
        } else {
            Cow::Owned(url.origin().ascii_serialization())
        }
    }

    /// The origin of an absolute http or https URL, such as an endpoint of a registration.
    pub(crate) fn of_text(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        matches!(url.scheme(), "https" | "http").then(|| Self::of(&url))
    }

    /// Where a redirect leads, without path and query.
    pub(crate) fn of_redirect(from: &str, headers: &HeaderMap) -> Option<Self> {
        let location = headers.get(header::LOCATION)?.to_str().ok()?;
        Url::parse(from)
            .ok()?
            .join(location)
            .ok()
            .map(|to| Self::of(&to))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // S03
    #[test]
    fn the_text_of_an_origin_is_its_serialization() {
        for url in [
            "https://l.test",
            "https://L.test:443/li/1?t=2",
            "https://l.test:8443?t=2",
            "http://127.1:80/a",
            "http://[::1]:8080/a@b",
            "https://u:p@l.test:8443/a",
            "https://:@l.test/",
            "https://u@l.test/",
            "ftp://l.test/",
            "data:text/plain,x",
        ] {
            let url = Url::parse(url).unwrap();
            let origin = url.origin().ascii_serialization();
            assert_eq!(Origin::text_of(&url), origin, "{url}");
        }
    }

    // AGS-04, AGS-05, ADV-29
    #[test]
    fn a_segment_goes_before_the_query() {
        for (url, expected) in [
            ("https://l.test/li/1", "https://l.test/li/1/scores"),
            ("https://l.test/li/1?t=2", "https://l.test/li/1/scores?t=2"),
            (
                "https://l.test/li/1/?t=a/b",
                "https://l.test/li/1/scores?t=a/b",
            ),
            ("https://l.test/li/1/#part", "https://l.test/li/1/scores"),
            ("https://l.test/li/1?", "https://l.test/li/1/scores?"),
            (
                "https://L.test:443/li/a%2Fb",
                "https://L.test:443/li/a%2Fb/scores",
            ),
        ] {
            let url = ServiceUrl::parse(url)
                .unwrap()
                .with_segment("scores")
                .unwrap();
            assert_eq!(url.as_str(), expected);
        }
    }

    // AGS-06, NRPS-07
    #[test]
    fn a_parameter_is_encoded_and_the_query_kept() {
        for (url, expected) in [
            ("https://l.test/m", "https://l.test/m?role=a%20b%26c%23%2F"),
            ("https://l.test/m?", "https://l.test/m?role=a%20b%26c%23%2F"),
            (
                "https://l.test/m?x=%20'",
                "https://l.test/m?x=%20'&role=a%20b%26c%23%2F",
            ),
        ] {
            let url = ServiceUrl::parse(url).unwrap();
            let url = url.with_parameter("role", "a b&c#/").unwrap();
            assert_eq!(url.as_str(), expected);
            assert!(url.has_parameter("role") && !url.has_parameter("rol"));
        }
    }
}
