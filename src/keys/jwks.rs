//! `LtiJwks`: publishes the tool's keys.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use tower::Service;

use crate::{
    tool::LtiTool,
    tool_keys::{Published, ToolKeys},
};

/// How platforms may keep the key set. A key signs three hours after it was published at the earliest.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=3600");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Publishes the public halves of the tool's keys (RFC 7517 §5).
///
/// Answers `GET` and `HEAD` from memory: no store is called, nothing is waited for, nobody is asked who they are.
/// Platforms may keep the answer for an hour, and ask whether it has changed (`ETag`). Any other method is answered
/// with 405. Private halves never leave the tool.
///
/// One URL is enough for all platforms, and stays the same when keys rotate. Where the last segment of the path is
/// the [login name](crate::registration::Registration::login_name) of a registration with
/// [keys of its own](ToolKeys::with_own_keys_for), those are published. Any other name stands for the keys that all
/// share, so that a URL of its own can be given to each platform from the start.
///
/// Implements Security Framework 1.0 §6.3.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use tower_lti::{LtiTool, keys::LtiJwks};
///
/// fn key_set(tool: LtiTool) -> Router {
///     let keys = LtiJwks::new(tool);
///     Router::new()
///         .route_service("/lti/jwks.json", keys.clone())
///         .route_service("/lti/jwks/{registration}", keys)
/// }
/// # let _ = key_set;
/// ```
#[derive(Clone, Debug)]
pub struct LtiJwks {
    tool: LtiTool,
}

impl LtiJwks {
    /// Creates the service for a tool.
    #[doc(alias("JWKS", "jwks_uri", "keyset"))]
    #[must_use]
    pub fn new(tool: LtiTool) -> Self {
        Self { tool }
    }

    fn published(&self, path: &str) -> Published {
        let name = path.rsplit('/').next();
        let keys = self.tool.tool_keys();
        let published =
            keys.and_then(|keys: &ToolKeys| keys.published(name, self.tool.clock().now()));
        published.unwrap_or_else(Published::empty)
    }

    fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let is_head = request.method() == Method::HEAD;
        if !is_head && request.method() != Method::GET {
            return refused_method();
        }
        let published = self.published(request.uri().path());
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
        let is_known = is_known(request.headers(), &published.etag);
        headers.insert(header::ETAG, published.etag);
        let mut response = Response::new(Full::default());
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            headers.insert(header::CONTENT_TYPE, JSON);
            headers.insert(header::CONTENT_LENGTH, published.length);
            if !is_head {
                *response.body_mut() = Full::new(published.body);
            }
        }
        *response.headers_mut() = headers;
        response
    }
}

/// Whether the platform has this very key set already (RFC 9110 §13.1.2).
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).into_iter();
    let mut tags = tags.filter_map(|tags| tags.to_str().ok());
    tags.any(|tags| {
        let mut tags = tags.split(',').map(str::trim);
        tags.any(|tag| tag == "*" || tag.trim_start_matches("W/").as_bytes() == etag.as_bytes())
    })
}

fn refused_method() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    let allowed = HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

impl<B> Service<Request<B>> for LtiJwks {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.answer(&request)))
    }
}
