//! Calls of one's own to services that this crate does not know.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use tower::Service;

use crate::{
    service_client::{
        Answer, Repeat, ServiceClient, attempts::Outgoing, headers::of_caller,
        service_client::Bound,
    },
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
};

impl Service<Request<Bytes>> for ServiceClient {
    type Response = Response<Bytes>;
    type Error = ServiceError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, ServiceError>> + Send>>;

    /// It is always ready.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ServiceError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let client = self.clone();
        let outgoing = self.outgoing(request);
        Box::pin(async move { client.exchange(outgoing).await })
    }
}

impl ServiceClient {
    async fn exchange(
        &self,
        outgoing: Result<Outgoing, ServiceError>,
    ) -> Result<Response<Bytes>, ServiceError> {
        let logged = |error: ServiceError| {
            self.log(&error);
            error
        };
        let outgoing = outgoing.map_err(logged)?;
        let answer = self.send(&outgoing).await?;
        into_response(answer).map_err(logged)
    }

    fn outgoing(&self, request: Request<Bytes>) -> Result<Outgoing, ServiceError> {
        let (head, body) = request.into_parts();
        let bound = self.bound();
        // Mostly it is the claim's own URL, which is parsed already.
        let known = bound.filter(|bound| *bound.url.uri() == head.uri);
        let url = match known {
            Some(bound) => bound.url.clone(),
            None => ServiceUrl::of_request(head.uri).map_err(|problem| {
                ServiceError::new(ServiceErrorKind::UrlRefused).with_detail(problem.to_string())
            })?,
        };
        let is_there = |bound: &&Bound| bound.url.origin_text() == url.origin_text();
        let Some(bound) = bound.filter(is_there) else {
            let elsewhere = ServiceError::new(ServiceErrorKind::UrlElsewhere);
            return Err(elsewhere.with_detail(url.origin_text()));
        };
        Ok(Outgoing {
            repeat: Repeat::of(&head.method),
            method: head.method,
            url,
            scopes: bound.scopes.clone(),
            headers: of_caller(head.headers),
            body,
            max_bytes: None,
            time: None,
        })
    }
}

/// What is no success is an error.
fn into_response(answer: Answer) -> Result<Response<Bytes>, ServiceError> {
    let status = answer.status;
    if status.is_success() {
        let mut response = Response::new(answer.body);
        *response.status_mut() = status;
        *response.headers_mut() = answer.headers;
        return Ok(response);
    }
    let kind = if status.is_server_error() {
        ServiceErrorKind::PlatformFailed
    } else {
        ServiceErrorKind::Refused
    };
    Err(answer.error(kind))
}
