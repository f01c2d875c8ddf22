//! A launch as the peer's users would get it, with the login that goes before.

use atomic_lti::{constants::OPEN_ID_COOKIE_PREFIX, secure::generate_secure_string};
use atomic_lti_tool_axum::handlers::LaunchParams;
use axum::{body::Body, extract::Request};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tower_lti::testing::Platform;

use super::states::States;
use crate::sample::Posts;

/// A launch after a login that the peer remembers.
pub(super) struct Visit {
    state: String,
    id_token: String,
    form: String,
}

impl Visit {
    /// Logs in and makes the launch that follows: the sample's, with the peer's own state in the form,
    /// a field that the peer asks for, and a list for an audience.
    pub(super) fn new(posts: &Posts, platform: &Platform, states: &States) -> Self {
        let audience = json!([platform.client_id()]);
        let post = posts.next_with(|token| token.claim("aud", audience));
        let state = generate_secure_string(32);
        states.begin(&state, &nonce(&post.id_token));
        let fields = form_urlencoded::parse(&post.form).map(|(name, value)| match &*name {
            "state" => (name, state.as_str().into()),
            _ => (name, value),
        });
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .append_pair("lti_storage_target", "")
            .finish();
        Self {
            form,
            state,
            id_token: post.id_token,
        }
    }

    /// The request that carries it, sent to the link that is followed: there the peer expects it.
    pub(super) fn to_request(&self) -> Request {
        Request::post("/app")
            .header("host", "tool.test")
            .header("x-forwarded-proto", "https")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", format!("{OPEN_ID_COOKIE_PREFIX}{}=1", self.state))
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .body(Body::from(self.form.clone()))
            .expect("a request")
    }

    /// What the peer reads in the form.
    pub(super) fn into_fields(self) -> LaunchParams {
        LaunchParams {
            state: self.state,
            id_token: self.id_token,
            lti_storage_target: String::new(),
        }
    }
}

/// The nonce that a token was made for.
fn nonce(id_token: &str) -> String {
    let payload = id_token.split('.').nth(1).expect("a compact token");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    let claims: Value = serde_json::from_slice(&payload).expect("claims");
    claims["nonce"].as_str().expect("a nonce").to_owned()
}
