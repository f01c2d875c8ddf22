//! A deep linking request to a tool that offers no content.

use bytes::Bytes;
use http::{Response, header};
use serde_json::json;
use tower_lti::{
    LtiError,
    claims::names,
    error::LtiErrorKind::{self, DeepLinkingNotOffered, NonceReplayed},
    testing::IdToken,
};

use super::picker::{self, RETURN_URL, claims, settings};
use crate::app::{App, NOW};

/// A launch of content selection, at a layer that was told nothing of it, as a browser shows it.
async fn launched(
    app: &App,
    change: impl FnOnce(IdToken) -> IdToken,
    times: usize,
) -> Vec<Response<Bytes>> {
    let layer = tower_lti::LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let calls = app.calls.clone();
    let handler = tower::service_fn(move |_: http::Request<http_body_util::Full<Bytes>>| {
        calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let body = http_body_util::Full::<Bytes>::default();
        std::future::ready(Ok::<_, std::convert::Infallible>(Response::new(body)))
    });
    let launch = tower_layer::Layer::layer(&layer, handler);
    let mut browser =
        tower_lti::testing::Browser::new(tower_lti::LtiLogin::new(app.tool.clone()), launch);
    let login = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.deep_linking_token(&login, NOW);
    let token = change(token.claim(names::DEEP_LINKING_SETTINGS, settings())).sign();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token", &token)
        .append_pair("state", login.state())
        .finish();
    let cookies = browser.cookies().clone();
    let mut answers = Vec::new();
    for _ in 0..times {
        *browser.cookies() = cookies.clone();
        let request = http::Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .body(http_body_util::Full::from(form.clone()));
        answers.push(browser.send_launch(request.unwrap()).await);
    }
    answers
}

fn error(answer: &Response<Bytes>) -> &LtiError {
    answer
        .extensions()
        .get::<LtiError>()
        .expect("it is refused")
}

fn text(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).unwrap()
}

// N41, DL-24, DL-21
#[tokio::test]
async fn a_tool_without_content_says_so_and_leads_back_by_a_signed_response() {
    let app = picker::app();
    let answers = launched(&app, |token| token, 1).await;
    let [answer] = &answers[..] else {
        panic!("one answer")
    };

    assert_eq!(error(answer).kind(), DeepLinkingNotOffered);
    assert_eq!(
        (answer.status().as_u16(), error(answer).code().as_str()),
        (400, "content_not_offered")
    );
    let (action, jwt) = error(answer).way_back_form().unwrap();
    assert_eq!(action, RETURN_URL);
    let mut said = claims(jwt);
    let nonce = said["nonce"].take();
    assert!(nonce.as_str().unwrap().len() >= 22);
    let expected = json!({
        "iss": "tool-1",
        "aud": "https://lms.test",
        "iat": NOW - 10,
        "exp": NOW + 290,
        "nonce": null,
        names::MESSAGE_TYPE: "LtiDeepLinkingResponse",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "dep-1",
        names::CONTENT_ITEMS: [],
        names::DEEP_LINKING_DATA: settings()["data"],
        names::DEEP_LINKING_ERRORMSG: "This tool has no content to choose from here.",
    });
    assert_eq!(said, expected);
    let form = format!(
        "<form method=\"post\" action=\"{RETURN_URL}\">\n<input type=\"hidden\" name=\"JWT\" value=\"{jwt}\">\n\
         <button id=\"back\">Back to your course</button>\n</form>"
    );
    assert!(text(answer).contains(&form), "{}", text(answer));
    assert!(
        !text(answer).contains("<script"),
        "nothing is posted by itself"
    );
    let policy = &answer.headers()[header::CONTENT_SECURITY_POLICY];
    let expected = "default-src 'none'; style-src 'unsafe-inline'; form-action https://lms.test; base-uri 'none'";
    assert_eq!(policy, expected);
    assert!(!format!("{:?}", error(answer)).contains(jwt));
    assert_eq!(app.calls(), 0);
}

// N41, DL-17
#[tokio::test]
async fn the_way_back_names_a_subject_for_blackboard_alone() {
    for (family, has_subject) in [
        ("BlackboardLearn", true),
        ("canvas", false),
        ("moodle", false),
    ] {
        let platform = json!({"guid": "lms", "product_family_code": family});
        let app = picker::app();
        let answers = launched(&app, |token| token.claim(names::TOOL_PLATFORM, platform), 1).await;
        let (_, jwt) = error(&answers[0]).way_back_form().unwrap();
        let has = claims(jwt).get("sub").is_some();
        assert_eq!(has, has_subject, "{family}");
        let referrer = &answers[0].headers()[header::REFERRER_POLICY];
        assert_eq!(referrer, "strict-origin", "the platform sees an origin");
    }
}

// N41
#[tokio::test]
async fn its_nonce_is_consumed_and_nothing_is_created() {
    let app = picker::app();

    let answers = launched(&app, |token| token, 2).await;

    let kinds: Vec<LtiErrorKind> = answers.iter().map(|answer| error(answer).kind()).collect();
    assert_eq!(kinds, [DeepLinkingNotOffered, NonceReplayed]);
    assert_eq!(error(&answers[1]).way_back_form(), None);
    assert_eq!(
        (app.store.nonce_count(), app.store.deployment_count()),
        (1, 0)
    );
    assert_eq!(app.calls(), 0);
}

// N41
#[tokio::test]
async fn a_tool_that_cannot_sign_leads_back_by_a_link_if_there_is_one() {
    let back = json!({"return_url": "https://lms.test/course/2"});
    let app = App::new();
    let answers = launched(
        &app,
        |token| token.claim(names::LAUNCH_PRESENTATION, back),
        1,
    )
    .await;
    assert_eq!(error(&answers[0]).kind(), DeepLinkingNotOffered);
    assert_eq!(error(&answers[0]).way_back_form(), None);
    let link = "<a href=\"https://lms.test/course/2\">Back to your course</a>";
    assert!(text(&answers[0]).contains(link), "{}", text(&answers[0]));

    let app = App::new();
    let answers = launched(&app, |token| token, 1).await;
    assert!(!text(&answers[0]).contains("Back to your course"));
}

// N41
#[tokio::test]
async fn what_is_wrong_with_it_otherwise_is_said_first() {
    for (name, value, expected) in [
        (names::VERSION, json!("1.1"), LtiErrorKind::ClaimInvalid),
        (
            names::TARGET_LINK_URI,
            json!("https://evil.test/"),
            LtiErrorKind::TargetMismatch,
        ),
        ("nonce", json!("another"), LtiErrorKind::NonceMismatch),
        ("exp", json!(NOW - 3_600), LtiErrorKind::TokenExpired),
        (
            names::DEEP_LINKING_SETTINGS,
            json!({}),
            LtiErrorKind::ClaimInvalid,
        ),
    ] {
        let app = picker::app();
        let answers = launched(&app, |token| token.claim(name, value), 1).await;
        assert_eq!(error(&answers[0]).kind(), expected, "{name}");
        assert_eq!(error(&answers[0]).way_back_form(), None);
        assert_eq!(app.store.nonce_count(), 0);
    }
}
