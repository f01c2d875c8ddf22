//! What the page says is so, and what to do first comes first.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tower_lti::{
    LtiError, MemoryStore, error::LtiErrorKind, registration::Registrations, testing::Platform,
};

use crate::app::{App, NOW, body};

fn told(answer: &Response<Bytes>) -> (Option<LtiErrorKind>, String, String) {
    let kind = answer.extensions().get::<LtiError>().map(LtiError::kind);
    let text = |name: &str| body(answer)[name].as_str().unwrap_or_default().to_owned();
    (kind, text("message"), text("remedy"))
}

/// A login at one instance, and its launch at another.
async fn launched_elsewhere(before: &App, after: &App) -> Response<Bytes> {
    let mut browser = before.browser();
    let request = browser.log_in(&before.platform).await.unwrap();
    let token = before.platform.id_token(&request, NOW).sign();
    let mut later = after.browser();
    *later.cookies() = browser.cookies().clone();
    later.launch(&request, &token).await
}

// N11
#[tokio::test]
async fn a_restart_is_told_as_one_and_the_remedy_is_to_open_it_again() {
    // Without a secret each process makes one of its own.
    let answer = launched_elsewhere(&App::new(), &App::new()).await;
    let (kind, message, remedy) = told(&answer);
    assert_eq!(kind, Some(LtiErrorKind::StateForged));
    assert!(
        message.contains("restarted") && !message.contains("browser"),
        "{message}"
    );
    assert!(
        remedy.starts_with("Open the tool again from your course"),
        "{remedy}"
    );

    // With one, over a store that forgets.
    let before = App::over(MemoryStore::default(), |builder, _| builder);
    before.clock.set_wall_unix(NOW - 30);
    let after = App::over(MemoryStore::default(), |builder, _| builder);
    after.clock.advance(Duration::from_secs(5));
    let (kind, message, remedy) = told(&launched_elsewhere(&before, &after).await);
    assert_eq!(kind, Some(LtiErrorKind::StateBeforeMemory));
    assert!(
        message.contains("restarted") && !message.contains("too long"),
        "{message}"
    );
    assert!(remedy.contains("open the tool again"), "{remedy}");
}

// N11
#[tokio::test]
async fn a_login_without_a_client_id_is_not_told_that_the_platform_is_unknown() {
    let app = App::with(|builder| {
        let two = ["tool-1", "tool-2"].map(|id| Platform::new("https://lms.test", id));
        builder.registrations(Registrations::new(two.map(|one| one.registration())).unwrap())
    });
    let query = "iss=https://lms.test&login_hint=x&target_link_uri=https://tool.test/app";
    let (kind, message, remedy) = told(&app.browser().get_login(query).await);
    assert_eq!(kind, Some(LtiErrorKind::ClientIdNeeded));
    assert!(!message.contains("does not know"), "{message}");
    assert!(
        remedy.starts_with("Open the tool again from your course"),
        "{remedy}"
    );
}

// N37
#[tokio::test]
async fn what_is_meant_for_another_address_is_recognised_at_both() {
    let login = "iss=https://lms.test&login_hint=x&target_link_uri=https://tool.test/app";
    let own = "scope=openid&response_type=id_token&client_id=tool-1&redirect_uri=https://tool.test/lti/launch&login_hint=x&state=s&nonce=n";
    let token_request = "grant_type=client_credentials&client_assertion=x";
    let old = "lti_message_type=basic-lti-launch-request&lti_version=LTI-1p0&oauth_consumer_key=k";
    let registration = "openid_configuration=https://lms.test/openid&registration_token=t";
    use LtiErrorKind as Kind;
    for (fields, at_login, at_launch) in [
        (login, None, Some(Kind::LoginAtLaunchUrl)),
        (
            "id_token=x&state=y",
            Some(Kind::AnswerAtLoginUrl),
            Some(Kind::StateForged),
        ),
        (
            "id_token=x",
            Some(Kind::AnswerAtLoginUrl),
            Some(Kind::StateMissing),
        ),
        (
            "error=x&state=y",
            Some(Kind::AnswerAtLoginUrl),
            Some(Kind::StateForged),
        ),
        (
            own,
            Some(Kind::OwnAuthenticationRequest),
            Some(Kind::OwnAuthenticationRequest),
        ),
        (
            "JWT=x",
            Some(Kind::DeepLinkingResponse),
            Some(Kind::DeepLinkingResponse),
        ),
        (
            token_request,
            Some(Kind::AccessTokenRequest),
            Some(Kind::AccessTokenRequest),
        ),
        (old, Some(Kind::Lti11Launch), Some(Kind::Lti11Launch)),
        (
            registration,
            Some(Kind::RegistrationRequest),
            Some(Kind::RegistrationRequest),
        ),
    ] {
        let app = App::new();
        let (kind, message, _) = told(&app.browser().get_login(fields).await);
        assert_eq!(kind, at_login, "{fields} at the login URL");
        assert!(
            !message.contains("could not be read"),
            "{fields}: {message}"
        );
        let (kind, message, _) = told(&app.browser().post_launch(fields).await);
        assert_eq!(kind, at_launch, "{fields} at the launch URL");
        assert!(
            !message.contains("could not be read"),
            "{fields}: {message}"
        );
    }
    // Some of them come by GET.
    for (query, status, expected) in [
        (login, 400, Kind::LoginAtLaunchUrl),
        (own, 400, Kind::OwnAuthenticationRequest),
        ("", 405, Kind::MethodNotAllowed),
        ("id_token=x&state=y", 405, Kind::MethodNotAllowed),
    ] {
        let request = http::Request::get(format!("/lti/launch?{query}"))
            .header(http::header::ACCEPT, "application/json")
            .body(http_body_util::Full::default())
            .unwrap();
        let answer = App::new().browser().send_launch(request).await;
        let (kind, _, remedy) = told(&answer);
        assert_eq!(
            (answer.status().as_u16(), kind),
            (status, Some(expected)),
            "{query}"
        );
        assert!(
            status == 400 || remedy.contains("from your course"),
            "{remedy}"
        );
    }
}

// N10
#[tokio::test]
async fn a_sub_that_is_wrong_is_an_invalid_launch_and_not_an_anonymous_one() {
    use serde_json::json;
    for allowed in [true, false] {
        for (sub, says) in [
            (json!(7), "is a number"),
            (json!(""), "is an empty string"),
            (json!("  "), "nothing but spaces"),
            (json!("us\u{e9}r"), "not printable ASCII"),
            (json!("x".repeat(256)), "longer than 255"),
            (json!({"canary": 1}), "is an object"),
        ] {
            let app = App::with(|builder| {
                if allowed {
                    builder.allow_anonymous()
                } else {
                    builder
                }
            });
            let mut browser = app.browser();
            let request = browser.log_in(&app.platform).await.unwrap();
            let token = app.platform.id_token(&request, NOW).claim("sub", sub);
            let answer = browser.launch(&request, &token.sign()).await;
            let error = answer.extensions().get::<LtiError>().unwrap();
            assert_eq!(error.code().as_str(), "launch_invalid", "{says}");
            assert_eq!(error.detail().field(), Some("sub"));
            let source = std::error::Error::source(error).unwrap().to_string();
            assert!(
                source.contains(says) && !source.contains("anonymous"),
                "{source}"
            );
        }
    }
}
