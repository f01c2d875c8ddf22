//! A launch by which somebody selects content, and what the platform gets back.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use tower_lti::{claims::names, testing::IdToken};

use super::tool::{Tool, Visitor};

pub(super) const RESPONSE: &str = "/lti/dl/response";

/// A return address whose characters need care on a page.
pub(super) const RETURN_URL: &str = "https://lms.test/return?course=1&name=O'Neil";

const TEACHER: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor";

const CLAIM: &str = "https://purl.imsglobal.org/spec/lti-dl/claim";

/// What most platforms take: several links with line items, and anything else.
pub(super) fn settings() -> Value {
    json!({
        "deep_link_return_url": RETURN_URL,
        "accept_types": ["ltiResourceLink", "link", "file", "html", "image"],
        "accept_presentation_document_targets": ["embed", "iframe", "window"],
        "accept_multiple": true,
        "data": "platform's & own",
    })
}

/// Makes a launch one by which a teacher selects content.
pub(super) fn selecting(settings: Value) -> impl FnOnce(IdToken) -> IdToken {
    |token| {
        token
            .claim(names::MESSAGE_TYPE, "LtiDeepLinkingRequest")
            .claim(names::DEEP_LINKING_SETTINGS, settings)
            .claim(names::ROLES, json!([TEACHER]))
            .without_claim(names::RESOURCE_LINK)
    }
}

impl Tool {
    /// A browser in which somebody selects content, and the launch's id.
    pub(super) async fn selecting(&self) -> (Visitor, String) {
        self.selecting_by(|_| {}).await
    }

    /// The same, with settings that are changed before they are sent.
    pub(super) async fn selecting_by(&self, change: impl FnOnce(&mut Value)) -> (Visitor, String) {
        let mut settings = settings();
        change(&mut settings);
        self.launched_with(selecting(settings)).await
    }
}

/// What the platform is sent.
pub(super) struct Sent {
    pub(super) return_url: String,
    claims: Value,
}

impl Sent {
    /// Reads a page that posts the response.
    pub(super) fn on_page(answer: &Response<Bytes>) -> Self {
        assert_eq!(answer.status(), 200, "{answer:?}");
        let page = std::str::from_utf8(answer.body()).unwrap();
        assert_eq!(page.matches("<form").count(), 1, "{page}");
        assert_eq!(page.matches("<input").count(), 1, "one field: {page}");
        Self::of(
            &between(page, "name=\"JWT\" value=\""),
            &between(page, "action=\""),
        )
    }

    pub(super) fn of(jwt: &str, return_url: &str) -> Self {
        let payload = jwt.split('.').nth(1).unwrap_or_else(|| panic!("{jwt:?}"));
        let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
        Self {
            return_url: return_url.to_owned(),
            claims: serde_json::from_slice(&payload).unwrap(),
        }
    }

    /// A claim of deep linking, such as `content_items`; null where there is none.
    pub(super) fn claim(&self, name: &str) -> &Value {
        &self.claims[format!("{CLAIM}/{name}")]
    }

    pub(super) fn items(&self) -> &Value {
        self.claim("content_items")
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.claims.get(format!("{CLAIM}/{name}")).is_some()
    }
}

/// The value of an attribute, as a browser reads it.
fn between(page: &str, before: &str) -> String {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("{before} in {page}"));
    let (value, _) = rest.split_once('"').unwrap();
    html_escape::decode_html_entities(value).into_owned()
}
