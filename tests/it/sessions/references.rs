//! What a request names its session by, and those that name none.

use http::{HeaderMap, Method, header};
use tower_lti::{
    error::LtiErrorKind::{LaunchRequired, SessionCookieMissing, SessionForged},
    testing::LaunchContextBuilder,
};

use crate::{
    app::{App, body, code},
    sessions::{kind, visitor::Visitor},
};

// SESSION-18
#[tokio::test]
async fn a_request_that_has_nothing_to_do_with_sessions_passes_untouched() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    for (address, headers) in [
        ("/open", vec![]),
        (
            "/open?lti_sessions=1&my_lti_session=2&a=lti_session",
            vec![],
        ),
        ("/tool/", vec![]),
        ("/open", vec![("authorization", "Bearer someone-else-s")]),
        ("/open", vec![("authorization", "Basic ltis_x")]),
        (
            "/open",
            vec![("cookie", "other=1; lti-session-1=2; \u{00e9}=3")],
        ),
    ] {
        let answer = visitor.send(Method::GET, address, &headers).await;
        assert!(!answer.headers().contains_key(header::CACHE_CONTROL) || address == "/tool/");
        if address == "/tool/" {
            assert_eq!(code(&answer), "launch_required");
        } else {
            assert_eq!(answer.body(), "open to all", "{address}");
            assert!(!answer.headers().contains_key(header::REFERRER_POLICY));
        }
    }
}

// SESSION-18
#[tokio::test]
async fn a_page_that_needs_no_session_is_shown_whatever_is_sent_for_one() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    visitor.browser.cookies().insert(
        "__Host-lti-session-0000000000000000".to_owned(),
        "forged".to_owned(),
    );
    for address in [
        "/open",
        "/open?lti_session=",
        "/open?lti_session=nonsense",
        "/open?lti_session=0000000000000000",
        "/open?lti_session=ltis_AAAA",
    ] {
        let answer = visitor.get(address).await;
        assert_eq!(answer.body(), "open to all", "{address}");
    }
    assert_eq!(kind(&visitor.get("/course").await), Some(SessionForged));
}

// SESSION-04
#[tokio::test]
async fn a_public_id_in_the_path_says_which_cookie_counts() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    visitor.opens("history").await;
    let id = biology.split_once('=').unwrap().1;

    assert_eq!(
        visitor.sees(&format!("/tool/{id}")).await["course"],
        "biology"
    );
    assert_eq!(
        visitor.sees(&format!("/tool/{id}/x")).await["course"],
        "biology"
    );

    let unknown = visitor.get("/tool/6a000000AAAAAAAA").await;
    assert_eq!(kind(&unknown), Some(SessionCookieMissing));
}

// SESSION-05: a browser's only session is not taken for one that the path names wrongly
#[tokio::test]
async fn a_segment_that_is_no_reference_opens_nothing() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let biology = visitor.opens("biology").await;
    let id = biology.split_once('=').unwrap().1;
    for segment in [
        &id[1..],
        &id[..15],
        &format!("{id}x"),
        "help",
        "%20",
        "ltis_",
    ] {
        let path = visitor.get(&format!("/tool/{segment}")).await;
        let query = visitor.get(&format!("/course?lti_session={segment}")).await;
        assert_eq!(kind(&path), Some(SessionForged), "{segment}");
        assert_eq!(kind(&query), Some(SessionForged), "{segment}");
    }
    assert_eq!(visitor.sees("/toolbox").await["course"], "biology");
}

// SESSION-10
#[tokio::test]
async fn the_launch_of_a_session_starts_no_other() {
    let app = App::new();
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1").without_cookies();
    let launch = launch.build_in(&app.store).await;
    let headers = HeaderMap::new();
    let session = app.tool.start_session(&launch, &headers).await.unwrap();
    let found = app.tool.open_session(session.reference(), &headers).await;

    let refused = app
        .tool
        .start_session(found.unwrap().launch(), &headers)
        .await;

    assert_eq!(refused.unwrap_err().kind(), LaunchRequired);
}

// A form may bring the reference in a field.
#[tokio::test]
async fn an_application_starts_and_opens_sessions_by_itself() {
    let app = App::new();
    for without_cookies in [false, true] {
        let launch = LaunchContextBuilder::new("https://lms.test", "tool-1");
        let launch = if without_cookies {
            launch.without_cookies()
        } else {
            launch
        };
        let launch = launch.build_in(&app.store).await;
        let session = app
            .tool
            .start_session(&launch, &HeaderMap::new())
            .await
            .unwrap();
        let answer = session.with_cookie(http::Response::new(()));
        let mut headers = HeaderMap::new();
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            headers.insert(header::COOKIE, pair.parse().unwrap());
        }
        assert_eq!(headers.is_empty(), without_cookies);

        let opened = app.tool.open_session(session.reference(), &headers).await;

        let opened = opened.unwrap();
        assert_eq!(opened.launch().claims().sub(), Some("user-1"));
        assert_eq!(opened.secret(), session.secret());
        assert_eq!(opened.started_at(), session.started_at());
        assert_eq!(format!("{opened:?}"), "LtiSession(..)");
        opened.end().await.unwrap();
        let gone = app.tool.open_session(session.reference(), &headers).await;
        assert_eq!(gone.unwrap_err().code().as_str(), "session_over");
        let cleared = opened.with_cookie(http::Response::new(()));
        assert_eq!(cleared.headers().is_empty(), without_cookies);
    }
}

// SESSION-10: what others have put into a request is not believed
#[tokio::test]
async fn a_session_that_something_before_the_layer_put_there_counts_for_nothing() {
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    let app = App::new();
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1").build_in(&app.store);
    let launch = launch.await;
    let session = app.tool.start_session(&launch, &HeaderMap::new()).await;
    let session = session.unwrap();
    let mut request = http::Request::get("/course")
        .header(header::ACCEPT, "application/json")
        .body(http_body_util::Full::default())
        .unwrap();
    request.extensions_mut().insert(session);

    let answer = crate::sessions::tool_of(&app.tool).oneshot(request).await;

    let bytes = answer
        .unwrap()
        .into_body()
        .collect()
        .await
        .unwrap()
        .to_bytes();
    assert_eq!(code(&http::Response::new(bytes)), "launch_required");
    assert_eq!(body(&http::Response::default()), serde_json::Value::Null);
}
