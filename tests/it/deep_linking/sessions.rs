//! Handles that are bound to the application's own session, in place of a cookie.

use http::HeaderMap;
use tower_lti::{
    LaunchContext,
    error::LtiErrorKind::{DeepLinkingHandleForeign, DeepLinkingHandleForged},
    testing::LaunchContextBuilder,
};

use super::picker::{self, request, request_of};

const SECRET: &str = "what this session alone has";

fn launch(issuer: &str, client_id: &str, deployment: &str, sub: Option<&str>) -> LaunchContext {
    let launch = LaunchContextBuilder::new(issuer, client_id)
        .claim(tower_lti::claims::names::DEPLOYMENT_ID, deployment);
    match sub {
        Some(sub) => launch.claim("sub", sub).build(),
        None => launch.without_claim("sub").build(),
    }
}

// S24, ADV-74, DL-08
#[tokio::test]
async fn a_session_s_handle_is_for_its_user_deployment_and_registration() {
    let app = picker::app();
    let request = request(&app).await;
    let handle = request.handle_for_session(&app.tool, SECRET).unwrap();
    let (lms, tool) = ("https://lms.test", "tool-1");
    for (what, launch) in [
        ("another user", launch(lms, tool, "dep-1", Some("user-2"))),
        ("nobody", launch(lms, tool, "dep-1", None)),
        (
            "another deployment",
            launch(lms, tool, "dep-2", Some("user-1")),
        ),
        (
            "another client id",
            launch(lms, "tool-2", "dep-1", Some("user-1")),
        ),
        (
            "another issuer",
            launch("https://lms.test/", tool, "dep-1", Some("user-1")),
        ),
    ] {
        let opened = app
            .tool
            .open_deep_linking_in_session(&handle, &launch, SECRET);
        assert_eq!(
            opened.unwrap_err().kind(),
            DeepLinkingHandleForeign,
            "{what}"
        );
    }
    for (what, secret) in [
        ("another session's", "what another session has"),
        ("none", ""),
        ("half of it", &SECRET[..9]),
    ] {
        let opened = app
            .tool
            .open_deep_linking_in_session(&handle, request.launch(), secret);
        assert_eq!(
            opened.unwrap_err().kind(),
            DeepLinkingHandleForeign,
            "{what}"
        );
    }
    let in_browser = app.tool.open_deep_linking(&handle, &HeaderMap::new());
    assert_eq!(in_browser.unwrap_err().kind(), DeepLinkingHandleForged);

    // The session's launch may be another one of the same user: a second visit.
    let again = launch(lms, tool, "dep-1", Some("user-1"));
    let opened = app
        .tool
        .open_deep_linking_in_session(&handle, &again, SECRET);
    let signed = opened.unwrap().respond().sign().await;
    assert!(signed.is_ok());
}

// DL-06, S24
#[tokio::test]
async fn a_request_that_names_nobody_is_answered_in_a_session_that_names_nobody() {
    let app = picker::app();
    let request = request_of(&app, |token| token.without_claim("sub")).await;
    let handle = request.handle_for_session(&app.tool, SECRET).unwrap();
    let named = launch("https://lms.test", "tool-1", "dep-1", Some("user-1"));

    let foreign = app
        .tool
        .open_deep_linking_in_session(&handle, &named, SECRET);
    let opened = app
        .tool
        .open_deep_linking_in_session(&handle, request.launch(), SECRET);

    assert_eq!(foreign.unwrap_err().kind(), DeepLinkingHandleForeign);
    assert_eq!(opened.unwrap().user(), None);
}

// S24
#[tokio::test]
async fn a_session_without_a_secret_worth_the_name_gets_no_handle() {
    let app = picker::app();
    let request = request(&app).await;
    for secret in ["", "fifteen bytes !"] {
        let refused = request.handle_for_session(&app.tool, secret).unwrap_err();
        assert_eq!(refused.kind(), DeepLinkingHandleForeign, "{secret:?}");
        assert!(refused.detail().hint().unwrap().contains("16 bytes"));
    }
    assert!(
        request
            .handle_for_session(&app.tool, "sixteen bytes it")
            .is_ok()
    );
}
