//! What is kept of a launch, and used without one.

use tower_lti::{
    deployment::{DeploymentKey, DeploymentStatus},
    registration::{RegistrationId, RegistrationStatus},
    services::{ActionBy, ServiceEndpoints},
    store::DeploymentStore,
    testing::LaunchContextBuilder,
};

use super::world::{LINE_ITEMS, World, send};

// ADV-49, OAUTH-27
#[tokio::test]
async fn endpoints_of_a_launch_serve_a_worker_and_hold_no_person_and_no_token() {
    let world = World::start().await;
    let launch = world.launch();
    world.list().await.unwrap();
    let kept = serde_json::to_string(&launch.service_endpoints()).unwrap();

    let endpoints: ServiceEndpoints = serde_json::from_str(&kept).unwrap();
    let url = endpoints.grades().unwrap().lineitems().unwrap().to_owned();
    let services = world.tool.services();
    let client = services.client_at(endpoints.deployment(), &endpoints, &url, [LINE_ITEMS]);
    assert_eq!(
        send(client.unwrap(), world.request())
            .await
            .unwrap()
            .status(),
        200
    );

    assert!(endpoints == launch.service_endpoints());
    assert_eq!(endpoints.context_id(), Some("course-1"));
    assert_eq!(endpoints.resource_link_id(), Some("rl-1"));
    assert_eq!(endpoints.product_family_code(), Some("reference"));
    assert!(endpoints.roster().is_some());
    for secret in world
        .services
        .issued_tokens()
        .iter()
        .map(String::as_str)
        .chain([launch.claims().sub().unwrap(), "@", "Bearer"])
    {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    assert!(!format!("{endpoints:?}").contains("lineitem"));
}

// S35
#[tokio::test]
async fn endpoints_of_one_tenant_are_refused_for_another_before_any_request() {
    let world = World::start().await;
    let endpoints = world.launch().service_endpoints();
    let url = world.services.line_items_url();
    for (issuer, client_id, deployment) in [
        ("https://lms.test", "tool-1", "dep-2"),
        ("https://lms.test", "tool-2", "dep-1"),
        ("https://other.test", "tool-1", "dep-1"),
    ] {
        let other = DeploymentKey::new(RegistrationId::new(issuer, client_id), deployment.into());
        let services = world.tool.services();

        let error = services
            .client_at(&other, &endpoints, &url, [LINE_ITEMS])
            .unwrap_err();

        assert_eq!(error.code(), "other_deployment");
        assert_eq!(error.action_by(), ActionBy::Developer);
    }
    assert!(world.services.requests().is_empty());
}

// S38
#[tokio::test]
async fn what_is_shut_gets_no_calls_however_good_the_endpoints() {
    let world = World::start().await;
    let client = world.client();
    let key = world.launch().deployment().key().clone();
    for status in [DeploymentStatus::Pending, DeploymentStatus::Disabled] {
        world.store.set_status(&key, status).await.unwrap();
        let error = send(client.clone(), world.request()).await.unwrap_err();
        assert_eq!(error.code(), "deployment_closed", "{status}");
        assert_eq!(error.status(), 403);
    }
    world.store.remove(&key).await.unwrap();
    let unknown = send(client, world.request()).await.unwrap_err();
    assert_eq!(unknown.code(), "deployment_closed");

    for (status, code) in [
        (RegistrationStatus::Pending, "registration_pending"),
        (RegistrationStatus::Disabled, "registration_disabled"),
    ] {
        let shut = World::with_registration(|registration| registration.status(status)).await;
        let error = shut.list().await.unwrap_err();
        assert_eq!((error.code(), error.status().as_u16()), (code, 403));
        assert_eq!(error.action_by(), ActionBy::ToolOperator);
        assert!(shut.services.requests().is_empty());
    }
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-9").build();
    let url = world.services.line_items_url();
    let client = world.tool.services().client(&launch, &url, ["a-scope"]);
    let error = send(client.unwrap(), world.request()).await.unwrap_err();
    assert_eq!(error.code(), "registration_unknown");

    assert!(world.services.requests().is_empty());
}
