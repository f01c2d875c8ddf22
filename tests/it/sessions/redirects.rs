//! Redirects: the session goes with them inside of the tool, and nowhere else.

use http::{Method, StatusCode};
use tower_lti::testing::LaunchContextBuilder;

use crate::{
    app::App,
    sessions::visitor::{Visitor, location, with_launch},
};

// SESSION-09
#[tokio::test]
async fn a_redirect_inside_of_the_tool_carries_the_reference_once() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let course = visitor.opens("biology").await;
    let id = course.split_once('=').unwrap().1.to_owned();
    for (said, sent) in [
        ("/page", format!("/page?lti_session={id}")),
        ("page?a=b", format!("page?a=b&lti_session={id}")),
        ("/page#top", format!("/page?lti_session={id}#top")),
        (
            "https://tool.test/page",
            format!("https://tool.test/page?lti_session={id}"),
        ),
        (
            &*format!("/page?lti_session={id}"),
            format!("/page?lti_session={id}"),
        ),
        (&*format!("/tool/{id}"), format!("/tool/{id}")),
        (&*format!("/tool/{id}/x?a=b"), format!("/tool/{id}/x?a=b")),
    ] {
        for status in ["301", "302", "303", "307", "308"] {
            let headers = [("x-answer", status), ("x-location", said)];
            let answer = visitor.send(Method::GET, &course, &headers).await;
            assert_eq!(location(&answer), sent, "{status} {said}");
        }
    }
}

// SESSION-09
#[tokio::test]
async fn no_other_site_gets_a_reference_whatever_an_address_looks_like() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let course = visitor.opens("biology").await;
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1").without_cookies();
    let launch = launch.build_in(&app.store).await;
    for said in [
        "//evil.test/x",
        "/\\evil.test/x",
        "\\/evil.test",
        "\\\\evil.test",
        "/\t/evil.test/x",
        "https://evil.test/",
        "HTTPS://EVIL.test/",
        "https:/\\evil.test",
        "https://tool.test@evil.test/",
        "https://tool.test.evil.test/",
        "https://tool.test:8443/",
        "http://tool.test/",
        "https://lms.test/return?https://tool.test/",
        "blob:https://tool.test/1",
        "javascript:alert(1)",
        "mailto:a@tool.test",
        "https://[",
    ] {
        let headers = [("x-answer", "303"), ("x-location", said)];
        let clicked = visitor.send(Method::GET, &course, &headers).await;
        let launched = visitor.launch_as("user-1", "history", &headers).await;
        let with_handle = with_launch(&app.tool, launch.clone(), &headers).await;
        for answer in [clicked, launched, with_handle] {
            assert_eq!(answer.status(), StatusCode::SEE_OTHER);
            assert_eq!(location(&answer), said);
        }
    }
}

// SESSION-09
#[tokio::test]
async fn what_is_no_redirect_is_left_as_it_is() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let course = visitor.opens("biology").await;
    for status in ["200", "201", "300", "304", "404", "500"] {
        let headers = [("x-answer", status), ("x-location", "/made/1")];
        let answer = visitor.send(Method::GET, &course, &headers).await;
        assert_eq!(location(&answer), "/made/1", "{status}");
    }
}
