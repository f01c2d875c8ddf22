//! Launches that go through, and what the handler sees of them.

use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tower_lti::{LaunchContext, claims::names};

use crate::app::{App, NOW, body};

// LAUNCH-01, LAUNCH-31, LAUNCH-32, LAUNCH-95, MODEL-02, MODEL-03
#[tokio::test]
async fn a_good_launch_reaches_the_handler_and_the_next_finds_the_deployment() {
    let app = App::new();
    let mut browser = app.browser();
    for created in [true, false] {
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(body(&answer)["sub"], "user-1");
        assert_eq!(body(&answer)["created"], created);
    }
    assert_eq!(app.store.deployment_count(), 1);
    assert_eq!(app.platform.fetches(), 1);
}

// CERT-INS-5, LAUNCH-80, LAUNCH-86, LAUNCH-87, CLAIM-50, L19, C14, C15, C33
#[tokio::test]
async fn lawful_oddities_are_accepted() {
    let app = App::new();
    for (odd, name, value) in [
        ("no roles", names::ROLES, json!([])),
        ("an audience in an array", "aud", json!(["tool-1"])),
        (
            "another party beside one audience",
            "azp",
            json!("somebody"),
        ),
        ("a context that is null", names::CONTEXT, Value::Null),
        ("an empty e-mail address", "email", json!("")),
        (
            "a custom parameter that is a number",
            names::CUSTOM,
            json!({"n": 12.5, "s": null}),
        ),
        (
            "a vendor's claim",
            "http://www.vendor.example",
            json!({"a.b": [1, {"c": null}]}),
        ),
        ("an expiry with a fraction", "exp", json!(NOW as f64 + 60.5)),
        ("an expiry in another age", "exp", json!(i64::MAX)),
        ("a not-before of now", "nbf", json!(NOW + 20)),
    ] {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app
            .platform
            .id_token(&request, NOW)
            .claim(name, value)
            .sign();
        assert_eq!(
            browser.launch(&request, &token).await.status(),
            200,
            "{odd}"
        );
    }
}

// DL-01, DL-02, LAUNCH-90
#[tokio::test]
async fn a_deep_linking_request_goes_through() {
    let app = App::new();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app
        .platform
        .deep_linking_token(&request, NOW)
        .without_claim(names::ROLES)
        .sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
}

// E03
#[tokio::test]
async fn a_context_lives_in_a_session_and_shows_nobody_in_debug() {
    let app = App::new();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
    let keep = seen.clone();
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        *keep.lock().unwrap() = request.extensions().get::<LaunchContext>().cloned();
        std::future::ready(Ok::<_, std::convert::Infallible>(http::Response::new(
            Full::<Bytes>::default(),
        )))
    });
    let launch =
        tower_layer::Layer::layer(&tower_lti::LtiLaunchLayer::new(app.tool.clone()), handler);
    let login = tower_lti::LtiLogin::new(app.tool.clone());
    let mut browser = tower_lti::testing::Browser::new(login, launch);
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app
        .platform
        .id_token(&request, NOW)
        .claim("name", "Canary Name")
        .claim("email", "canary@example.org")
        .claim(names::CUSTOM, json!({"secret": "canary-custom"}))
        .sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    let launch = seen.lock().unwrap().take().unwrap();
    let debug = format!(
        "{launch:?} {:?} {:?}",
        launch.claims().user(),
        launch.claims().custom()
    );
    for secret in ["anary", "user-1"] {
        assert!(!debug.contains(secret), "{secret} in {debug}");
    }
    let session = serde_json::to_string(&launch.to_stored()).unwrap();
    let again = LaunchContext::trust_stored(serde_json::from_str(&session).unwrap()).unwrap();
    assert_eq!(again.claims().user().unwrap().name(), Some("Canary Name"));
    assert_eq!(again.user_key(), launch.user_key());
    assert_eq!(again.deployment().key(), launch.deployment().key());
}

// Other programs on the host may set cookies in any bytes; they are not looked at.
#[tokio::test]
async fn a_strange_cookie_beside_ours_does_no_harm() {
    let app = App::new();
    for strange in [&b"theme=d\xc3\xa4mmerung"[..], b"raw=\xff\xfe", b"; =; x"] {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let (name, value) = browser.cookies().iter().next().unwrap();
        let cookies = [strange, format!("; {name}={value}").as_bytes()].concat();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &token)
            .append_pair("state", request.state())
            .finish();
        let post = Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(
                header::COOKIE,
                header::HeaderValue::from_bytes(&cookies).unwrap(),
            )
            .body(Full::new(Bytes::from(form)))
            .unwrap();
        assert_eq!(
            browser.send_raw_launch(post).await.status(),
            200,
            "{strange:?}"
        );
    }
}

// MODEL-08: a context whose id can be none is no context, and stays readable as it was sent
#[tokio::test]
async fn a_context_is_known_by_an_id_that_can_be_one() {
    let app = App::new();
    let long = "c".repeat(256);
    for (id, known) in [
        (json!("c".repeat(255)), true),
        (json!("Course-1"), true),
        (json!(long), false),
        (json!(""), false),
        (json!(7), false),
    ] {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let context = json!({"id": id, "title": "Biology"});
        let token = app
            .platform
            .id_token(&request, NOW)
            .claim(names::CONTEXT, context.clone())
            .sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(answer.status(), 200);
        let seen = if known { id.clone() } else { Value::Null };
        assert_eq!(body(&answer)["context_id"], seen);
        assert_eq!(body(&answer)["raw_context"], context);
    }
}
