//! What an answer that is no success says.

use http::StatusCode;

use crate::{
    service_client::Answer,
    service_error::{ServiceError, ServiceErrorKind},
};

/// An error of this kind, with what the platform said.
pub(super) fn refused(answer: &Answer, kind: ServiceErrorKind) -> ServiceError {
    answer.error(kind)
}

/// Why a line item, or what lies below it, was not given.
pub(super) fn refused_line_item(answer: &Answer) -> ServiceError {
    let kind = match answer.status {
        StatusCode::NOT_FOUND | StatusCode::GONE => ServiceErrorKind::LineItemGone,
        status => kind_of(status),
    };
    refused(answer, kind)
}

/// Why a list was not given.
pub(super) fn refused_list(answer: &Answer) -> ServiceError {
    refused(answer, kind_of(answer.status))
}

pub(super) fn kind_of(status: StatusCode) -> ServiceErrorKind {
    match status {
        status if status.is_redirection() => ServiceErrorKind::Redirected,
        status if status.is_server_error() => ServiceErrorKind::PlatformFailed,
        _ => ServiceErrorKind::Refused,
    }
}

/// A success whose body cannot be used.
pub(super) fn unusable(answer: &Answer, detail: &str) -> ServiceError {
    answer
        .error(ServiceErrorKind::AnswerInvalid)
        .with_detail(detail)
}
