//! A fetch of a key set.

use std::sync::Arc;

use crate::{
    key_set::FetchError,
    observe::{
        measure::{self, Stopwatch},
        span::Span,
    },
};

/// A fetch under way.
pub(crate) struct KeyFetch {
    span: Span,
    began: Stopwatch,
}

impl KeyFetch {
    pub(crate) fn begins(url: &str) -> Self {
        Self {
            span: Span::key_set(url),
            began: Stopwatch::start(),
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Notes whether it brought a key set.
    pub(crate) fn ends(&self, settled: &Result<(), Arc<FetchError>>) {
        let outcome = match settled {
            Ok(()) => "fetched",
            Err(error) if error.unreachable => "unreachable",
            Err(_) => "invalid",
        };
        self.span.record("outcome", outcome);
        measure::key_fetch(outcome, &self.began);
    }
}
