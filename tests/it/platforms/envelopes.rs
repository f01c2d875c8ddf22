//! The form that the browser posts to the launch URL.

use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use tower_lti::{error::LtiErrorKind, testing::Platform};

use super::lms::{app_at, form, kind};
use crate::app::{App, NOW};

fn app() -> App {
    app_at(&[Platform::new("https://lms.test", "tool-1")])
}

fn untouched(app: &App) -> bool {
    (
        app.calls(),
        app.store.nonce_count(),
        app.store.deployment_count(),
    ) == (0, 0, 0)
}

// PLAT-P1
#[tokio::test]
async fn a_platform_without_a_session_is_answered_with_what_to_do() {
    for (error, expected) in [
        ("login_required", LtiErrorKind::PlatformLoginRequired),
        ("interaction_required", LtiErrorKind::PlatformLoginRequired),
        ("launch_no_longer_valid", LtiErrorKind::PlatformError),
    ] {
        let app = app();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let answer = browser
            .post_launch(form(&[
                ("error", error),
                ("error_description", "Nobody has an active session <here>"),
                ("state", request.state()),
            ]))
            .await;
        assert_eq!(
            (answer.status().as_u16(), kind(&answer)),
            (401, Some(expected))
        );
        assert!(!String::from_utf8_lossy(answer.body()).contains("active session"));
        assert!(untouched(&app));

        // That login is over: its cookie is gone.
        assert!(browser.cookies().is_empty());
        let token = app.platform.id_token(&request, NOW).sign();
        let late = browser.launch(&request, &token).await;
        assert_eq!(kind(&late), Some(LtiErrorKind::CookieMissing));
    }
}

// PLAT-P2: the reference implementation posts its own form's button
#[tokio::test]
async fn fields_that_mean_nothing_here_are_let_by() {
    let app = app();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let posted = form(&[
        ("utf8", "✓"),
        ("id_token", &token),
        ("state", request.state()),
        ("commit", "Perform Launch"),
    ]);
    assert_eq!(browser.post_launch(posted).await.status(), 200);
}

// PLAT-P3
#[tokio::test]
async fn a_form_is_taken_in_each_spelling_of_its_type_and_nothing_else_is() {
    let app = app();
    for (content_type, status) in [
        ("application/x-www-form-urlencoded", 200),
        ("application/x-www-form-urlencoded; charset=UTF-8", 200),
        ("APPLICATION/X-WWW-FORM-URLENCODED;CHARSET=utf-8", 200),
        ("application/json", 415),
        ("multipart/form-data; boundary=b0undary", 415),
    ] {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let posted = form(&[("id_token", &token), ("state", request.state())]);
        let post = Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, content_type)
            .body(Full::<Bytes>::from(posted))
            .unwrap();
        let answer = browser.send_launch(post).await;
        assert_eq!(answer.status(), status, "{content_type}");
    }
}

// PLAT-P4
#[tokio::test]
async fn a_hostile_form_is_refused_and_the_launch_still_gets_in() {
    let app = app();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let state = request.state();
    let with_state = |state: &str| format!("id_token={token}&state={state}");
    for (what, posted, expected) in [
        (
            "5 MiB",
            "x=".to_owned() + &"y".repeat(5 << 20),
            LtiErrorKind::BodyTooLarge,
        ),
        (
            "a state of 100 kB",
            with_state(&"s".repeat(100_000)),
            LtiErrorKind::FieldTooLong,
        ),
        (
            "a state that is a line feed",
            with_state("%0A"),
            LtiErrorKind::StateForged,
        ),
        (
            "a state that is a NUL",
            with_state("%00"),
            LtiErrorKind::StateForged,
        ),
        (
            "a line feed behind the state",
            with_state(&format!("{state}%0A")),
            LtiErrorKind::StateForged,
        ),
        (
            "a state in brackets",
            format!("id_token={token}&state[]={state}"),
            LtiErrorKind::StateMissing,
        ),
        (
            "two tokens",
            format!("id_token={token}&id_token={token}&state={state}"),
            LtiErrorKind::FieldRepeated,
        ),
    ] {
        let answer = browser.post_launch(posted).await;
        assert_eq!(kind(&answer), Some(expected), "{what}");
        assert!(untouched(&app), "{what}");
    }
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
}

// PLAT-P5: a script of Sakai's posts the form again before the first answer is there
#[tokio::test(flavor = "multi_thread")]
async fn of_a_form_posted_twice_the_first_wins() {
    let app = app();
    let mut first = app.browser();
    let request = first.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let mut second = first.clone();
    let answers = tokio::join!(
        first.launch(&request, &token),
        second.launch(&request, &token)
    );
    let mut kinds = [kind(&answers.0), kind(&answers.1)];
    kinds.sort_by_key(Option::is_some);
    assert_eq!(kinds, [None, Some(LtiErrorKind::NonceReplayed)]);
    assert_eq!(app.calls(), 1);
    assert_eq!(
        (app.store.nonce_count(), app.store.deployment_count()),
        (1, 1)
    );

    // And once more after it, by a browser that has taken the cookie away.
    let answer = first.launch(&request, &token).await;
    assert_eq!(kind(&answer), Some(LtiErrorKind::CookieMissing));
    assert_eq!(app.calls(), 1);
}

// PLAT-P7
#[tokio::test]
async fn states_and_nonces_need_no_escaping() {
    let app = app();
    let mut browser = app.browser();
    for _ in 0..20 {
        let request = browser.log_in(&app.platform).await.unwrap();
        for text in [request.state(), request.nonce()] {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            assert!(!text.is_empty() && text.bytes().all(plain), "{text}");
        }
    }
}
