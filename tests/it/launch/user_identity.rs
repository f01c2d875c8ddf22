//! Who somebody is, and that nobody is told.

use serde_json::json;
use tower_lti::{claims::names, testing::IdToken};

use crate::app::{App, NOW, body, code};

async fn launch(
    app: &App,
    change: impl FnOnce(IdToken) -> IdToken,
) -> http::Response<bytes::Bytes> {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW)).sign();
    browser.launch(&request, &token).await
}

// LAUNCH-83, LAUNCH-84, LAUNCH-85, C23, A1, A2
#[tokio::test]
async fn an_anonymous_launch_gets_in_only_where_it_may_and_only_without_a_name() {
    let strict = App::new();
    let answer = launch(&strict, |token| token.without_claim("sub")).await;
    assert_eq!(code(&answer), "token_rejected");

    let open = App::with(|builder| builder.allow_anonymous());
    let answer = launch(&open, |token| token.without_claim("sub")).await;
    assert_eq!(answer.status(), 200);
    assert!(body(&answer)["sub"].is_null());
    for (name, value) in [
        ("name", json!("A")),
        ("email", json!("a@b.test")),
        ("picture", json!(1)),
    ] {
        let answer = launch(&open, |token| token.without_claim("sub").claim(name, value)).await;
        assert_eq!(code(&answer), "token_rejected", "{name}");
    }
    let answer = launch(&open, |token| token.claim("sub", "")).await;
    assert_eq!(code(&answer), "launch_invalid");
    // An empty name names nobody.
    let answer = launch(&open, |token| token.without_claim("sub").claim("name", "")).await;
    assert_eq!(answer.status(), 200);
}

// LAUNCH-81, ROLE-11, ROLE-12, R1 of the platforms
#[tokio::test]
async fn roles_are_those_of_this_launch_whatever_they_are() {
    let app = App::new();
    for (roles, instructor) in [
        (
            json!([
                "Instructor",
                "urn:lti:role:ims/lis/Learner",
                "https://vendor.example/roles#NotInstructor",
                ""
            ]),
            true,
        ),
        (
            json!([
                "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
            ]),
            false,
        ),
        (
            json!(["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"]),
            false,
        ),
        (json!(["Learner", "Learner"]), false),
    ] {
        let sent = roles.clone();
        let answer = launch(&app, |token| token.claim(names::ROLES, roles)).await;
        assert_eq!(body(&answer)["roles"], sent);
        assert_eq!(body(&answer)["instructor"], instructor, "{sent}");
    }
}
