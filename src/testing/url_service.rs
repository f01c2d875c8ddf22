//! A service that sends requests to a URL.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

/// Sends requests over plain HTTP/1.1 to one address, so that a [`Browser`](super::Browser) can
/// launch a program that runs by itself.
#[derive(Clone, Debug)]
pub struct UrlService {
    authority: String,
}

impl UrlService {
    /// Creates a service for `host:port`.
    #[must_use]
    pub fn new(authority: &str) -> Self {
        Self {
            authority: authority.to_owned(),
        }
    }

    async fn send(self, mut request: Request<Full<Bytes>>) -> io::Result<Response<Full<Bytes>>> {
        let stream = TcpStream::connect(&self.authority).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        let driver = tokio::spawn(connection);
        let host = HeaderValue::try_from(&self.authority).map_err(io::Error::other)?;
        request.headers_mut().insert(header::HOST, host);
        let response = sender
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        driver.abort();
        Ok(Response::from_parts(parts, Full::new(body)))
    }
}

impl Service<Request<Full<Bytes>>> for UrlService {
    type Response = Response<Full<Bytes>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}
