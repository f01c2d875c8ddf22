//! Our spans.

use crate::{
    observe::trace::{Span, span},
    redact::{self, log_value},
};

pub(super) fn login() -> Span {
    span!(info_span, "lti.login", issuer, client_id, outcome)
}

pub(super) fn launch() -> Span {
    span!(
        info_span,
        "lti.launch",
        issuer,
        client_id,
        deployment,
        platform_error,
        outcome
    )
}

pub(super) fn store(operation: &'static str) -> Span {
    let span = span!(debug_span, "lti.store", operation, outcome);
    span.record("operation", operation);
    span
}

/// A root span: a fetch goes on after the launch that began it, and serves others too.
pub(super) fn key_set(url: &str) -> Span {
    let span = span!(debug_span, parent: None, "lti.key_set", url, outcome).follows_from_current();
    span.record_with("url", || log_value(&redact::url(url)));
    span
}

/// A root span: a request goes on after the call that began it, and serves others too.
#[cfg(feature = "services")]
pub(super) fn access_token(url: &str) -> Span {
    let span =
        span!(debug_span, parent: None, "lti.access_token", url, outcome).follows_from_current();
    span.record_with("url", || log_value(&redact::url(url)));
    span
}

#[cfg(feature = "services")]
pub(super) fn service(service: &'static str) -> Span {
    let span = span!(
        info_span,
        "lti.service",
        service,
        issuer,
        client_id,
        deployment,
        status,
        outcome
    );
    span.record("service", service);
    span
}
