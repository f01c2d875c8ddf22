//! No HTTP client.

use bytes::Bytes;
use http::Request;

use crate::outbound::{Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, ExchangeLimits};

/// What a tool has that was built without the feature `reqwest`, and given no client: every exchange fails.
#[derive(Debug)]
pub(crate) struct Unconfigured;

impl Exchange for Unconfigured {
    fn send(&self, _: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        let advice = "there is no HTTP client: turn on the feature `reqwest`, or call `LtiToolBuilder::exchange`";
        Box::pin(async move {
            Err(ExchangeError::new(ExchangeErrorKind::NotConnected).with_source(advice))
        })
    }
}
