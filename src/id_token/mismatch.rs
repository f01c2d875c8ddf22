//! Rejections of a claim that is not what it has to be.

use crate::{
    error::{LtiError, LtiErrorKind},
    json::Json,
};

/// A rejection for a claim that is missing, empty or of another type. Its value is not shown.
pub(super) fn wrong_type(
    kind: LtiErrorKind,
    name: &'static str,
    value: Option<&Json<'_>>,
) -> LtiError {
    let came = match value {
        None => "nothing",
        Some(Json::Text(text)) if text.is_empty() => "an empty string",
        Some(other) => other.type_name(),
    };
    LtiError::from(kind).with_fixed_field(name).with_came(came)
}

/// A rejection for an identifier that differs from ours, with both.
pub(super) fn differs(
    kind: LtiErrorKind,
    name: &'static str,
    came: &str,
    expected: &str,
) -> LtiError {
    LtiError::from(kind)
        .with_fixed_field(name)
        .with_came(came)
        .with_expected(expected)
}
