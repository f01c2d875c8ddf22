//! Pages on a phone, on a dark screen, and before a screen reader.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use tower_lti::{LtiError, LtiLogin, error::LtiErrorKind, testing::SimulatedPlatform};

use crate::app::App;

/// What every page has.
fn assert_is_for_everybody(page: &str) {
    for part in [
        "<!doctype html>",
        "<html lang=\"en\">",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        "color-scheme:light dark",
        "@media (prefers-color-scheme:dark)",
        ":focus-visible",
        "<main",
        "</main>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(page.matches("<h1>").count(), 1);
    let (_, rest) = page.split_once("<title>").unwrap();
    let (title, _) = rest.split_once("</title>").unwrap();
    assert!(page.contains(&format!("<h1>{title}</h1>")), "{page}");
}

// N43
#[test]
fn every_refusal_is_a_page_for_everybody() {
    for kind in LtiErrorKind::ALL {
        let answer: Response<Bytes> = LtiError::from(*kind).to_response(&HeaderMap::new());
        assert_is_for_everybody(std::str::from_utf8(answer.body()).unwrap());
    }
}

// N43
#[tokio::test]
async fn the_form_that_takes_the_browser_to_its_platform_is_a_page_for_everybody() {
    let app = App::new();
    let hint = "h".repeat(3_000);
    let login = format!(
        "/lti/login?iss=https://lms.test&client_id=tool-1&login_hint={hint}&target_link_uri=https://tool.test/app"
    );
    let request = Request::get(login).body(Full::<Bytes>::default()).unwrap();
    let answer = LtiLogin::new(app.tool.clone())
        .oneshot(request)
        .await
        .unwrap();
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].clone();
    let page = answer.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert_is_for_everybody(&page);
    let (_, rest) = page.split_once("<style nonce=\"").unwrap();
    let (nonce, _) = rest.split_once('"').unwrap();
    assert!(page.contains(&format!("<script nonce=\"{nonce}\">")));
    let strict =
        format!("default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'");
    assert_eq!(policy, strict);
}

// N43
#[tokio::test]
async fn the_pages_of_the_simulated_platform_are_for_everybody() {
    let platform = SimulatedPlatform::new("http://127.0.0.1:3000");
    for (path, status) in [
        ("/", 200),
        ("/platform/grades", 200),
        ("/platform/members", 200),
        ("/platform/course", 200),
        ("/platform/course?select=frame", 200),
        ("/platform/auth", 400),
        ("/nowhere", 404),
    ] {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let answer = platform.respond(path, query);
        assert_eq!(answer.status(), status);
        let page = answer.into_body().collect().await.unwrap().to_bytes();
        assert_is_for_everybody(std::str::from_utf8(&page).unwrap());
    }
}
