//! A fetch of a key set.

use std::sync::Arc;

use crate::observe::{
    ErrorWord,
    metrics::{self, Stopwatch},
    spans,
    trace::Span,
};

/// A fetch under way.
pub(crate) struct KeyFetch {
    span: Span,
    began: Stopwatch,
}

impl KeyFetch {
    pub(crate) fn begin(url: &str) -> Self {
        Self {
            span: spans::key_set(url),
            began: Stopwatch::start(),
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Notes whether it brought a key set.
    pub(crate) fn finish(&self, settled: &Result<(), Arc<impl ErrorWord>>) {
        let outcome = match settled {
            Ok(()) => "fetched",
            Err(error) => error.word(),
        };
        self.span.record("outcome", outcome);
        metrics::key_fetch(outcome, &self.began);
    }
}
