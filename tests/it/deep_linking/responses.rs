//! What goes back to the platform.

use serde_json::json;
use tower_lti::claims::names;

use super::picker::{self, Picker, RETURN_URL, decoded, item, settings};
use crate::{app::NOW, connected::tool_key};

// DL-11, DL-12, DL-13, DL-14, DL-15, DL-16, DL-17, DL-18, DL-19, DL-20, DL-21, DL-22, ADV-70, CERT-DL-4, CERT-DL-6,
// CERT-DL-7
#[tokio::test]
async fn a_response_says_who_answers_whom_and_no_more_than_was_set() {
    let app = picker::app();
    let picker = Picker::open(&app).await;

    let response = picker
        .opened(&app.tool)
        .unwrap()
        .respond()
        .item(item())
        .sign()
        .await
        .unwrap();

    assert_eq!(response.return_url(), RETURN_URL);
    let [header, mut said] = decoded(response.jwt());
    assert_eq!(
        header,
        json!({"alg": "RS256", "typ": "JWT", "kid": tool_key().id()})
    );
    let nonce = said["nonce"].take();
    assert!(nonce.as_str().unwrap().len() >= 22, "128 bits: {nonce}");
    let expected = json!({
        "iss": "tool-1",
        "aud": "https://lms.test",
        "sub": "tool-1",
        "iat": NOW - 10,
        "exp": NOW + 290,
        "nonce": null,
        names::MESSAGE_TYPE: "LtiDeepLinkingResponse",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "dep-1",
        "https://purl.imsglobal.org/spec/lti-dl/claim/data": settings()["data"],
        "https://purl.imsglobal.org/spec/lti-dl/claim/content_items": [
            {"type": "link", "title": "A page", "url": "https://tool.test/pages/1"},
        ],
    });
    assert_eq!(said, expected);
}
