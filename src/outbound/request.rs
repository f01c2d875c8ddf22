//! One request, and how far it may go.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::outbound::AddressPolicy;

/// A GET request to a URL that was parsed before, so that what was checked is what is sent.
#[derive(Clone, Debug)]
pub(crate) struct OutboundRequest {
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
}

impl OutboundRequest {
    pub(crate) fn get(url: Url) -> Self {
        Self {
            url,
            headers: HeaderMap::new(),
        }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// How long a request may take, what it may bring, and where it may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestLimits {
    /// From connecting to the last byte of the body.
    pub(crate) deadline: Duration,
    /// The largest response body.
    pub(crate) max_bytes: usize,
    pub(crate) addresses: AddressPolicy,
}
