//! The form of a launch: the body of a POST, or the query of a GET that carries a platform's error.

use std::error::Error;

use bytes::Buf;
use http::{Method, request::Parts};
use http_body::Body;

use crate::{
    error::{LtiError, LtiErrorKind},
    form::{Address, BodyLimits, BodyOf, Fields, FormBytes, read_form_body},
    launch::query,
    registration::RESPONSE_PARAMETERS,
    tool::LtiTool,
};

/// Reads the form of a launch.
pub(super) async fn read<'a, B>(
    tool: &'a LtiTool,
    parts: &Parts,
    body: &mut B,
) -> Result<FormBytes<'a>, LtiError>
where
    B: Body + Unpin,
    B::Data: Buf,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let query = parts.uri.query();
    if parts.method == Method::GET {
        return error_query(query).ok_or_else(|| no_launch(query));
    }
    if parts.method != Method::POST {
        return Err(LtiErrorKind::MethodNotAllowed.into());
    }
    // As at a login whose query and body differ: it is ambiguous which is meant.
    if let Some(name) = query::first_of(query, &RESPONSE_PARAMETERS) {
        return Err(LtiError::from(LtiErrorKind::FieldRepeated)
            .with_fixed_field(name)
            .with_hint("the launch URL's query has a field of the form, too"));
    }
    let limits = BodyLimits {
        bytes: tool.limits().body_bytes,
        time: tool.limits().body_timeout,
        stall: tool.limits().body_stall_timeout,
    };
    let whose = BodyOf::Launch;
    Ok(read_form_body(&parts.headers, body, whose, limits, tool.bodies()).await?)
}

/// The query of a GET, if it is a platform's error (LAUNCH-06, LAUNCH-11) and carries no token.
fn error_query(query: Option<&str>) -> Option<FormBytes<'static>> {
    let is_error = query::has(query, "error") && !query::has(query, "id_token");
    query.filter(|_| is_error).map(FormBytes::from_query)
}

/// The rejection of a GET that is no platform's error.
fn no_launch(query: Option<&str>) -> LtiError {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let misdirected = fields
        .ok()
        .and_then(|fields| fields.misdirected(Address::Launch));
    misdirected.unwrap_or_else(|| {
        let rejected = LtiError::from(LtiErrorKind::MethodNotAllowed);
        if query::has(query, "id_token") {
            rejected.with_hint("the platform answered by GET; response_mode is form_post")
        } else {
            rejected.with_hint("a person or a program opened the address itself")
        }
    })
}
