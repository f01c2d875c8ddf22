//! The form that the browser posts, or what came instead of it.

use crate::{
    error::{LtiError, LtiErrorKind},
    form::{Address, Fields},
    launch::platform_error,
    limits::Limits,
};

/// The longest state, in bytes. Ours have about 1,400 at most, and with the name of a storage frame, each of whose bytes
/// may be escaped, 3,500.
const MAX_STATE: usize = 4 * 1024;

/// An authentication response (Security Framework 1.0 §5.1.1.3 and §5.1.1.5).
pub(super) struct LaunchMessage<'a> {
    pub(super) state: &'a str,
    pub(super) outcome: Outcome<'a>,
}

/// A token, or the platform's refusal.
pub(super) enum Outcome<'a> {
    Token(&'a str),
    Refused(LtiError),
}

impl<'a> LaunchMessage<'a> {
    pub(super) fn read(fields: &'a Fields<'_>, limits: &Limits) -> Result<Self, LtiError> {
        let token = fields.get("id_token");
        let outcome = match (token, fields.get("error")) {
            (Some(_), Some(error)) => {
                let rejected = platform_error::explain(LtiErrorKind::ErrorBesideToken, error);
                return Err(rejected);
            }
            (_, Some(error)) => {
                let kind = platform_error::kind_of(error);
                Outcome::Refused(platform_error::explain(kind, error))
            }
            (Some(token), None) if token.len() > limits.id_token_bytes => {
                return Err(LtiError::from(LtiErrorKind::TokenTooLarge)
                    .with_came(&format!("{} bytes", token.len()))
                    .with_expected(&format!("at most {} bytes", limits.id_token_bytes)));
            }
            (Some(token), None) => Outcome::Token(token),
            (None, None) => {
                let misdirected = fields.misdirected(Address::Launch);
                return Err(misdirected.unwrap_or_else(|| {
                    let missing = fields.missing("id_token");
                    if fields.get("JWT").is_some() {
                        missing.with_hint("the token stands in the field JWT")
                    } else {
                        missing
                    }
                }));
            }
        };
        let (state, outcome) = match (fields.get("state"), outcome) {
            (Some(state), outcome) => (state, outcome),
            // Without a state nobody knows which login failed: say that one did, and no more.
            (None, Outcome::Refused(error)) => {
                return Err(error.of_kind(LtiErrorKind::PlatformError).with_hint(
                    "it came without a state, so that nobody knows from which platform",
                ));
            }
            (None, Outcome::Token(_)) => {
                return Err(LtiError::from(LtiErrorKind::StateMissing)
                    .with_fixed_field("state")
                    .with_hint("the platform has to send it back as it stood in the authentication request"));
            }
        };
        if state.len() > MAX_STATE {
            return Err(LtiError::from(LtiErrorKind::FieldTooLong)
                .with_fixed_field("state")
                .with_came(&format!("{} bytes", state.len()))
                .with_expected(&format!("at most {MAX_STATE} bytes")));
        }
        Ok(Self { state, outcome })
    }
}
