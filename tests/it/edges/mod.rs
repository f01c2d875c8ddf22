//! The last value that is let in, and the first that is not.

mod bodies;
mod claim_limits;
mod decisions;
mod endpoints;
mod key_set_limits;
mod launch_limits;
mod login_limits;
mod token_limits;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use tower_lti::{
    LtiLogin, LtiTool,
    registration::{Registration, RegistrationBuilder, Registrations},
    testing::IdToken,
};

use crate::app::{App, NOW, code};

pub(super) type Change = fn(RegistrationBuilder) -> RegistrationBuilder;

pub(super) fn form(token: &str, state: &str) -> String {
    format!("id_token={token}&state={state}")
}

/// A good form for this tool, and the cookies that go with it.
pub(super) async fn good_form(app: &App) -> (String, HeaderValue) {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let cookies = browser.cookies().iter();
    let cookies: Vec<_> = cookies
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let token = app.platform.id_token(&request, NOW).sign();
    let cookies = HeaderValue::try_from(cookies.join("; ")).unwrap();
    (form(&token, request.state()), cookies)
}

pub(super) fn registration(
    change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
) -> Registration {
    let builder = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks");
    change(builder).build().unwrap()
}

pub(super) fn app_with(change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder) -> App {
    let registrations = Registrations::new([registration(change)]).unwrap();
    App::with(|builder| builder.registrations(registrations))
}

/// Launches with a token changed in one thing, and returns status and code.
pub(super) async fn launch(app: &App, change: impl FnOnce(IdToken) -> IdToken) -> (u16, String) {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.id_token(&request, NOW)).sign();
    let response = browser.launch(&request, &token).await;
    (response.status().as_u16(), code(&response))
}

/// The same for a deep linking request.
pub(super) async fn deep_link(app: &App, change: impl FnOnce(IdToken) -> IdToken) -> (u16, String) {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = change(app.platform.deep_linking_token(&request, NOW)).sign();
    let response = browser.launch(&request, &token).await;
    (response.status().as_u16(), code(&response))
}

/// A tool on loopback.
pub(super) fn local_app(plain_http: bool) -> App {
    App::with(|builder| {
        let builder = builder.launch_url("https://localhost/lti/launch");
        if plain_http {
            builder.insecure_allow_loopback_http()
        } else {
            builder
        }
    })
}

/// Sends a login, and returns the answer.
pub(super) async fn login(tool: &LtiTool, request: Request<Full<Bytes>>) -> Response<Bytes> {
    let response = LtiLogin::new(tool.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

pub(super) fn login_query(changes: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("iss", "https://lms.test"),
        ("client_id", "tool-1"),
        ("login_hint", "h"),
        ("target_link_uri", "https://tool.test/app"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields).finish()
}

pub(super) fn post_login(query: &str, form: String) -> Request<Full<Bytes>> {
    Request::post(format!("/lti/login?{query}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .body(Full::from(form))
        .unwrap()
}
