//! What products do differently when a tool registers.

use http::StatusCode;
use serde_json::json;

use super::registration_token::TokenProblem;
use crate::testing::{Dialect, platform_services::reply::Reply};

impl Dialect {
    /// Whether the configuration is shown to whoever has the registration token alone.
    pub(super) fn guards_configuration(self) -> bool {
        self == Self::Canvas
    }

    /// Whether the secret stands in the configuration's URL, and no registration token is sent.
    pub(super) fn has_secret_configuration_url(self) -> bool {
        self == Self::Brightspace
    }

    /// Whether a registration waits for an administrator of the platform.
    pub(super) fn leaves_registrations_inactive(self) -> bool {
        matches!(self, Self::Moodle | Self::Brightspace)
    }

    /// Whether it gives a URL to read, change and remove the registration at (RFC 7592).
    pub(super) fn has_client_configuration(self) -> bool {
        self == Self::Reference
    }

    /// Whether the tool's key set has to be there before it is registered.
    pub(super) fn fetches_keys_first(self) -> bool {
        self == Self::Brightspace
    }

    /// Refuses metadata, with a code of RFC 7591 §3.2.2.
    pub(super) fn refuse_metadata(self, error: &str, what: &str) -> Reply {
        let status = StatusCode::BAD_REQUEST;
        match self {
            Self::Moodle => Reply::text(status, "text/html; charset=utf-8", what.to_owned()),
            Self::Sakai => Reply::text(status, "text/plain", what.to_owned()),
            Self::Canvas => Reply::json(
                StatusCode::UNPROCESSABLE_ENTITY,
                "application/json",
                &json!({"errors": [{"field": error, "message": what}]}),
            ),
            _ => Reply::json(
                status,
                "application/json",
                &json!({"error": error, "error_description": what}),
            ),
        }
    }

    /// Refuses a registration token.
    pub(super) fn refuse_token(self, problem: TokenProblem) -> Reply {
        let words = match problem {
            TokenProblem::Missing => "missing_registration_token",
            TokenProblem::Unknown => "invalid_registration_token",
            TokenProblem::Expired => "registration_token_expired",
            TokenProblem::Used => "token_already_used",
        };
        match self {
            Self::Moodle if problem == TokenProblem::Unknown => Reply::text(
                StatusCode::NOT_FOUND,
                "text/html; charset=utf-8",
                "<!DOCTYPE html>\n<html><head><title>Error</title></head><body></body></html>",
            ),
            Self::Moodle => Reply::text(
                StatusCode::UNAUTHORIZED,
                "text/html; charset=utf-8",
                words.to_owned(),
            ),
            Self::Sakai => Reply::text(StatusCode::FORBIDDEN, "text/plain", words.to_owned()),
            Self::Canvas => Reply::json(
                StatusCode::UNAUTHORIZED,
                "application/json",
                &json!({"errorMessage": words}),
            ),
            _ => Reply::json(
                StatusCode::UNAUTHORIZED,
                "application/json",
                &json!({"error": "invalid_token", "error_description": words}),
            ),
        }
    }
}
