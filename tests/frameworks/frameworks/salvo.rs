//! salvo: the layer as a hoop, the login as a goal.

use salvo::{
    Listener, Request, Response, Router, Server,
    conn::{Acceptor, TcpListener},
    handler,
    http::ReqBody,
    prelude::{TowerLayerCompat, TowerServiceCompat},
};
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool};

use crate::kit::{App, hello};

// guide: salvo
#[handler]
async fn open_tool(request: &mut Request, response: &mut Response) {
    let launch = request.extensions().get::<LaunchContext>();
    response.render(hello(launch));
}

#[handler]
async fn echo(request: &mut Request, response: &mut Response) {
    let body = request.take_body();
    response.stream(http_body_util::BodyDataStream::new(body));
}

fn routes(tool: LtiTool) -> Router {
    let launches = LtiLaunchLayer::new(tool.clone()).compat::<ReqBody>();
    let login = TowerServiceCompat::<ReqBody, _, _, _>::compat(LtiLogin::new(tool));
    Router::new()
        .push(Router::with_path("lti/login").goal(login))
        .push(
            Router::new()
                .hoop(launches)
                .push(Router::with_path("lti/launch").post(open_tool))
                .push(Router::with_path("echo").post(echo)),
        )
}
// end

#[tokio::test]
async fn a_hoop() {
    let kit = App::new();
    let acceptor = TcpListener::new("127.0.0.1:0").bind().await;
    let address = acceptor.holdings()[0].local_addr.clone();
    let address = address.into_std().unwrap();
    let routes = routes(kit.tool.clone());
    tokio::spawn(async move { Server::new(acceptor).serve(routes).await });
    kit.launches_and_streams_at(address).await;
}
