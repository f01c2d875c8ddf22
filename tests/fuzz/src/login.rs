//! A login initiation, and what must hold whatever it says.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use tower_lti::{
    LtiLogin, LtiTool, MemoryStore,
    registration::{Registration, Registrations},
};

use crate::{assert_refusal, key_set, platform, run};

const AUTHORIZATION_ENDPOINT: &str = "https://lms.test/auth?tenant=1";
const LAUNCH_URL: &str = "https://tool.test/lti/launch";

/// Sends a login initiation, a POST where there is a body, and asserts what must hold of the answer.
pub fn log_in(query: &[u8], cookies: &[u8], body: Option<&[u8]>) {
    let uri = [b"/lti/login?", query].concat();
    let method = if body.is_some() { "POST" } else { "GET" };
    let mut request = Request::builder()
        .method(method)
        .uri(uri.as_slice())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json");
    if let Ok(cookies) = HeaderValue::from_bytes(cookies) {
        request = request.header(header::COOKIE, cookies);
    }
    let form = body.unwrap_or_default();
    // What is no address never gets past an HTTP server.
    let Ok(request) = request.body(Full::new(Bytes::copy_from_slice(form))) else {
        return;
    };
    // A fragment is no part of the query.
    let query = request.uri().query().unwrap_or_default().to_owned();
    let store = MemoryStore::default();
    let response = run(async {
        let service = LtiLogin::new(tool(&store));
        let Ok(response) = service.oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body arrives").to_bytes();
        Response::from_parts(parts, body)
    });

    assert_eq!(store.nonce_count() + store.deployment_count(), 0);
    match response.status() {
        StatusCode::SEE_OTHER => {
            assert_redirect(&response, body.unwrap_or(query.as_bytes()));
        }
        StatusCode::OK => assert_form(&response),
        _ => {
            assert!(!response.headers().contains_key(header::SET_COOKIE));
            assert_refusal(
                &response,
                &[StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE],
            );
        }
    }
}

fn tool(store: &MemoryStore) -> LtiTool {
    let registration = |client_id: &str| {
        Registration::builder("https://lms.test", client_id)
            .authorization_endpoint(AUTHORIZATION_ENDPOINT)
            .key_set(key_set().clone())
            .build()
            .expect("the platform can be registered")
    };
    let registrations = Registrations::new([registration("tool-1"), registration("tool-2")]);
    LtiTool::builder()
        .launch_url(LAUNCH_URL)
        .allow_target("https://tool.test/app")
        .registrations(registrations.expect("they differ"))
        .key_sets(platform().clone())
        .store(store.clone())
        .build()
        .expect("the tool can be built")
}

/// The redirect leads to the registered endpoint, with each parameter once and as it was given.
fn assert_redirect(response: &Response<Bytes>, given: &[u8]) {
    let location = response.headers()[header::LOCATION]
        .to_str()
        .expect("an address is plain text");
    let query = location
        .strip_prefix(AUTHORIZATION_ENDPOINT)
        .and_then(|rest| rest.strip_prefix('&'))
        .expect("the redirect leads to the registered endpoint");
    assert!(!query.contains('#'));
    let parameters: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let one = |wanted: &str| {
        let mut all = parameters.iter().filter(|(name, _)| name == wanted);
        let (_, value) = all.next().expect("a parameter is missing");
        assert!(all.next().is_none(), "{wanted} twice");
        value.as_str()
    };
    let given = |wanted: &str| {
        form_urlencoded::parse(given)
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| value.into_owned())
    };
    assert_eq!(one("scope"), "openid");
    assert_eq!(one("response_type"), "id_token");
    assert_eq!(one("response_mode"), "form_post");
    assert_eq!(one("prompt"), "none");
    assert_eq!(one("redirect_uri"), LAUNCH_URL);
    assert!(["tool-1", "tool-2"].contains(&one("client_id")));
    assert_eq!(given("client_id").as_deref(), Some(one("client_id")));
    assert_eq!(given("login_hint").as_deref(), Some(one("login_hint")));
    let hint = given("lti_message_hint");
    if let Some(hint) = &hint {
        assert_eq!(one("lti_message_hint"), hint);
    }
    assert_eq!(parameters.len(), 9 + usize::from(hint.is_some()));
    assert_ne!(one("state"), one("nonce"));
    let secret = secret(response);
    assert!(!location.contains(&secret));
    assert!(!one("state").is_empty() && one("nonce").len() >= 22);
}

/// A request too long for an address is a form for the registered endpoint.
fn assert_form(response: &Response<Bytes>) {
    let page = String::from_utf8_lossy(response.body());
    assert!(page.contains(&format!("action=\"{AUTHORIZATION_ENDPOINT}\"")));
    assert_eq!(page.matches("name=\"redirect_uri\"").count(), 1);
    assert_eq!(page.matches("<form").count(), 1);
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains(&secret(response)));
}

/// The secret of the one cookie that is set; others are only cleared.
fn secret(response: &Response<Bytes>) -> String {
    let mut secrets = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|cookie| cookie.to_str().expect("a cookie is plain text"))
        .inspect(|cookie| assert!(cookie.starts_with("__Host-lti-s-")))
        .filter(|cookie| !cookie.contains("Max-Age=0"))
        .filter_map(|cookie| cookie.split_once('=')?.1.split(';').next());
    let secret = secrets.next().expect("a login sets its cookie");
    assert!(secrets.next().is_none(), "one cookie for one login");
    assert!(secret.len() >= 22);
    secret.to_owned()
}
