//! The requests that a tool got from browsers.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::header;

/// A request that the tool got.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    /// Path and query.
    pub(super) address: String,
    pub(super) cookies: String,
    pub(super) referrer: String,
}

impl Seen {
    pub(super) fn is_launch(&self) -> bool {
        self.method == "POST" && self.path == "/lti/launch"
    }

    fn of(request: &Request) -> Self {
        let header = |name: header::HeaderName| {
            let values = request.headers().get_all(name).iter();
            let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
            texts.join("; ")
        };
        Self {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            address: request.uri().to_string(),
            cookies: header(header::COOKIE),
            referrer: header(header::REFERER),
        }
    }
}

/// All requests that the tool got. Clones are the same list.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenRequests(Arc<Mutex<Vec<Seen>>>);

impl SeenRequests {
    fn add(&self, one: Seen) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(one);
    }

    /// The requests since this was last called.
    pub(super) fn take(&self) -> Vec<Seen> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut seen)
    }
}

/// Writes a request down, and hands it on.
pub(super) async fn write_down(
    State(seen): State<SeenRequests>,
    request: Request,
    next: Next,
) -> Response {
    seen.add(Seen::of(&request));
    next.run(request).await
}
