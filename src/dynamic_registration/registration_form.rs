//! The form by which a registration is confirmed.

use std::{error::Error, time::Duration};

use http::HeaderMap;
use http_body::Body;

use crate::{
    dynamic_registration::{
        DynamicRegistrationError, RegistrationFailure, handle::MAX_HANDLE_BYTES,
    },
    error::LtiErrorKind,
    form::{BodyBudget, BodyLimits, BodyOf, Fields, read_form_body},
    tool::LtiTool,
};

/// The form's only field.
pub(super) const HANDLE: &str = "registration";

/// The largest body, in bytes: the handle, and its name.
const MAX_BODY_BYTES: usize = MAX_HANDLE_BYTES + 1024;

/// How long the body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(6);

/// Reads the handle of a form that has this field once and no other.
pub(super) async fn read_handle<B>(
    tool: &LtiTool,
    bodies: &BodyBudget,
    headers: &HeaderMap,
    body: B,
) -> Result<String, DynamicRegistrationError>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let limits = BodyLimits {
        bytes: MAX_BODY_BYTES,
        time: tool.limits().body_timeout.min(BODY_TIMEOUT),
        stall: tool.limits().body_stall_timeout,
    };
    let form = read_form_body(headers, body, BodyOf::Login, limits, bodies).await;
    let form = form.map_err(|kind| match kind {
        LtiErrorKind::MediaType => RegistrationFailure::MediaType,
        LtiErrorKind::BodyTooLarge => RegistrationFailure::FormTooLarge,
        LtiErrorKind::BodyTimeout => RegistrationFailure::FormTooSlow,
        LtiErrorKind::BodiesInFlight => RegistrationFailure::Busy,
        _ => RegistrationFailure::FormAltered,
    })?;
    let altered = RegistrationFailure::FormAltered;
    let fields = Fields::parse(form.as_bytes()).map_err(|error| altered.caused_by(error))?;
    let has_others = fields.names().any(|name| name != HANDLE);
    match fields.get(HANDLE) {
        Some(handle) if !has_others => Ok(handle.to_owned()),
        _ => Err(altered.into()),
    }
}
