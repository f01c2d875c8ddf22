//! Refusals of the routes that the tool's own pages call, as JSON.

use std::time::Duration;

use aws_lc_rs::rand;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use tower_lti::{
    LtiError,
    deep_linking::ItemError,
    error::LtiErrorKind,
    services::{ServiceError, ServiceErrorKind},
};

use crate::answer::Answer;

/// Why a call is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: Box<str>,
    remedy: &'static str,
    spec: Option<&'static str>,
    /// Stands in the answer and in the log.
    reference: Box<str>,
    retry_after: Option<Duration>,
    /// The item of content that does not fit.
    item: Option<ItemError>,
}

impl Refusal {
    fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        remedy: &'static str,
    ) -> Self {
        let mut bytes = [0; 9];
        // Without anything random there is no reference.
        let _ = rand::fill(&mut bytes);
        Self {
            status,
            code,
            message: message.into().into(),
            remedy,
            spec: None,
            reference: URL_SAFE_NO_PAD.encode(bytes).into(),
            retry_after: None,
            item: None,
        }
    }

    /// Another site's page sent it.
    pub(crate) fn cross_site() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            "The call comes from another site.",
            "Call from the tool's own pages.",
        )
    }

    pub(crate) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "The call is no JSON.",
            "Send JSON with `Content-Type: application/json`.",
        )
    }

    pub(crate) fn too_large(kibibytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("The call is larger than {kibibytes} KiB."),
            "Send less at once.",
        )
    }

    /// Where it is wrong, and nothing of what it says.
    pub(crate) fn malformed(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = match error.is_data() {
            true => {
                "A member of the body is missing, of the wrong type, or there twice.".to_owned()
            }
            false => format!("The body is no JSON: see line {line}, column {column}."),
        };
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "body_malformed",
            message,
            "Correct the body of the call.",
        )
    }

    pub(crate) fn bad_value(member: &str, expected: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "value_invalid",
            format!("`{member}` has to be {expected}."),
            "Correct the value that is named.",
        )
    }

    /// What is wrong with a session: the store cannot be asked, its deployment was shut, or there is none.
    pub(crate) fn no_session(error: LtiError) -> Self {
        match error.kind() {
            LtiErrorKind::DeploymentPending
            | LtiErrorKind::DeploymentDisabled
            // Removed: nothing here ends the sessions of one that is there.
            | LtiErrorKind::SessionRevoked => return Self::closed(ServiceErrorKind::DeploymentClosed),
            LtiErrorKind::RegistrationDisabled => {
                return Self::closed(ServiceErrorKind::RegistrationDisabled);
            }
            LtiErrorKind::RegistrationPending => {
                return Self::closed(ServiceErrorKind::RegistrationPending);
            }
            _ if error.status().is_server_error() => return error.into(),
            _ => {}
        }
        Self::new(
            StatusCode::NOT_FOUND,
            "launch_unknown",
            "This browser has no such launch.",
            "Open the tool again from the course, and use the `launch_id` of that launch.",
        )
    }

    /// As a call to a platform's service is refused.
    fn closed(kind: ServiceErrorKind) -> Self {
        let refusal = Self::new(kind.status(), kind.code(), kind.message(), kind.remedy());
        Self {
            spec: Some("LTI Core 1.3 §3.1.3"),
            ..refusal
        }
    }

    pub(crate) fn no_deep_linking() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "no_deep_linking_request",
            "The launch asks for no content.",
            "Open the tool from where the course selects content, and use the `launch_id` of that launch.",
        )
    }

    pub(crate) fn other_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "The call has to be a POST.",
            "Send it with the method POST.",
        )
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self {
            status: error.status(),
            code: error.code(),
            message: error.to_string().into(),
            remedy: error.remedy(),
            spec: error.spec_ref(),
            reference: error.reference().into(),
            retry_after: error.retry_after(),
            item: None,
        }
    }
}

impl From<LtiError> for Refusal {
    fn from(error: LtiError) -> Self {
        let item = error.item_error().cloned();
        let message = match &item {
            Some(item) => format!("An item cannot be sent: {item}."),
            None => error.message().to_owned(),
        };
        Self {
            status: error.status(),
            code: error.code().as_str(),
            message: message.into(),
            remedy: error.remedy(),
            spec: Some(error.spec_ref()),
            reference: error.reference().into(),
            retry_after: error.retry_after(),
            item,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({
            "error": self.code,
            "message": self.message,
            "remedy": self.remedy,
            "spec": self.spec,
            "ref": self.reference,
        });
        if let Some(item) = &self.item {
            body["item"] = item.position().into();
            body["member"] = item.member().into();
            body["setting"] = item.setting().into();
        }
        let mut response = (self.status, Answer(body)).into_response();
        let headers = response.headers_mut();
        if let Some(pause) = self.retry_after {
            headers.insert(header::RETRY_AFTER, pause.as_secs().max(1).into());
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}
