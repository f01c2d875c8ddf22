//! What the registration URL is opened with.

use axum::body::Body;
use http::Request;

use super::world::{World, get, send};

/// A query with this configuration.
fn query(configuration: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("openid_configuration", configuration);
    query.finish()
}

// REG-01, REG-12, S25
#[tokio::test]
async fn a_request_that_names_no_configuration_to_be_fetched_is_refused() {
    let world = World::start().await;
    let service = world.open();
    let good = world.platform.query(None);
    let here = format!("{}/configuration", world.platform.url);
    let port = world.platform.url.rsplit_once(':').unwrap().1;
    let long = format!("{here}?{}", "x".repeat(4_096));
    let token = "t".repeat(16 * 1024 + 1);
    for (wrong, query, code) in [
        ("nothing", String::new(), "configuration_url_missing"),
        (
            "another parameter",
            "x=1".to_owned(),
            "configuration_url_missing",
        ),
        (
            "empty",
            "openid_configuration=".to_owned(),
            "request_malformed",
        ),
        ("twice", format!("{good}&{good}"), "request_malformed"),
        (
            "two tokens",
            format!("{good}&registration_token=a&registration_token=b"),
            "request_malformed",
        ),
        (
            "a token of two lines",
            format!("{good}&registration_token=a%0d%0ab"),
            "request_malformed",
        ),
        (
            "a token too long",
            format!("{good}&registration_token={token}"),
            "request_malformed",
        ),
        (
            "no escape",
            format!("{good}&registration_token=%zz"),
            "request_malformed",
        ),
        (
            "relative",
            query("/configuration"),
            "configuration_url_refused",
        ),
        ("no URL", query("hello"), "configuration_url_refused"),
        (
            "plain http",
            query("http://lms.example/c"),
            "configuration_url_refused",
        ),
        (
            "another scheme",
            query("ftp://lms.example/c"),
            "configuration_url_refused",
        ),
        (
            "a file",
            query("file:///etc/passwd"),
            "configuration_url_refused",
        ),
        (
            "a script",
            query("javascript:alert(1)"),
            "configuration_url_refused",
        ),
        (
            "user info",
            query(&here.replace("http://", "http://a:b@")),
            "configuration_url_refused",
        ),
        (
            "a fragment",
            query(&format!("{here}#x")),
            "configuration_url_refused",
        ),
        ("too long", query(&long), "configuration_url_refused"),
        (
            "a private address",
            query("https://10.0.0.1/c"),
            "configuration_url_refused",
        ),
        (
            "a private address over http",
            query("http://10.0.0.1/c"),
            "configuration_url_refused",
        ),
        (
            "metadata",
            query("https://169.254.169.254/c"),
            "configuration_url_refused",
        ),
        (
            "mapped",
            query("https://[::ffff:10.0.0.1]/c"),
            "configuration_url_refused",
        ),
        (
            "hexadecimal",
            query("https://0x0a.1/c"),
            "configuration_url_refused",
        ),
        (
            "nobody there",
            query("http://127.0.0.1:9/c"),
            "configuration_unreachable",
        ),
        (
            "no https there",
            query(&format!("https://127.0.0.1:{port}/c")),
            "configuration_unreachable",
        ),
    ] {
        let page = get(&service, &query).await;
        assert!(
            page.body.contains(&format!("Code {code},")),
            "{wrong}: {}",
            page.body
        );
        assert!(
            (400..505).contains(&page.status.as_u16()) && page.status != 500,
            "{wrong}"
        );
        assert!(!page.body.contains("<script"), "{wrong}");
    }
    let fetched = world.platform.heard().len();
    assert_eq!(fetched, 0, "no HTTP request came of any of these");
    assert!(world.records().await.is_empty());
}

// REG-12: plain http to this machine is for tools on this machine.
#[tokio::test]
async fn a_tool_on_the_internet_registers_with_nobody_on_this_machine() {
    let world = World::start_at("https://tool.example/lti/launch").await;
    let here = world.platform.url.clone();
    for configuration in [
        here.clone(),
        here.replace("http:", "https:"),
        here.replace("127.0.0.1", "localhost"),
    ] {
        let page = get(&world.open(), &query(&configuration)).await;
        page.assert_refused(400, "configuration_url_refused");
    }
    assert!(world.platform.heard().is_empty());
}

// REG-01
#[tokio::test]
async fn other_methods_are_refused() {
    let world = World::start().await;
    let query = world.platform.query(None);
    for method in ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let request = Request::builder()
            .method(method)
            .uri(format!("/lti/register?{query}"));
        let page = send(&world.open(), request.body(Body::empty()).unwrap()).await;
        page.assert_refused(405, "method_not_allowed");
        assert_eq!(page.header("allow"), "GET, POST");
    }
    assert!(world.platform.heard().is_empty());
}

// REG-10
#[tokio::test]
async fn a_program_is_answered_in_json() {
    let world = World::start().await;
    let request = Request::get("/lti/register").header("accept", "application/json");
    let page = send(&world.open(), request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, 400);
    assert_eq!(page.header("content-type"), "application/json");
    let said: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(said["error"], "configuration_url_missing");
    assert_eq!(said["action_by"], "platform_administrator");
    assert!(!said["ref"].as_str().unwrap().is_empty());
}

// ADV-78: a platform without tokens may write the parameter all the same.
#[tokio::test]
async fn an_empty_token_is_none() {
    let world = World::start().await;
    let good = world.platform.query(None);
    let shown = get(&world.open(), &format!("{good}&registration_token=")).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert_eq!(world.platform.heard()[0].authorization, None);
    let twice = format!("{good}&registration_token=&registration_token=");
    get(&world.open(), &twice)
        .await
        .assert_refused(400, "request_malformed");
}
