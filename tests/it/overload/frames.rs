//! Many frames of one tool on a page of another site, in a real browser that blocks third-party cookies.

use std::time::Duration;

use axum::{Router, response::Html, routing::get};
use fantoccini::{Client, Locator, wd::WindowHandle};
use http::header;
use tokio::net::TcpListener;

use crate::{
    app::{App, NOW},
    browser::{PATIENCE, photograph, visit},
};

/// As many as are promised, beside logins that were left lying.
const FRAMES: usize = 60;

// N16, B20
#[tokio::test]
async fn sixty_logins_side_by_side_all_get_in_whatever_was_left_lying() {
    for (left_lying, order) in [(0, 1), (20, 1), (20, 7), (64, 59)] {
        let app = App::new();
        let mut browser = app.browser();
        for _ in 0..left_lying {
            browser.log_in(&app.platform).await.unwrap();
        }
        app.clock.advance(Duration::from_secs(1));
        let mut requests = Vec::new();
        for _ in 0..FRAMES {
            requests.push(browser.log_in(&app.platform).await.unwrap());
        }
        let now = NOW + 1;
        for number in 0..FRAMES {
            let request = &requests[number * order % FRAMES];
            let token = app.platform.id_token(request, now).sign();
            let answer = browser.launch(request, &token).await;
            assert_eq!(
                answer.status(),
                200,
                "{left_lying} left, {number} of {order}"
            );
        }
    }
}

// N16: a browser's own cookies with odd names are no logins of ours, and go first.
#[tokio::test]
async fn a_cookie_whose_name_tells_no_age_is_given_up_before_a_login() {
    let app = App::new();
    let mut browser = app.browser();
    let mut requests = Vec::new();
    for number in 0..FRAMES {
        let name = format!("__Host-lti-s-zz{number}");
        browser.cookies().insert(name, "x".to_owned());
        requests.push(browser.log_in(&app.platform).await.unwrap());
    }
    for request in &requests {
        let token = app.platform.id_token(request, NOW).sign();
        assert_eq!(browser.launch(request, &token).await.status(), 200);
    }
}

// N16
#[tokio::test]
async fn sixty_frames_on_one_page_of_another_site_all_get_in() {
    let in_tool = visit("axum", "frames", |browser, tool_url| async move {
        let course_url = serve_course(&tool_url).await;
        let course = browser.window().await.expect("there is a window");
        browser.goto(&course_url).await.expect("the course opens");
        let in_tool = frames_in_the_tool(&browser, &course).await;
        photograph(&browser, "sixty-frames").await;
        in_tool
    })
    .await;

    assert_eq!(in_tool, FRAMES);
}

/// Serves a page of another site, all of whose frames launch the tool at once.
async fn serve_course(tool_url: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let login = form_urlencoded::Serializer::new(format!("{tool_url}/lti/login?"))
        .append_pair("iss", "https://platform.example")
        .append_pair("client_id", "demo-tool")
        .append_pair("login_hint", "learner")
        .append_pair("target_link_uri", &format!("{tool_url}/lti/launch"))
        .finish();
    let login = login.replace('&', "&amp;");
    let frame = format!("<iframe src=\"{login}\" width=\"80\" height=\"60\"></iframe>");
    let course = format!(
        "<!doctype html><title>Course</title>{}",
        frame.repeat(FRAMES)
    );
    let app = Router::new().route(
        "/",
        get(async || ([(header::CACHE_CONTROL, "no-store")], Html(course))),
    );
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://localhost:{port}/")
}

/// How many frames show the tool, and not a refusal.
async fn frames_in_the_tool(browser: &Client, course: &WindowHandle) -> usize {
    let mut in_tool = 0;
    for number in 0..FRAMES {
        browser
            .switch_to_window(course.clone())
            .await
            .expect("the page is there");
        let number = u16::try_from(number).expect("a frame's number");
        browser.enter_frame(number).await.expect("there is a frame");
        // The tool's page has a note, a refusal a reference.
        let wait = browser.wait().at_most(PATIENCE);
        let either = wait.for_element(Locator::Css("#note, main small")).await;
        let text = either.expect("it ends").text().await.expect("a text");
        if text.contains("deployment") {
            in_tool += 1;
        }
    }
    in_tool
}
