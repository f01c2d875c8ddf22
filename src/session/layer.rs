//! `LtiSessionLayer`: starts a session at each launch, and finds it again at each request after it.

use std::{
    error::Error,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower::Service;
use tower_layer::Layer;

use crate::tool::{ConfigError, LtiTool};

/// Starts a session at each launch, and finds it again at each request after it.
#[derive(Clone, Debug)]
pub struct LtiSessionLayer {
    tool: LtiTool,
}

impl LtiSessionLayer {
    /// Creates the layer. Put it inside of the [`LtiLaunchLayer`](crate::LtiLaunchLayer).
    ///
    /// # Errors
    ///
    /// Fails when the tool's store keeps no sessions.
    pub fn new(tool: LtiTool) -> Result<Self, ConfigError> {
        Ok(Self { tool })
    }

    /// Takes the segment of the path that follows this prefix for the session's reference, beside the query.
    #[must_use]
    pub fn reference_in_path(self, _prefix: &str) -> Self {
        todo!()
    }
}

impl<S> Layer<S> for LtiSessionLayer {
    type Service = LtiSessions<S>;

    fn layer(&self, inner: S) -> LtiSessions<S> {
        LtiSessions {
            inner,
            tool: self.tool.clone(),
        }
    }
}

/// The service of an [`LtiSessionLayer`].
#[derive(Clone, Debug)]
pub struct LtiSessions<S> {
    inner: S,
    #[expect(dead_code, reason = "a stub")]
    tool: LtiTool,
}

impl<S, B, R> Service<Request<B>> for LtiSessions<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn Error + Send + Sync>> + Send,
    B: Send + 'static,
    R: Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(self.inner.call(request))
    }
}
