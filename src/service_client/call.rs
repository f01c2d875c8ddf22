//! One call to a service, and the platform's answer.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::service_url::ServiceUrl;

/// A call to make: everything but the access token.
#[derive(Clone)]
pub(crate) struct ServiceCall {
    pub(crate) method: Method,
    pub(crate) url: ServiceUrl,
    /// The scopes that the call needs: each is listed by the platform.
    pub(crate) scopes: Vec<String>,
    /// The one exact media type that is asked for.
    pub(crate) accept: Option<&'static str>,
    /// The one exact media type of the body.
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Bytes,
    pub(crate) repeat: Repeat,
    /// The largest body of an answer; the client's own bound where it is `None`.
    pub(crate) max_bytes: Option<usize>,
}

/// Whether a call may be sent again where nobody knows if the platform has acted on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It has the same effect however often it is sent.
    Safe,
    /// It may act twice: repeated only where it surely was not acted on.
    Unsafe,
}

/// What the platform answered in the end, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether an earlier attempt at this call may have been acted on, though no answer came.
    pub(crate) may_have_acted_before: bool,
}
