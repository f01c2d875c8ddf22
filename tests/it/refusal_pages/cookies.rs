//! A launch without its cookie: used before, or from a browser that blocks cookies.

use std::time::Duration;

use http::{Request, header};
use http_body_util::Full;
use tower::ServiceExt;
use tower_lti::{LtiLogin, error::LtiErrorKind};

use super::{arrive, error, kind, launch, page, post};
use crate::{app::App, onboarding::Answer};

const OVER: &str = "This launch was used already, as after a reload, or it is an old one.";
const BLOCKED: &str =
    "Your browser blocks cookies for this tool while it is shown inside a page of your course.";
const EITHER: &str = "This launch was used already, as after a reload, or your browser blocks cookies for this tool.";
const NEW_WINDOW: &str = "choose “open in new window” there";

/// What a page says of cookies, and what the error knows of them.
fn assert_says(answer: &Answer, message: &str, blocked: Option<bool>) {
    assert_eq!(answer.status(), 401);
    assert_eq!(kind(answer), LtiErrorKind::CookieMissing);
    assert_eq!(error(answer).cookies_blocked(), blocked);
    let page = page(answer);
    assert!(page.contains(&format!("<p>{message}</p>")), "{page}");
    let first = page.find("<strong>Open the tool again from your course");
    assert!(first.is_some(), "{page}");
    assert_eq!(page.contains(NEW_WINDOW), blocked != Some(false), "{page}");
    assert!(!page.contains("Back to your course"), "nothing is proven");
}

// N34
#[tokio::test]
async fn a_reload_in_a_frame_is_told_that_the_launch_was_used() {
    let app = App::new();
    let framed = [("sec-fetch-dest", "iframe")];
    let mut person = app.browser();
    let login = Request::get(
        "/lti/login?iss=https://lms.test&client_id=tool-1&login_hint=h&target_link_uri=https://tool.test/app",
    )
    .header("sec-fetch-dest", "iframe")
    // Of a launch before: without it, the login would find out first whether cookies work.
    .header("cookie", "__Host-lti-p=1")
    .body(Full::<bytes::Bytes>::default())
    .unwrap();
    let answer = LtiLogin::new(app.tool.clone())
        .oneshot(login)
        .await
        .unwrap();
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookies: Vec<_> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    let [own, probe] = cookies[..] else {
        panic!("a cookie of the login's, and a probe: {cookies:?}")
    };
    assert_eq!(
        probe,
        "__Host-lti-p=1; SameSite=None; Partitioned; Secure; Path=/; Max-Age=600"
    );
    let query = answer.headers()[header::LOCATION].to_str().unwrap();
    let query = query.split_once('?').unwrap().1.to_owned();
    let request =
        tower_lti::testing::AuthenticationRequest::from_query(&query, "https://tool.test/app");
    for cookie in [own, probe] {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        person.cookies().insert(name.to_owned(), value.to_owned());
    }
    let token = app.platform.id_token(&request, crate::app::NOW);

    let first = person.send_launch(post(&request, &token, &framed)).await;
    assert_eq!(first.status(), 200);
    let reload = person.send_launch(post(&request, &token, &framed)).await;

    assert_says(&reload, OVER, Some(false));
    // Another browser is told nothing of that, whether the token was used or not.
    let elsewhere = person
        .send_raw_launch(post(&request, &token, &framed))
        .await;
    assert_says(&elsewhere, BLOCKED, Some(true));
}

// N34
#[tokio::test]
async fn a_browser_that_sends_nothing_is_told_what_is_likely_first() {
    for (headers, message, blocked) in [
        (&[][..], EITHER, None),
        (&[("cookie", "")], EITHER, None),
        (&[("sec-fetch-dest", "document")], EITHER, None),
        (&[("sec-fetch-dest", "iframe")], BLOCKED, Some(true)),
        (&[("sec-fetch-dest", "frame")], BLOCKED, Some(true)),
        (&[("cookie", "theme=dark")], OVER, Some(false)),
        (&[("cookie", "__Host-lti-p=1")], OVER, Some(false)),
        (
            &[("sec-fetch-dest", "iframe"), ("cookie", "session=1")],
            OVER,
            Some(false),
        ),
    ] {
        let app = App::new();
        let mut person = app.browser();
        let (request, token) = arrive(&app, &mut person).await;

        let unused = person
            .send_raw_launch(post(&request, &token, headers))
            .await;
        assert_says(&unused, message, blocked);

        // What the page says does not tell whether the token was used.
        assert_eq!(launch(&mut person, &request, &token).await.status(), 200);
        let used = person
            .send_raw_launch(post(&request, &token, headers))
            .await;
        assert_says(&used, message, blocked);
        let alike = |answer: &Answer| page(answer).replace(error(answer).reference(), "");
        assert_eq!(alike(&unused), alike(&used), "{headers:?}");
    }
}

// N34
#[tokio::test]
async fn a_login_whose_cookie_has_expired_is_an_old_launch() {
    let app = App::new();
    let mut person = app.browser();
    let (request, token) = arrive(&app, &mut person).await;
    for (minutes, message, blocked) in [(9, BLOCKED, Some(true)), (1, OVER, Some(false))] {
        app.clock.advance(Duration::from_secs(minutes * 60));
        let headers = [("sec-fetch-dest", "iframe")];
        let answer = person
            .send_raw_launch(post(&request, &token, &headers))
            .await;
        assert_says(&answer, message, blocked);
    }
}

// N34, B18
#[tokio::test]
async fn a_login_that_is_no_frame_sets_one_cookie() {
    for destination in ["document", "empty", "image"] {
        let app = App::new();
        let login = Request::get(
            "/lti/login?iss=https://lms.test&client_id=tool-1&login_hint=h&target_link_uri=https://tool.test/app",
        )
        .header("sec-fetch-dest", destination)
        .body(Full::<bytes::Bytes>::default())
        .unwrap();
        let answer = LtiLogin::new(app.tool.clone())
            .oneshot(login)
            .await
            .unwrap();
        assert_eq!(
            answer.headers().get_all(header::SET_COOKIE).iter().count(),
            1
        );
    }
}
