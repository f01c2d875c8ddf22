//! Health check: whether launches would succeed, for load balancers and alerts.

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

use crate::{observe::event, pages::harden, store::StoreHealth, tool::LtiTool};

/// Answers 200 where launches would succeed, and 503 where the store would reject all of them.
///
/// | answer | body | what it says |
/// |---|---|---|
/// | 200 | `ready` | the store takes writes, in a Redis Cluster each of its masters |
/// | 200 | `degraded: 2 of 3 servers of the store take writes` | some masters of a Redis Cluster do; launches whose nonce or deployment is kept by another one are rejected |
/// | 200 | `degraded: the tool key <id> cannot be opened` | a stored key of the tool's own is forged, damaged, or sealed with a secret that is not given; the others sign and are published |
/// | 200 | `degraded: the tool keys cannot be read from their store` | those that are known sign and are published |
/// | 503 | the error `store_unavailable` | no launch would go through |
///
/// The store is written to, because one that can only be read is of no use. Whoever may ask it can make the
/// store write: keep it from the public.
///
/// It speaks of the store, which all instances share. As a *readiness* probe it takes all of them out of the
/// balancer in the same moment, and users see the balancer's error page in place of one that says what to
/// do; as a *liveness* probe it restarts all of them, which makes no Redis any better. Ask it when an
/// instance starts, and for alerts: see [running it](crate::guide::running#health).
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use tower_lti::{LtiTool, health::LtiHealth};
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
    #[doc(alias("health check", "liveness", "readiness"))]
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
            Ok(match tool.store_health().await {
                Ok(health) => {
                    let mut response = Response::new(Full::from(said_of(health, &tool)));
                    let plain = http::HeaderValue::from_static("text/plain");
                    response.headers_mut().insert(header::CONTENT_TYPE, plain);
                    harden(response.headers_mut());
                    response
                }
                Err(error) => {
                    let permit = tool.log_permit(&error);
                    event::rejected(&error, permit, || tool.permits_error(&error));
                    error.default_response(&headers)
                }
            })
        })
    }
}

fn said_of(health: StoreHealth, tool: &LtiTool) -> String {
    let mut said = String::new();
    if health.is_degraded() {
        let (writable, servers) = (health.writable(), health.servers());
        said = format!("degraded: {writable} of {servers} servers of the store take writes\n");
    }
    #[cfg(feature = "services")]
    said.push_str(&said_of_keys(tool));
    #[cfg(not(feature = "services"))]
    let _ = tool;
    if said.is_empty() {
        said.push_str("ready\n");
    }
    said
}

/// What is wrong with the tool's own keys, a line each.
#[cfg(feature = "services")]
fn said_of_keys(tool: &LtiTool) -> String {
    let Some(keys) = tool.tool_keys() else {
        return String::new();
    };
    let health = keys.health();
    let mut said = String::new();
    for kid in health.unreadable() {
        said.push_str(&format!("degraded: the tool key {kid} cannot be opened\n"));
    }
    if health.is_store_failing() {
        said.push_str("degraded: the tool keys cannot be read from their store\n");
    }
    said
}
