//! Bare hyper: its own bodies go in, and come out if nothing else is answered.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tower::ServiceExt;
use tower_layer::Layer;
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, launch::ResponseBody};

use crate::kit::{App, hello};

// guide: hyper
type Body = UnsyncBoxBody<Bytes, hyper::Error>;

async fn handler(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(match request.uri().path() {
        "/echo" => request.into_body().boxed_unsync(),
        _ => {
            let launch = request.extensions().get::<LaunchContext>();
            let hello = Full::new(Bytes::from(hello(launch)));
            hello.map_err(|never| match never {}).boxed_unsync()
        }
    }))
}

async fn serve(tool: LtiTool, listener: TcpListener) {
    let login = LtiLogin::new(tool.clone());
    let launch = LtiLaunchLayer::new(tool).layer(tower::service_fn(handler));
    while let Ok((stream, _)) = listener.accept().await {
        let (login, launch) = (login.clone(), launch.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (login, launch) = (login.clone(), launch.clone());
            async move {
                if request.uri().path() == "/lti/login" {
                    let answer = login.oneshot(request).await;
                    return answer.map(|answer| answer.map(ResponseBody::from));
                }
                launch.oneshot(request).await
            }
        });
        let http = hyper::server::conn::http1::Builder::new();
        tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
    }
}
// end

#[tokio::test]
async fn a_bare_server() {
    let kit = App::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    tokio::spawn(serve(kit.tool.clone(), listener));
    kit.launches_and_streams_at(address).await;
}
