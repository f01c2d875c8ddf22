//! Sends one request to one service.

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tower::Service;

pub(super) async fn send<S, R>(service: &mut S, request: Request<Full<Bytes>>) -> Response<Bytes>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>>,
    S::Error: fmt::Debug,
    R: Body<Data = Bytes>,
    R::Error: fmt::Debug,
{
    std::future::poll_fn(|cx| service.poll_ready(cx))
        .await
        .expect("the service becomes ready");
    let (parts, body) = service
        .call(request)
        .await
        .expect("the service answers")
        .into_parts();
    let body = body.collect().await.expect("the body arrives").to_bytes();
    Response::from_parts(parts, body)
}
