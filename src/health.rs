//! Whether launches would go through, as something that a load balancer can ask.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use tower::Service;

use crate::{LtiTool, error::harden, observe::event};

/// Answers 200 where launches would go through, and 503 where the store would turn them away.
///
/// The store is written to, because one that can only be read is of no use. Mount it where a load
/// balancer or an orchestrator looks for *readiness*; a process is not made any better by a restart
/// while its Redis is down. Whoever may ask it can make the store write: keep it from the public.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use tower_lti::{LtiHealth, LtiTool};
///
/// fn health(tool: LtiTool) -> Router {
///     Router::new().route_service("/health/ready", LtiHealth::new(tool))
/// }
/// # let _ = health;
/// ```
#[derive(Clone, Debug)]
pub struct LtiHealth {
    tool: LtiTool,
}

impl LtiHealth {
    /// Creates the service for a tool.
    #[must_use]
    pub fn new(tool: LtiTool) -> Self {
        Self { tool }
    }
}

impl<B> Service<Request<B>> for LtiHealth {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let tool = self.tool.clone();
        let headers = request.headers().clone();
        Box::pin(async move {
            Ok(match tool.check_store().await {
                Ok(()) => {
                    let mut response = Response::new(Full::from("ready\n"));
                    let plain = http::HeaderValue::from_static("text/plain");
                    response.headers_mut().insert(header::CONTENT_TYPE, plain);
                    harden(response.headers_mut());
                    response
                }
                Err(error) => {
                    let telling = tool.telling(&error);
                    event::refused(&error, telling, || tool.is_news(&error));
                    error.default_response(&headers)
                }
            })
        })
    }
}
