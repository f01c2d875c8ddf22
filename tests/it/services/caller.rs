//! A caller's own requests.

use bytes::Bytes;
use http::Request;
use tower::{ServiceBuilder, ServiceExt};
use tower_lti::{
    services::{ServiceClient, ServiceErrorKind},
    testing::{Call, Fault},
};

use super::{
    scripted::{Reply, Script},
    world::{World, send},
};

// OAUTH-32
#[tokio::test]
async fn a_caller_s_headers_are_sent_but_for_those_that_say_who_it_is() {
    let world = World::start().await;
    let mut request = world.request();
    for (name, value) in [
        ("authorization", "Bearer of-the-caller"),
        ("proxy-authorization", "Basic x"),
        ("cookie", "session=1"),
        ("host", "evil.test"),
        ("accept-encoding", "gzip"),
        ("x-trace", "kept"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }

    let answer = send(world.client(), request).await.unwrap();

    assert_eq!(answer.status(), 200);
    let [received] = &world.services.requests_for(Call::LineItems)[..] else {
        panic!("one request");
    };
    assert_eq!(received.header("authorization"), "Bearer #1");
    assert_eq!(received.header("x-trace"), "kept");
    assert!(received.header("host").starts_with("127.0.0.1:"));
    for name in ["proxy-authorization", "cookie", "accept-encoding"] {
        assert_eq!(received.header(name), "", "{name}");
    }
    assert_eq!(
        received.headers().get_all("authorization").iter().count(),
        1
    );
}

// ADV-26, S07
#[tokio::test]
async fn what_is_no_success_is_an_error_with_the_platform_s_words() {
    for (fault, code, words) in [
        (
            Fault::status(404).with_body("gone"),
            "service_refused",
            Some("gone"),
        ),
        (
            Fault::status(422).with_body(r#"{"errors":{"message":"no\nway"}}"#),
            "service_refused",
            Some("no\\nway"),
        ),
        (
            Fault::status(403).with_body("<html>no</html>"),
            "service_refused",
            None,
        ),
        (
            Fault::status(500).with_reason("SECRET"),
            "platform_failed",
            None,
        ),
        (
            Fault::status(502).with_body("bad gateway"),
            "platform_failed",
            Some("bad gateway"),
        ),
        (Fault::huge_body(9 << 20), "answer_too_large", None),
        (Fault::endless_body(), "answer_too_large", None),
        (
            Fault::right().with_header("content-encoding", "gzip"),
            "answer_invalid",
            None,
        ),
    ] {
        let world = World::start().await;
        world.services.fail_next(Call::LineItems, 1, fault.clone());

        let error = world.list().await.unwrap_err();

        assert_eq!(error.code(), code, "{fault:?}");
        assert_eq!(error.platform_message(), words, "{fault:?}");
        assert!(error.platform_status().is_some(), "{fault:?}");
    }
}

// ADV-26
#[tokio::test(start_paused = true)]
async fn an_answer_that_repeats_the_access_token_is_not_shown() {
    for body in [
        "no such token: Bearer token_a",
        r#"{"error":"token_a"}"#,
        r#"{"error":"denied","error_description":"token_a"}"#,
    ] {
        for status in [400, 401, 403, 429, 500, 503] {
            let token = r#"{"access_token":"token_a","token_type":"bearer","expires_in":3600}"#;
            let exchange = Script::new(
                move |_, _| Reply::body(200, token),
                move |_, _| Reply::body(status, body),
            );
            let world = World::with_tool(|tool| tool.exchange(exchange)).await;

            let error = world.list().await.unwrap_err();

            assert_eq!(error.platform_message(), None, "{status} {body}");
            assert_ne!(error.platform_code(), Some("token_a"), "{status} {body}");
        }
    }
}

#[tokio::test]
async fn a_client_is_a_tower_service_that_layers_go_around() {
    fn is_a_service(_: &(impl tower::Service<Request<Bytes>> + Clone + Send + Sync + 'static)) {}
    let world = World::start().await;
    let client: ServiceClient = world.client();
    is_a_service(&client);
    let layered = ServiceBuilder::new()
        .buffer(8)
        .concurrency_limit(2)
        .service(client);

    let answer = layered.oneshot(world.request()).await;

    assert_eq!(answer.unwrap().status(), 200);
    assert!(format!("{:?} {:?}", world.client(), world.tool.services()).len() < 300);
}

#[tokio::test]
async fn a_call_that_cannot_be_made_says_who_has_to_do_what() {
    let world = World::start().await;
    let url = world.services.line_items_url();
    let none: [&str; 0] = [];
    let no_scope = world.tool.services().client(&world.launch(), &url, none);
    assert_eq!(no_scope.unwrap_err().kind(), ServiceErrorKind::ValueInvalid);
    for no_scope in ["", " ", "two scopes", " led", "a\nline", "a\"b", "ü"] {
        let scopes = ["a-scope", no_scope];
        let refused = world.tool.services().client(&world.launch(), &url, scopes);
        assert_eq!(refused.unwrap_err().kind(), ServiceErrorKind::ValueInvalid);
    }

    let without = World::with_registration(|_| {
        let base = "http://127.0.0.1:1";
        tower_lti::registration::Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint(format!("{base}/auth"))
            .jwks_url(format!("{base}/jwks"))
    })
    .await;
    let error = without.list().await.unwrap_err();
    assert_eq!(error.code(), "token_endpoint_missing");
}
