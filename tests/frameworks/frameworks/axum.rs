//! axum: `Router::layer`, and the layer on one route.

use std::net::SocketAddr;

use axum::{Router, body::Body, routing::post};
use tokio::net::TcpListener;
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool};

use crate::kit::{App, hello};

// guide: axum
fn app(tool: LtiTool) -> Router {
    Router::new()
        .route("/lti/launch", post(open_tool))
        .route("/echo", post(async |body: Body| body))
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool))
}

async fn open_tool(launch: LaunchContext) -> String {
    hello(Some(&launch))
}
// end

pub(crate) async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn a_router_s_layer() {
    let kit = App::new();
    let address = serve(app(kit.tool.clone())).await;
    kit.launches_and_streams_at(address).await;
}

#[tokio::test]
async fn a_router_s_route_layer() {
    let kit = App::new();
    let router = Router::new()
        .route("/lti/launch", post(open_tool))
        .route("/echo", post(async |body: Body| body))
        .route_layer(LtiLaunchLayer::new(kit.tool.clone()))
        .route_service("/lti/login", LtiLogin::new(kit.tool.clone()));
    kit.launches_and_streams_at(serve(router).await).await;
}

#[tokio::test]
async fn one_route_s_layer() {
    let kit = App::new();
    let launch = post(open_tool).layer(LtiLaunchLayer::new(kit.tool.clone()));
    let router = Router::new()
        .route("/lti/launch", launch)
        .route("/echo", post(async |body: Body| body))
        .route_service("/lti/login", LtiLogin::new(kit.tool.clone()));
    kit.launches_and_streams_at(serve(router).await).await;
}
