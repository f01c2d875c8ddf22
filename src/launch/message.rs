//! The form that the browser posts, or what came instead of it.

use crate::{error::LtiErrorKind, form::Fields, launch::platform_error, tool::Limits};

/// The longest state, in bytes. Ours have at most about 1,400.
const LONGEST_STATE: usize = 2 * 1024;

/// An authentication response (Security Framework 1.0 §5.1.1.3 and §5.1.1.5).
pub(super) struct LaunchMessage<'a> {
    pub(super) state: &'a str,
    pub(super) outcome: Outcome<'a>,
}

/// A token, or the platform's refusal.
pub(super) enum Outcome<'a> {
    Token(&'a str),
    Refused(LtiErrorKind),
}

impl<'a> LaunchMessage<'a> {
    pub(super) fn read(fields: &'a Fields<'_>, limits: &Limits) -> Result<Self, LtiErrorKind> {
        let token = fields.get("id_token");
        let outcome = match (token, fields.get("error")) {
            (Some(_), Some(_)) => return Err(LtiErrorKind::ErrorBesideToken),
            (_, Some(error)) => Outcome::Refused(platform_error::kind_of(error)),
            (Some(token), None) if token.len() > limits.id_token_bytes => {
                return Err(LtiErrorKind::TokenTooLarge);
            }
            (Some(token), None) => Outcome::Token(token),
            (None, None) if fields.get("oauth_consumer_key").is_some() => {
                return Err(LtiErrorKind::Lti11Launch);
            }
            (None, None) => return Err(LtiErrorKind::FieldMissing),
        };
        let state = match (fields.get("state"), &outcome) {
            (Some(state), _) => state,
            // Without a state nobody knows which login failed: say that one did, and no more.
            (None, Outcome::Refused(_)) => return Err(LtiErrorKind::PlatformError),
            (None, Outcome::Token(_)) => return Err(LtiErrorKind::FieldMissing),
        };
        if state.len() > LONGEST_STATE {
            return Err(LtiErrorKind::FieldTooLong);
        }
        Ok(Self { state, outcome })
    }
}
