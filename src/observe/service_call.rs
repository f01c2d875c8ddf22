//! A call to a platform's service.

use http::StatusCode;

use crate::{
    deployment::DeploymentKey,
    observe::{
        metrics::{self, Stopwatch},
        spans,
        trace::Span,
    },
    redact::log_value,
    service_error::ServiceError,
};

/// A call under way. Its outcome is recorded when it is dropped.
pub(crate) struct ServiceCallSpan {
    service: &'static str,
    span: Span,
    began: Stopwatch,
    outcome: &'static str,
    status: Option<StatusCode>,
}

impl ServiceCallSpan {
    pub(crate) fn begin(service: &'static str, deployment: &DeploymentKey) -> Self {
        let registration = deployment.registration();
        let span = spans::service(service);
        span.record_with("issuer", || log_value(registration.issuer().as_str()));
        span.record_with("client_id", || log_value(registration.client_id().as_str()));
        span.record_with("deployment", || deployment.to_text());
        Self {
            service,
            span,
            began: Stopwatch::start(),
            outcome: "abandoned",
            status: None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Counts a pause before a repeat, and why there is one.
    pub(crate) fn waits(&self, why: &'static str) {
        metrics::service_wait(self.service, why);
    }

    pub(crate) fn answered(&mut self, status: StatusCode) {
        self.outcome = "answered";
        self.status = Some(status);
    }

    pub(crate) fn failed(&mut self, error: &ServiceError) {
        self.outcome = error.code();
        self.status = error.platform_status();
    }
}

impl Drop for ServiceCallSpan {
    fn drop(&mut self) {
        let class = match self.status.map(|status| status.as_u16() / 100) {
            Some(1) => "1xx",
            Some(2) => "2xx",
            Some(3) => "3xx",
            Some(4) => "4xx",
            Some(5) => "5xx",
            Some(_) => "other",
            None => "none",
        };
        self.span.record("outcome", self.outcome);
        self.span.record("status", class);
        metrics::service_call(self.service, class, &self.began);
    }
}
