//! A request to a platform.

use http::{Method, Uri};

use crate::{
    observe::{
        event,
        metrics::{self, Stopwatch},
    },
    redact::{self, log_value},
};

/// A request under way. Its query, its headers and both bodies are never looked at.
pub(crate) struct ExchangeWatch {
    kind: &'static str,
    method: Method,
    uri: Uri,
    began: Stopwatch,
    outcome: &'static str,
    status: Option<u16>,
    bytes: usize,
}

impl ExchangeWatch {
    pub(crate) fn begin(kind: &'static str, method: Method, uri: Uri) -> Self {
        Self {
            kind,
            method,
            uri,
            began: Stopwatch::start(),
            outcome: "abandoned",
            status: None,
            bytes: 0,
        }
    }

    /// Notes a whole response.
    pub(crate) fn answered(mut self, status: u16, bytes: usize) {
        self.status = Some(status);
        self.bytes = bytes;
        self.outcome = match status / 100 {
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            5 => "5xx",
            _ => "1xx",
        };
    }

    /// Notes why there is none.
    pub(crate) fn failed(mut self, word: &'static str, status: Option<u16>) {
        self.outcome = word;
        self.status = status;
    }
}

impl Drop for ExchangeWatch {
    fn drop(&mut self) {
        event::exchange(
            self.kind,
            self.method.as_str(),
            || log_value(&redact::url(&self.uri.to_string())),
            self.outcome,
            self.status,
            self.bytes,
            || self.began.milliseconds(),
        );
        metrics::exchange(self.kind, self.outcome, &self.began);
    }
}
