//! A fetch of a key set.

use crate::{key_set::FetchError, observe::span::Span};

/// A fetch under way.
pub(crate) struct KeyFetch {
    span: Span,
}

impl KeyFetch {
    pub(crate) fn begins(url: &str) -> Self {
        Self {
            span: Span::key_set(url),
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Notes whether it brought a key set.
    pub(crate) fn ends(&self, settled: &Result<(), FetchError>) {
        let outcome = match settled {
            Ok(()) => "fetched",
            Err(error) if error.unreachable => "unreachable",
            Err(_) => "invalid",
        };
        self.span.record("outcome", outcome);
    }
}
