//! A request for an access token.

use crate::{
    identity::RegistrationId,
    observe::{
        event,
        metrics::{self, Stopwatch},
        spans,
        trace::Span,
    },
    service_error::ServiceError,
};

/// A request under way.
pub(crate) struct TokenFetch {
    span: Span,
    began: Stopwatch,
}

impl TokenFetch {
    pub(crate) fn begin(url: &str) -> Self {
        Self {
            span: spans::access_token(url),
            began: Stopwatch::start(),
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Notes whether it brought a token.
    pub(crate) fn finish(&self, registration: &RegistrationId, failed: Option<&ServiceError>) {
        let outcome = failed.map_or("granted", ServiceError::code);
        self.span.record("outcome", outcome);
        metrics::access_token(outcome);
        metrics::access_token_fetch(&self.began);
        if let Some(error) = failed {
            event::no_access_token(error, registration);
        }
    }
}

/// A call found a token that was kept.
pub(crate) fn access_token_reused() {
    metrics::access_token("reused");
}
