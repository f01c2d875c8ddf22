//! An exchange that is logged, counted, and held to its deadline.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use tokio::time::timeout;

use crate::{
    observe::ExchangeWatch,
    outbound::{Exchange, ExchangeError, ExchangeErrorKind, ExchangeFuture, ExchangeLimits},
};

/// Logs and counts every exchange, and gives up at its deadline, whatever the client does.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    exchange: Arc<dyn Exchange>,
    /// Whether it keeps the deadline itself, so that no second timer is needed.
    is_own: bool,
}

impl Observed {
    pub(crate) fn new(exchange: Arc<dyn Exchange>) -> Self {
        let is_own = is_own(&*exchange);
        Self { exchange, is_own }
    }
}

impl Exchange for Observed {
    fn send(&self, request: Request<Bytes>, limits: ExchangeLimits) -> ExchangeFuture<'_> {
        let kind = limits.purpose.as_str();
        let watch = ExchangeWatch::begin(kind, request.method().clone(), request.uri().clone());
        let deadline = limits.deadline;
        let exchange = self.exchange.send(request, limits);
        let is_own = self.is_own;
        Box::pin(async move {
            let outcome = if is_own {
                exchange.await
            } else {
                match timeout(deadline, exchange).await {
                    Ok(outcome) => outcome,
                    Err(late) => {
                        Err(ExchangeError::new(ExchangeErrorKind::TimedOut).with_source(late))
                    }
                }
            };
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

/// Whether it is this crate's own client.
#[cfg(feature = "reqwest")]
fn is_own(exchange: &dyn Exchange) -> bool {
    let any: &dyn std::any::Any = exchange;
    any.is::<crate::outbound::HttpsClient>()
}

#[cfg(not(feature = "reqwest"))]
fn is_own(_: &dyn Exchange) -> bool {
    false
}

fn word(kind: ExchangeErrorKind) -> &'static str {
    match kind {
        ExchangeErrorKind::Forbidden => "forbidden",
        ExchangeErrorKind::NotConnected => "not_connected",
        ExchangeErrorKind::TimedOut => "timed_out",
        ExchangeErrorKind::Interrupted => "interrupted",
        ExchangeErrorKind::NotHttp => "not_http",
        ExchangeErrorKind::TooLarge(_) => "too_large",
        ExchangeErrorKind::Encoded(_) => "encoded",
    }
}
