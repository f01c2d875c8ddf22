//! An exchange that is logged and counted.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use crate::{
    observe::ExchangeWatch,
    outbound::{Exchange, ExchangeErrorKind, ExchangeFuture, ExchangeLimits},
};

/// Logs and counts every exchange, and hands it on.
#[derive(Clone, Debug)]
pub(crate) struct Observed(Arc<dyn Exchange>);

impl Observed {
    pub(crate) fn new(exchange: Arc<dyn Exchange>) -> Self {
        Self(exchange)
    }
}

impl Exchange for Observed {
    fn send(&self, request: Request<Bytes>, limits: ExchangeLimits) -> ExchangeFuture<'_> {
        let kind = limits.purpose.as_str();
        let watch = ExchangeWatch::begin(kind, request.method().clone(), request.uri().clone());
        let exchange = self.0.send(request, limits);
        Box::pin(async move {
            let outcome = exchange.await;
            match &outcome {
                Ok(response) => watch.answered(response.status().as_u16(), response.body().len()),
                Err(error) => watch.failed(
                    word(error.kind()),
                    error.status().map(|status| status.as_u16()),
                ),
            }
            outcome
        })
    }
}

fn word(kind: ExchangeErrorKind) -> &'static str {
    match kind {
        ExchangeErrorKind::Forbidden => "forbidden",
        ExchangeErrorKind::NotConnected => "not_connected",
        ExchangeErrorKind::TimedOut => "timed_out",
        ExchangeErrorKind::Interrupted => "interrupted",
        ExchangeErrorKind::TooLarge(_) => "too_large",
        ExchangeErrorKind::Encoded(_) => "encoded",
    }
}
