//! One call to a service, and the platform's answer.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::{
    service_client::SharedTime,
    service_error::{PlatformMessage, ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

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
    /// It may act twice: repeated only where it was not sent, or refused by a rate limit.
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
    /// What it says where it is no success, read with the access token as a secret.
    pub(crate) said: PlatformMessage,
}

impl Answer {
    /// An error that is made of it, with what the platform says.
    pub(crate) fn error(&self, kind: ServiceErrorKind) -> ServiceError {
        ServiceError::new(kind)
            .with_answer(self.status, self.said.text())
            .with_platform_code(self.said.code())
            .with_may_have_acted(self.may_have_acted_before || may_have_acted(self.status))
    }
}

/// Whether a request that is answered with this status may have been acted on. A redirect but for 303 says that it
/// was not (RFC 9110 §15.4).
pub(super) fn may_have_acted(status: StatusCode) -> bool {
    status.is_success() || status.is_server_error() || status == StatusCode::SEE_OTHER
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("may_have_acted_before", &self.may_have_acted_before)
            .finish_non_exhaustive()
    }
}
