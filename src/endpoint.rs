//! The URLs of a platform: https, or plain http on this very machine.

use std::{
    error::Error,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

use url::Url;

use crate::{
    redact,
    web_address::{AddressProblem, WebAddress, is_loopback},
};

/// The URL of a platform's endpoint, parsed once and kept as it was written. Cheap to clone.
///
/// It is https without user info or fragment, or plain http on loopback for development. `Debug` leaves the
/// query out, because it may hold a key.
///
/// # Examples
///
/// ```
/// use tower_lti::registration::Endpoint;
///
/// let endpoint: Endpoint = "https://lms.example/jwks".parse()?;
/// assert_eq!(endpoint.as_str(), "https://lms.example/jwks");
/// assert!("http://lms.example/jwks".parse::<Endpoint>().is_err());
/// # Ok::<(), tower_lti::registration::EndpointError>(())
/// ```
#[derive(Clone)]
pub struct Endpoint(Arc<Parsed>);

struct Parsed {
    text: Box<str>,
    url: Url,
}

impl Endpoint {
    pub(crate) fn parse(given: &str) -> Result<Self, AddressProblem> {
        let address = WebAddress::parse_safe(given)?;
        Ok(Self(Arc::new(Parsed {
            text: given.into(),
            url: address.into_url(),
        })))
    }

    /// The URL exactly as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The URL as it was parsed.
    pub(crate) fn url(&self) -> &Url {
        &self.0.url
    }

    /// Whether it is on this very machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.0.url)
    }

    /// Whether it is plain http, and so fit only for a tool that itself runs on loopback.
    pub(crate) fn is_plain_http(&self) -> bool {
        self.0.url.scheme() == "http"
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(given: &str) -> Result<Self, EndpointError> {
        Self::parse(given).map_err(|problem| EndpointError {
            given: redact::url(given),
            problem: problem.problem(),
        })
    }
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Endpoint {}

impl Hash for Endpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&redact::url(&self.0.text), f)
    }
}

/// A text is not an [`Endpoint`]. It quotes scheme, host and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointError {
    given: String,
    problem: &'static str,
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.given, self.problem)
    }
}

impl Error for EndpointError {}
