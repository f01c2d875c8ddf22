//! The assertion that a tool asks for a token with.

use std::fmt;

use serde_json::Value;

use super::{dialect::TokenIdRule, jwt::Jwt, state::State, tool_key_set::ToolKeySet};
use crate::{claims::names, testing::Dialect};

/// An assertion that came with a token request. `Debug` shows whether it was accepted.
#[derive(Clone)]
pub struct ReceivedAssertion {
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) accepted: bool,
}

impl ReceivedAssertion {
    /// The JOSE header.
    #[must_use]
    pub fn header(&self) -> &Value {
        &self.header
    }

    /// The claims.
    #[must_use]
    pub fn claims(&self) -> &Value {
        &self.claims
    }

    /// Whether signature and claims were right, by the rules of the platform.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.accepted
    }

    /// The `sub` of an assertion that is not verified.
    pub(super) fn subject(text: &str) -> Value {
        Jwt::read(text).map_or(Value::Null, |jwt| jwt.claims["sub"].clone())
    }

    /// Reads an assertion and verifies its signature. An error says what is wrong.
    pub(super) async fn verify(text: &str, keys: &ToolKeySet) -> (Self, Result<(), String>) {
        let Some(jwt) = Jwt::read(text) else {
            let nothing = Self {
                header: Value::Null,
                claims: Value::Null,
                accepted: false,
            };
            return (nothing, Err("Wrong number of segments".to_owned()));
        };
        let verified = keys.verify(&jwt).await;
        let assertion = Self {
            header: jwt.header,
            claims: jwt.claims,
            accepted: verified.is_ok(),
        };
        (assertion, verified.map_err(|problem| problem.to_string()))
    }

    /// Judges the claims (Security Framework 1.0 §4.1.1). An error says what is wrong.
    pub(super) fn check(&self, state: &mut State, token_url: &str) -> Result<(), String> {
        let claims = &self.claims;
        let is_sakai = state.dialect == Dialect::Sakai;
        let client_id = state.tool(&claims["sub"]).client_id;
        if !is_sakai && claims["iss"] != client_id {
            return Err("iss is not the client id".to_owned());
        }
        if claims["sub"] != client_id {
            return Err("sub is not the client id".to_owned());
        }
        let audience = state.audience.as_deref().unwrap_or(token_url);
        if state.dialect.checks_audience() && !is_audience(&claims["aud"], audience) {
            return Err("aud is not this authorization server".to_owned());
        }
        self.check_times(state)?;
        self.check_token_id(state)?;
        match claims.get(names::DEPLOYMENT_ID) {
            None if state.needs_deployment => Err("deployment_id is missing".to_owned()),
            Some(id) if !state.deployments.iter().any(|known| *id == known.as_str()) => {
                Err("deployment_id is not known".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn check_times(&self, state: &State) -> Result<(), String> {
        let number = |name: &str| {
            let number = self.claims[name].as_i64();
            number.ok_or_else(|| format!("{name} is no whole number"))
        };
        let (issued, expires, now) = (number("iat")?, number("exp")?, state.now());
        let (ahead, old) = state.dialect.leeway();
        if expires <= now {
            Err("Expired token".to_owned())
        } else if issued > now.saturating_add(ahead) {
            Err("iat is in the future".to_owned())
        } else if now.saturating_sub(issued) > old {
            Err("iat is too long ago".to_owned())
        } else if state.dialect == Dialect::Reference && expires - issued > 300 {
            Err("it is good for too long".to_owned())
        } else {
            Ok(())
        }
    }

    fn check_token_id(&self, state: &mut State) -> Result<(), String> {
        let rule = state.dialect.token_id_rule();
        match self.claims["jti"].as_str() {
            _ if rule == TokenIdRule::Ignored => Ok(()),
            None | Some("") => Err("jti is missing".to_owned()),
            Some(id) if !state.assertion_ids.insert(id.to_owned()) && rule == TokenIdRule::New => {
                Err("jti was used before".to_owned())
            }
            Some(_) => Ok(()),
        }
    }
}

impl fmt::Debug for ReceivedAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedAssertion")
            .field("accepted", &self.accepted)
            .finish_non_exhaustive()
    }
}

/// One audience, alone or in an array of its own.
fn is_audience(audience: &Value, expected: &str) -> bool {
    match audience {
        Value::Array(several) => several.len() == 1 && several[0] == expected,
        one => *one == expected,
    }
}
