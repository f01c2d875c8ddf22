//! The port through which key sets are fetched.

use std::{error::Error, fmt, future::Future, sync::Arc, time::Duration};

use bytes::Bytes;

use crate::{endpoint::Endpoint, observe::ErrorWord, outbound::AddressPolicy, redact};

/// The most characters that are shown of a URL.
const MAX_URL_CHARS: usize = 128;

/// Fetches key sets. Implement it to use an HTTP client of your own.
///
/// # Examples
///
/// ```
/// use tower_lti::{
///     key_set::{FetchError, FetchKeySet, FetchedKeySet},
///     registration::Endpoint,
/// };
///
/// #[derive(Debug)]
/// struct FromDisk;
///
/// impl FetchKeySet for FromDisk {
///     async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
///         let body = std::fs::read("jwks.json").map_err(FetchError::unreachable)?;
///         Ok(FetchedKeySet::new(body))
///     }
/// }
/// ```
///
/// # Security
///
/// An implementation must not follow redirects, must bound the size of what it reads, and should
/// reject private addresses (SSRF guard): the URL was entered by whoever registered the platform.
pub trait FetchKeySet: fmt::Debug + Send + Sync + 'static {
    /// Fetches what is at `url`, the JWKS URL of a registration.
    ///
    /// The tool gives up after five seconds.
    ///
    /// # Errors
    ///
    /// Fails when the server cannot be reached, or its answer cannot be used.
    fn fetch(
        &self,
        url: &Endpoint,
    ) -> impl Future<Output = Result<FetchedKeySet, FetchError>> + Send;

    /// The same for a registration that says where its platform may be, and whose certificates count there.
    /// Default: [`fetch`](Self::fetch), to which neither makes a difference.
    ///
    /// # Errors
    ///
    /// As [`fetch`](Self::fetch).
    fn fetch_within(
        &self,
        url: &Endpoint,
        addresses: &AddressPolicy,
    ) -> impl Future<Output = Result<FetchedKeySet, FetchError>> + Send {
        let _ = addresses;
        self.fetch(url)
    }
}

impl<F: FetchKeySet> FetchKeySet for Arc<F> {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        F::fetch(self, url).await
    }

    async fn fetch_within(
        &self,
        url: &Endpoint,
        addresses: &AddressPolicy,
    ) -> Result<FetchedKeySet, FetchError> {
        F::fetch_within(self, url, addresses).await
    }
}

/// What a fetch brought.
#[derive(Clone, Debug)]
pub struct FetchedKeySet {
    pub(super) body: Bytes,
    pub(super) max_age: Option<Duration>,
}

impl FetchedKeySet {
    /// Takes the body of the answer.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            max_age: None,
        }
    }

    /// Sets for how long the answer says that it is fresh. Default: nothing is said.
    #[must_use]
    pub fn max_age(mut self, max_age: Option<Duration>) -> Self {
        self.max_age = max_age;
        self
    }
}

/// A fetch brought nothing.
///
/// [`LtiError::source`](std::error::Error::source) of a launch that was rejected for it is this error, also
/// where the failure was remembered, and its own source is what the HTTP client said.
#[derive(Debug)]
pub struct FetchError {
    pub(crate) unreachable: bool,
    pub(super) retry_after: Option<Duration>,
    at: Option<String>,
    source: Box<dyn Error + Send + Sync>,
}

impl FetchError {
    /// Creates the error of a server that cannot be reached, is slow, or is in trouble itself.
    #[must_use]
    pub fn unreachable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            unreachable: true,
            retry_after: None,
            at: None,
            source: source.into(),
        }
    }

    /// Creates the error of an answer that cannot be used, such as a redirect.
    #[must_use]
    pub fn invalid(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            unreachable: false,
            retry_after: None,
            at: None,
            source: source.into(),
        }
    }

    /// Sets how long the server asks to be left alone.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }
}

impl FetchError {
    /// What happened, in words from a fixed set.
    pub(crate) fn words(&self) -> &'static str {
        if self.unreachable {
            "the key server cannot be reached"
        } else {
            "the key server's answer cannot be used"
        }
    }

    /// Notes where it was asked for, without the query.
    pub(super) fn at(mut self, url: &Endpoint) -> Self {
        self.at = Some(redact::line(&redact::url(url.as_str()), MAX_URL_CHARS));
        self
    }
}

impl ErrorWord for FetchError {
    fn word(&self) -> &'static str {
        if self.unreachable {
            "unreachable"
        } else {
            "invalid"
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())?;
        match &self.at {
            Some(url) => write!(f, " ({url})"),
            None => Ok(()),
        }
    }
}

impl Error for FetchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
