//! lambda_http: what `lambda_http::run` takes, called as it would call it.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Full;
use lambda_http::{Adapter, Body, Error, Request, Response};
use tower::{Service, ServiceBuilder, ServiceExt, util::BoxCloneSyncService};
use tower_layer::Layer;
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, testing::Browser};

use crate::kit::{App, hello};

// guide: lambda
async fn handler(request: Request) -> Result<Response<Body>, Error> {
    Ok(Response::new(match request.uri().path() {
        "/echo" => request.into_body(),
        _ => hello(request.extensions().get::<LaunchContext>()).into(),
    }))
}

fn launches(
    tool: LtiTool,
) -> impl Service<Request, Response: lambda_http::IntoResponse, Error = Error, Future: Send> + Clone
{
    LtiLaunchLayer::new(tool).layer(tower::service_fn(handler))
}
// end

fn with_lambda_s_body(request: http::Request<Full<Bytes>>) -> Request {
    request.map(|body| {
        let bytes = body.collect_now();
        Body::from(bytes)
    })
}

trait CollectNow {
    fn collect_now(self) -> Vec<u8>;
}

impl CollectNow for Full<Bytes> {
    fn collect_now(self) -> Vec<u8> {
        use http_body_util::BodyExt;
        let collected = std::pin::pin!(self.collect());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match collected.poll(&mut context) {
            std::task::Poll::Ready(Ok(collected)) => collected.to_bytes().to_vec(),
            _ => unreachable!("it is whole"),
        }
    }
}

#[tokio::test]
async fn what_lambda_runs() {
    let kit = App::new();
    // What `lambda_http::run` makes of it.
    let _ = Adapter::from(launches(kit.tool.clone()));
    let launch = LtiLaunchLayer::new(kit.tool.clone()).layer(tower::service_fn(handler));
    let echo = http::Request::post("/echo")
        .body(Body::from("one"))
        .unwrap();
    let answer = launch.clone().oneshot(echo).await.unwrap();
    let collected = http_body_util::BodyExt::collect(answer.into_body()).await;
    assert_eq!(collected.unwrap().to_bytes(), "one");
    let launch = ServiceBuilder::new()
        .map_request(with_lambda_s_body)
        .map_err(|error: Error| -> Infallible { panic!("{error}") })
        .service(launch);
    let login = LtiLogin::new(kit.tool.clone());
    let browser = Browser::new(login, BoxCloneSyncService::new(launch));
    kit.launches(browser).await;
}
