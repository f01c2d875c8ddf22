//! A page of the tool, as an administrator's browser has it.

use bytes::Bytes;
use html_escape::decode_html_entities;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tower::Service;
use tower_lti::testing::UrlService;

/// What ends a registration (LTI Dynamic Registration 1.0).
const CLOSE: &str = "org.imsglobal.lti.close";

/// A page, and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) address: String,
    pub(super) status: u16,
    pub(super) html: String,
    policy: String,
    media_type: String,
}

impl Page {
    pub(super) async fn get(address: &str) -> Self {
        Self::request("GET", address, String::new()).await
    }

    pub(super) async fn request(method: &str, address: &str, body: String) -> Self {
        let rest = address.strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_at(rest.find('/').unwrap());
        let mut request = Request::builder().method(method).uri(path);
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        let request = request.body(Full::from(body)).unwrap();
        let response: Response<Full<Bytes>> =
            UrlService::new(authority).call(request).await.unwrap();
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
        };
        let (policy, media_type) = (header("content-security-policy"), header("content-type"));
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Self {
            address: address.to_owned(),
            status,
            html: String::from_utf8(body.to_vec()).unwrap(),
            policy,
            media_type,
        }
    }

    /// The fields of the first form, whose first button is pressed: it has no name.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        let (_, form) = self.html.split_once("<form").expect("there is a form");
        let (form, after) = form.split_once("</form>").unwrap();
        assert!(!after.contains("<form"), "one form: {after}");
        let (_, button) = form.split_once("<button").expect("there is a button");
        assert!(!button.split_once('>').unwrap().0.contains("name="));
        let inputs = form.split("<input").skip(1);
        inputs
            .map(|input| {
                assert_eq!(
                    attribute(input, "type"),
                    "hidden",
                    "nothing to type or select"
                );
                (attribute(input, "name"), attribute(input, "value"))
            })
            .collect()
    }

    /// Posts the first form with these fields.
    pub(super) async fn post(&self, fields: &[(String, String)]) -> Self {
        let (_, form) = self.html.split_once("<form").expect("there is a form");
        let tag = form.split_once('>').unwrap().0;
        assert_eq!(attribute(tag, "method"), "post");
        let address = match attribute(tag, "action") {
            action if action.is_empty() => self.address.clone(),
            action => url::Url::parse(&self.address)
                .unwrap()
                .join(&action)
                .unwrap()
                .into(),
        };
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        Self::request("POST", &address, body).await
    }

    pub(super) async fn confirm(&self) -> Self {
        self.post(&self.fields()).await
    }

    pub(super) fn closes(&self) -> bool {
        self.html.contains(CLOSE)
    }

    /// Asserts that the registration is over, and that only the script that says so runs.
    pub(super) fn assert_done(&self) {
        assert_eq!(self.status, 200, "{self:?}");
        let message =
            format!("(window.opener || window.parent).postMessage({{subject:\"{CLOSE}\"}}, \"*\")");
        assert!(self.html.contains(&message), "{}", self.html);
        let (_, script) = self.html.split_once("<script nonce=\"").unwrap();
        let nonce = script.split_once('"').unwrap().0;
        let allowed = format!("script-src 'nonce-{nonce}'");
        assert!(self.policy.contains(&allowed), "{}", self.policy);
    }

    /// Asserts that it is a page that says what is wrong, with its code, and does not close.
    pub(super) fn assert_refused(&self, what: &str) {
        let Self { status, .. } = self;
        assert!(
            matches!(status, 400..=499 | 502..=504),
            "{what}: {status} {}",
            self.html
        );
        assert!(
            self.media_type.starts_with("text/html"),
            "{what}: {}",
            self.media_type
        );
        assert!(self.html.contains("Code "), "{what}: {}", self.html);
        assert!(!self.closes(), "{what}: {}", self.html);
        assert!(!self.html.contains("<script"), "{what}: {}", self.html);
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, after) = tag.split_once(&format!("{name}=\"")).unwrap_or(("", "\""));
    decode_html_entities(after.split_once('"').unwrap().0).into_owned()
}
