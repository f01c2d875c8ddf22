//! One call to a service, and the platform's answer.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::{service_client::SharedTime, service_url::ServiceUrl};

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
    /// The time of all calls that this is one of.
    pub(crate) time: Option<SharedTime>,
}

impl ServiceCall {
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (header::ACCEPT, self.accept),
            (header::CONTENT_TYPE, self.content_type),
        ] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        headers
    }
}

/// Whether a call may be sent again where nobody knows if the platform has acted on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It has the same effect however often it is sent.
    Safe,
    /// It may act twice: repeated only where it surely was not acted on.
    Unsafe,
}

impl Repeat {
    /// What the method says of it (RFC 9110 §9.2.2).
    pub(super) fn of(method: &Method) -> Self {
        if method.is_idempotent() {
            Self::Safe
        } else {
            Self::Unsafe
        }
    }
}

/// What the platform answered in the end, whatever its status. `Debug` shows no header and no body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether an earlier attempt at this call may have been acted on, though no answer came.
    pub(crate) may_have_acted_before: bool,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("may_have_acted_before", &self.may_have_acted_before)
            .finish_non_exhaustive()
    }
}
