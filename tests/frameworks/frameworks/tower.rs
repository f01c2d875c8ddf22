//! A stack of tower's and tower-http's layers, on either side of the launch layer.

use std::{convert::Infallible, time::Duration};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use tower::{BoxError, ServiceBuilder, buffer::BufferLayer, limit::ConcurrencyLimitLayer};
use tower_http::{
    compression::CompressionLayer,
    limit::RequestBodyLimitLayer,
    map_request_body::MapRequestBodyLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
    trace::TraceLayer,
};
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin};

use crate::{
    axum::serve,
    kit::{App, hello},
};

type AnyBody = UnsyncBoxBody<Bytes, BoxError>;

async fn handler<B>(request: Request<B>) -> Result<Response<AnyBody>, Infallible>
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    Ok(Response::new(match request.uri().path() {
        "/echo" => request.into_body().map_err(Into::into).boxed_unsync(),
        _ => {
            let hello = hello(request.extensions().get::<LaunchContext>());
            Body::from(hello).map_err(Into::into).boxed_unsync()
        }
    }))
}

#[tokio::test]
async fn layers_on_either_side() {
    let kit = App::new();
    // guide: tower
    let seconds = Duration::from_secs(30);
    let stack = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            seconds,
        ))
        .layer(RequestBodyLimitLayer::new(1024 * 1024))
        .layer(LtiLaunchLayer::new(kit.tool.clone()))
        .layer(TraceLayer::new_for_http())
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            seconds,
        ))
        .layer(ConcurrencyLimitLayer::new(64))
        .service_fn(handler);
    // end
    let router = Router::new()
        .route_service("/lti/login", LtiLogin::new(kit.tool.clone()))
        .fallback_service(stack);
    kit.launches_and_streams_at(serve(router).await).await;
}

#[tokio::test]
async fn a_buffer_inside_and_a_body_that_cannot_be_moved_in_a_box() {
    let kit = App::new();
    // guide: boxed
    let stack = ServiceBuilder::new()
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(30)))
        // Its body is not `Unpin`.
        .layer(MapRequestBodyLayer::new(UnsyncBoxBody::new))
        .layer(LtiLaunchLayer::new(kit.tool.clone()))
        .layer(BufferLayer::new(64))
        .service_fn(handler);
    // end
    let stack = ServiceBuilder::new()
        .map_err(|error: BoxError| -> Infallible { panic!("{error}") })
        .service(stack);
    let router = Router::new()
        .route_service("/lti/login", LtiLogin::new(kit.tool.clone()))
        .fallback_service(stack);
    kit.launches_and_streams_at(serve(router).await).await;
}
