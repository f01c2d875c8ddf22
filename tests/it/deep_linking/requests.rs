//! What reaches the picker's handler, and how it asks for it.

use axum::{Router, routing::post};
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_lti::{
    LtiLaunchLayer, LtiLogin,
    claims::{MessageType, names},
    deep_linking::DeepLinkingRequest,
    testing::{Browser, IdToken},
};

use super::picker::{self, Picker, RETURN_URL, request_of, settings};
use crate::app::{App, NOW, code};

async fn picker_page(request: DeepLinkingRequest) -> String {
    let named = request
        .launch()
        .claims()
        .sub()
        .unwrap_or("nobody")
        .to_owned();
    format!(
        "{named} chooses for {}",
        request.settings().deep_link_return_url()
    )
}

async fn either(request: Option<DeepLinkingRequest>) -> &'static str {
    request.map_or("a lesson", |_| "a picker")
}

/// The answer of this handler to a launch with these claims, and its code if it refuses.
async fn answer(
    app: &App,
    handler: axum::routing::MethodRouter,
    choosing: bool,
) -> (u16, String, String) {
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .accept_message_type(MessageType::DeepLinking);
    let router = Router::new().route("/lti/launch", handler).layer(layer);
    let router = router.route_service("/lti/login", LtiLogin::new(app.tool.clone()));
    let service = router.into_service::<http_body_util::Full<bytes::Bytes>>();
    let mut browser = Browser::new(service.clone(), service).accepting("application/json");
    let login = browser.log_in(&app.platform).await.unwrap();
    let token = if choosing {
        app.platform.deep_linking_token(&login, NOW)
    } else {
        app.platform.id_token(&login, NOW)
    };
    let answer = browser.launch(&login, &token.sign()).await;
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    (answer.status().as_u16(), text, code(&answer))
}

// DL-01
#[tokio::test]
async fn an_extractor_takes_what_chooses_content_and_refuses_what_does_not() {
    let app = picker::app();
    let chosen = answer(&app, post(picker_page), true).await;
    assert_eq!(chosen.0, 200);
    assert_eq!(chosen.1, "user-1 chooses for https://lms.test/return");
    let lesson = answer(&app, post(picker_page), false).await;
    assert_eq!((lesson.0, &*lesson.2), (400, "launch_invalid"));

    assert_eq!(answer(&app, post(either), true).await.1, "a picker");
    assert_eq!(answer(&app, post(either), false).await.1, "a lesson");
}

// DL-01
#[tokio::test]
async fn an_extractor_outside_of_a_launch_finds_nothing() {
    let router = Router::new()
        .route("/picker", post(picker_page))
        .route("/either", post(either));
    for (path, status) in [("/picker", 401), ("/either", 200)] {
        let request = Request::post(path).body(axum::body::Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}

fn with_settings(more: Value) -> impl FnOnce(IdToken) -> IdToken {
    let mut all = settings();
    all.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    |token| token.claim(names::DEEP_LINKING_SETTINGS, all)
}

// DL-01, DL-02, DL-03, DL-04, DL-06
#[tokio::test]
async fn what_may_be_missing_may_and_what_nobody_knows_is_passed_over() {
    let app = picker::app();
    let bare = json!({"deep_link_return_url": RETURN_URL});
    let request = request_of(&app, |token| {
        token
            .claim(names::DEEP_LINKING_SETTINGS, bare)
            .without_claim("sub")
            .without_claim(names::ROLES)
            .without_claim(names::TARGET_LINK_URI)
    })
    .await;
    assert!(request.settings().accept_types().is_empty());
    assert!(
        request
            .settings()
            .accept_presentation_document_targets()
            .is_empty()
    );
    assert_eq!(request.launch().claims().sub(), None);
    assert!(request.launch().claims().roles().as_slice().is_empty());
    // It travels, and is answered, all the same.
    let answered = Picker::of(&request, &app.tool)
        .send(&app.tool)
        .await
        .unwrap();
    assert_eq!(answered.get(names::DEEP_LINKING_DATA), None);

    // Canvas adds members of its own, and others send a resource link.
    let more = json!({"validation_context": "abc", "errors": {"errors": {}}});
    let request = request_of(&app, |token| {
        with_settings(more)(token).claim(names::RESOURCE_LINK, json!({"id": "rl-1"}))
    })
    .await;
    assert!(request.launch().claims().resource_link().is_none());
    let handle = request.handle(&app.tool, &HeaderMap::new()).unwrap();
    assert!(handle.text().len() < 1_500, "{}", handle.text().len());
}

// DL-05
#[tokio::test]
async fn it_is_proven_like_any_launch() {
    type Change = fn(IdToken) -> IdToken;
    let changes: [(&str, Change, &str); 5] = [
        (
            "signed by a stranger",
            |token| token.signed_by(&tower_lti::testing::SigningKey::shared(1, "k1")),
            "token_rejected",
        ),
        (
            "of another issuer",
            |token| token.claim("iss", "https://evil.test"),
            "token_rejected",
        ),
        (
            "for another tool",
            |token| token.claim("aud", "tool-2"),
            "token_rejected",
        ),
        (
            "expired",
            |token| token.claim("exp", NOW - 3_600),
            "token_rejected",
        ),
        (
            "of another login",
            |token| token.claim("nonce", "another"),
            "token_rejected",
        ),
    ];
    for (what, change, expected) in changes {
        let app = picker::app();
        let mut browser = app.browser();
        let login = browser.log_in(&app.platform).await.unwrap();
        let token = change(app.platform.deep_linking_token(&login, NOW)).sign();
        let answer = browser.launch(&login, &token).await;
        assert_eq!(code(&answer), expected, "{what}");
        assert_eq!(app.calls(), 0);
    }
    let app = picker::app();
    let mut browser = app.browser();
    let login = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.deep_linking_token(&login, NOW).sign();
    let cookies = browser.cookies().clone();
    assert_eq!(browser.launch(&login, &token).await.status(), 200);
    *browser.cookies() = cookies;
    assert_eq!(
        code(&browser.launch(&login, &token).await),
        "replay_detected"
    );
}
