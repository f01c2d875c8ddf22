//! Where access tokens go, and where they do not.

use bytes::Bytes;
use http::Request;
use serde_json::json;
use tower_lti::{LaunchContext, claims::names, services::ServiceError, testing::Call};

use super::world::{World, send};

/// A claim of a service that this crate does not know.
const GROUPS: &str = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice";

async fn call(world: &World, launch: &LaunchContext, url: &str) -> Result<(), ServiceError> {
    let client = world.tool.services().client(launch, url, ["a-scope"])?;
    let Ok(request) = Request::get(url).body(Bytes::new()) else {
        return Ok(());
    };
    send(client, request).await.map(drop)
}

// S02, S03, OAUTH-32
#[tokio::test]
async fn a_token_goes_to_no_origin_that_nothing_signed_names() {
    let world = World::start().await;
    let other = World::start().await;
    let launch = world.launch();
    let port = world
        .services
        .base_url()
        .rsplit_once(':')
        .unwrap()
        .1
        .to_owned();
    for (url, code) in [
        (
            format!("{}/groups", other.services.base_url()),
            "url_elsewhere",
        ),
        (format!("http://localhost:{port}/groups"), "url_elsewhere"),
        (format!("https://127.0.0.1:{port}/groups"), "url_elsewhere"),
        ("https://evil.test/groups".to_owned(), "url_elsewhere"),
        (
            format!("http://lms@127.0.0.1:{port}/groups"),
            "service_url_refused",
        ),
        ("http://lms.test/groups".to_owned(), "service_url_refused"),
        ("//evil.test/groups".to_owned(), "service_url_refused"),
        ("/groups".to_owned(), "service_url_refused"),
        ("file:///etc/passwd".to_owned(), "service_url_refused"),
        ("ftp://lms.test/".to_owned(), "service_url_refused"),
        (
            format!("http://127.0.0.1:{port}/a/../b"),
            "service_url_refused",
        ),
    ] {
        let error = call(&world, &launch, &url).await.unwrap_err();
        assert_eq!(error.code(), code, "{url}");
    }
    assert_eq!(world.services.count(Call::Token), 0);
    assert!(other.services.requests().is_empty());
}

// S02, S03
#[tokio::test]
async fn a_client_stays_on_the_origin_that_it_was_made_for() {
    let world = World::start().await;
    let other = World::start().await;
    for url in [
        format!("{}/lineitems", other.services.base_url()),
        world
            .services
            .line_items_url()
            .replace("127.0.0.1", "localhost"),
        world.services.line_items_url().replace("http:", "https:"),
    ] {
        let mut request = world.request();
        *request.uri_mut() = url.parse().unwrap();
        let error = send(world.client(), request).await.unwrap_err();
        assert_eq!(error.code(), "url_elsewhere", "{url}");
    }
    let mut relative = world.request();
    *relative.uri_mut() = "/lineitems".parse().unwrap();
    let error = send(world.client(), relative).await.unwrap_err();
    assert_eq!(error.code(), "service_url_refused");
    assert!(world.services.requests().is_empty());
    assert!(other.services.requests().is_empty());
}

// S02
#[tokio::test]
async fn an_origin_that_a_launch_signed_as_a_service_is_good_and_what_a_teacher_wrote_is_not() {
    let world = World::start().await;
    let other = World::start().await;
    let url = format!("{}/groups", other.services.base_url());
    let signed = world.services.launch_context();
    let signed = signed.claim(GROUPS, json!({"context_groups_url": url}));
    // The other platform does not know the token.
    let error = call(&world, &signed.build(), &url).await.unwrap_err();
    assert_ne!(error.code(), "url_elsewhere");
    assert_eq!(
        other.services.requests().len(),
        0,
        "it is no service of the kit"
    );

    for (claim, value) in [
        (names::CUSTOM, json!({"service": url})),
        (names::LAUNCH_PRESENTATION, json!({"return_url": url})),
        (
            "https://evil.test/claim/groupsservice",
            json!({"context_groups_url": url}),
        ),
    ] {
        let launch = world.services.launch_context().claim(claim, value).build();
        let error = call(&world, &launch, &url).await.unwrap_err();
        assert_eq!(error.code(), "url_elsewhere", "{claim}");
    }
}

// S02
#[tokio::test]
async fn origins_that_a_registration_names_are_the_only_ones() {
    let named = World::with_registration(|registration| {
        registration.service_origins(["https://api.lms.test/anything"])
    })
    .await;
    assert_eq!(named.list().await.unwrap_err().code(), "url_elsewhere");
    assert!(named.services.requests().is_empty());

    let other = World::start().await;
    let origin = other.services.base_url();
    let elsewhere = format!("{origin}/groups");
    let world =
        World::with_registration(|registration| registration.service_origins([origin])).await;
    let launch = world.launch();
    let error = call(&world, &launch, &elsewhere).await.unwrap_err();
    assert_ne!(error.code(), "url_elsewhere");
    assert_eq!(world.services.count(Call::Token), 1);
}

// S01, S02
#[tokio::test]
async fn plain_http_to_loopback_is_for_registrations_that_are_on_loopback() {
    let world = World::with_registration(|_| {
        tower_lti::registration::Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .token_endpoint("https://lms.test/token")
    })
    .await;

    let error = world.list().await.unwrap_err();

    assert_eq!(error.code(), "service_url_refused");
    assert!(world.services.requests().is_empty());
}
