//! What a browser can ask.

use std::{fmt, future::Future};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower::Service;

use super::send::send;

/// A service that a [`Browser`](super::Browser) can ask, such as an axum `Router`: every tower service that takes a whole
/// body and answers in bytes is one.
pub trait AskedService {
    /// Sends a request, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics when the service fails.
    fn ask(&mut self, request: Request<Full<Bytes>>) -> impl Future<Output = Response<Bytes>>;
}

impl<S, R> AskedService for S
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>>,
    S::Error: fmt::Debug,
    R: Body<Data = Bytes>,
    R::Error: fmt::Debug,
{
    fn ask(&mut self, request: Request<Full<Bytes>>) -> impl Future<Output = Response<Bytes>> {
        send(self, request)
    }
}
