//! The token endpoint.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;

use super::{
    assertion::ReceivedAssertion,
    call::SCOPES,
    platform_services::PlatformServices,
    reply::Reply,
    state::{State, Token},
};
use crate::testing::Dialect;

const GRANT: &str = "client_credentials";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl PlatformServices {
    /// Answers a token request (Security Framework 1.0 §4.1.1, RFC 6749 §4.4).
    pub(super) async fn token(&self, method: &Method, headers: &HeaderMap, body: &Bytes) -> Reply {
        let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        let field = |name: &str| -> &str {
            let found = fields.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value)
        };
        let content_type = headers.get(header::CONTENT_TYPE);
        let is_form = content_type
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        let is_twice = |name: &str| fields.iter().filter(|(known, _)| known == name).count() > 1;
        let wrong = |error: &str, what: &str| self.lock().token_error(error, what);
        if method != Method::POST || !is_form || headers.contains_key(header::AUTHORIZATION) {
            return wrong("invalid_request", "not a form, posted without credentials");
        }
        if fields.iter().any(|(name, _)| is_twice(name)) {
            return wrong("invalid_request", "a field is there twice");
        }
        if field("grant_type") != GRANT {
            return wrong("unsupported_grant_type", "");
        }
        if field("client_assertion_type") != ASSERTION_TYPE || field("scope").is_empty() {
            return wrong(
                "invalid_request",
                "client_assertion_type or scope is missing",
            );
        }
        let subject = ReceivedAssertion::subject(field("client_assertion"));
        let tool = self.lock().tool(&subject);
        let (mut assertion, verified) =
            ReceivedAssertion::verify(field("client_assertion"), &tool.keys).await;
        let mut state = self.lock();
        let state = &mut *state;
        let token_url = state.token_url();
        let judged = verified.and_then(|()| assertion.check(state, &token_url));
        assertion.accepted = judged.is_ok();
        let several = assertion.claims["aud"]
            .as_array()
            .is_some_and(|all| all.len() > 1);
        state.assertions.push(assertion);
        match judged {
            Err(_) if several && state.dialect == Dialect::Brightspace => {
                Reply::empty(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Err(what) => state.token_error("invalid_client", &what),
            Ok(()) => state.issue(field("scope"), &tool.scopes),
        }
    }
}

impl State {
    fn issue(&mut self, asked: &str, scopes: &[String]) -> Reply {
        let allowed = |scope: &&str| scopes.iter().any(|known| known == scope);
        let asked: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
        let granted: Vec<&str> = asked.iter().copied().filter(allowed).collect();
        let granted: Vec<String> = match self.dialect {
            Dialect::Sakai if granted.len() < asked.len() => Vec::new(),
            Dialect::Sakai | Dialect::Blackboard if !granted.is_empty() => SCOPES
                .iter()
                .copied()
                .filter(allowed)
                .map(str::to_owned)
                .collect(),
            _ => granted.into_iter().map(str::to_owned).collect(),
        };
        if granted.is_empty() && self.dialect != Dialect::OpenEdx {
            return self.token_error("invalid_scope", "none of these scopes can be granted");
        }
        let lifetime = self.token_lifetime.as_secs();
        let number = self.tokens.len() + 1;
        let secret = crate::random::text::<18>().expect("there are random bytes");
        let text = format!("access-{number}-{secret}");
        let expires = self
            .now()
            .saturating_add(i64::try_from(lifetime).unwrap_or(i64::MAX));
        let scope = granted.join(" ");
        let token = Token {
            number,
            scopes: granted,
            expires,
            revoked: false,
        };
        self.tokens.insert(text.clone(), token);
        let token_type = match self.dialect {
            Dialect::OpenEdx => "bearer",
            _ => "Bearer",
        };
        let body = json!({
            "access_token": text,
            "token_type": token_type,
            "expires_in": lifetime,
            "scope": scope,
        });
        Reply::json(StatusCode::OK, self.token_content_type(), &body)
    }

    fn token_error(&self, error: &str, what: &str) -> Reply {
        let status = StatusCode::BAD_REQUEST;
        if self.dialect == Dialect::Moodle {
            // What went wrong stands in `error`, and is not escaped.
            let error = if error == "invalid_client" {
                what
            } else {
                error
            };
            let body = format!("{{\n  \"error\" : \"{error}\"\n}}");
            return Reply::text(status, self.token_content_type(), body);
        }
        let body = json!({"error": error, "error_description": what});
        Reply::json(status, self.token_content_type(), &body)
    }

    fn token_content_type(&self) -> &'static str {
        match self.dialect {
            Dialect::Moodle => "text/html; charset=utf-8",
            _ => "application/json",
        }
    }
}
