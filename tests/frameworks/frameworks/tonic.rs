//! tonic beside launches, on one port.

use axum::{Router, body::Body, routing::post};
use tonic::{service::Routes, transport::Endpoint};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin};

use crate::{
    axum::serve,
    kit::{App, hello},
};

#[tokio::test]
async fn calls_pass_beside_launches() {
    let kit = App::new();
    let (_, health) = tonic_health::server::health_reporter();
    let tool = kit.tool.clone();
    // guide: tonic
    let app: Router = Routes::new(health)
        .into_axum_router()
        .route(
            "/lti/launch",
            post(async |launch: LaunchContext| hello(Some(&launch))),
        )
        .route("/echo", post(async |body: Body| body))
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool));
    // end
    let address = serve(app).await;
    kit.launches_and_streams_at(address).await;
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut client = HealthClient::new(endpoint.connect().await.unwrap());
    let answer = client.check(HealthCheckRequest::default()).await.unwrap();
    assert_eq!(answer.into_inner().status, 1, "it serves");
}
