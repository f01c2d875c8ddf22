//! poem: the layer around a tower service that is mounted as an endpoint.

use std::{convert::Infallible, io};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use poem::{
    Endpoint, EndpointExt, Route, Server,
    endpoint::TowerCompatExt,
    listener::{Acceptor, Listener, TcpListener},
};
use tower::ServiceExt;
use tower_layer::Layer;
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool};

use crate::kit::{App, hello};

// guide: poem
type Body = BoxBody<Bytes, io::Error>;

async fn handler(request: http::Request<Body>) -> Result<http::Response<Body>, poem::Error> {
    Ok(http::Response::new(match request.uri().path() {
        "/echo" => request.into_body(),
        _ => {
            let hello = hello(request.extensions().get::<LaunchContext>());
            let body = Full::new(Bytes::from(hello));
            body.map_err(|never| match never {}).boxed()
        }
    }))
}

fn app(tool: LtiTool) -> impl Endpoint {
    let login = LtiLogin::new(tool.clone());
    let never = |never: Infallible| -> poem::Error { match never {} };
    let login = ServiceExt::<http::Request<Body>>::map_err(login, never);
    let launches = LtiLaunchLayer::new(tool).layer(tower::service_fn(handler));
    Route::new()
        .at("/lti/login", login.compat())
        .at("/*rest", launches.compat())
        .boxed()
}
// end

#[tokio::test]
async fn an_endpoint() {
    let kit = App::new();
    let acceptor = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .unwrap();
    let address = acceptor.local_addr()[0].as_socket_addr().copied().unwrap();
    let app = app(kit.tool.clone());
    tokio::spawn(async move { Server::new_with_acceptor(acceptor).run(app).await });
    kit.launches_and_streams_at(address).await;
}
