//! Answers from a session of the library's, without a handle.

use std::time::Duration;

use http::HeaderMap;
use serde_json::json;
use tower_lti::{
    deep_linking::ContentItem,
    error::LtiErrorKind::{ContentItemRefused, DeepLinkingHandleExpired, DeepLinkingHandleUsed},
};

use super::picker::{self, item, request};

const HOUR: Duration = Duration::from_secs(60 * 60);

// ADV-71, ADV-72, ADV-74, S22
#[tokio::test]
async fn a_session_answers_its_request_once_and_what_is_refused_uses_nothing_up() {
    let app = picker::app();
    let request = request(&app).await;
    let headers = HeaderMap::new();
    let session = app.tool.start_session(request.launch(), &headers).await;
    let session = session.unwrap();
    let answer = async |item: ContentItem| {
        let response = request.respond_in_session(&app.tool, &session).item(item);
        response
            .sign()
            .await
            .map(drop)
            .map_err(|error| error.kind())
    };
    let file = json!({"type": "file", "url": "https://tool.test/sheet.pdf"});
    let file = ContentItem::from_json(file).unwrap();

    assert_eq!(answer(file).await, Err(ContentItemRefused));
    assert_eq!(answer(item()).await, Ok(()));
    assert_eq!(answer(item()).await, Err(DeepLinkingHandleUsed));

    let other = app.tool.start_session(request.launch(), &headers).await;
    let response = request.respond_in_session(&app.tool, &other.unwrap());
    assert!(response.sign().await.is_ok(), "each session has its own");
}

// S22
#[tokio::test]
async fn an_hour_after_its_launch_a_session_answers_no_more() {
    for (passed, expected) in [
        (HOUR - Duration::from_millis(1), Ok(())),
        (HOUR, Err(DeepLinkingHandleExpired)),
    ] {
        let app = picker::app();
        let request = request(&app).await;
        let session = app
            .tool
            .start_session(request.launch(), &HeaderMap::new())
            .await
            .unwrap();

        app.clock.advance(passed);

        let response = request.respond_in_session(&app.tool, &session).sign().await;
        let response = response.map(drop).map_err(|error| error.kind());
        assert_eq!(response, expected, "{passed:?}");
    }
}
