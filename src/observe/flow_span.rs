//! The span and the metrics of a login or a launch.

use std::{
    future::Future,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    deployment::DeploymentKey,
    error::LtiError,
    identity::{ClientId, Issuer},
    observe::{
        LogPermit, Outcome,
        metrics::{self, Stopwatch},
        spans,
        trace::Span,
    },
    redact::log_value,
};

/// The span of a login or a launch. Its outcome is recorded when it is dropped.
pub(crate) struct FlowSpan {
    flow: Flow,
    span: Span,
    began: Stopwatch,
    outcome: Outcome,
    registration: OnceLock<(Issuer, ClientId)>,
    deployment: OnceLock<DeploymentKey>,
    is_proven: AtomicBool,
}

#[derive(Clone, Copy)]
pub(super) enum Flow {
    Login,
    Launch,
}

impl FlowSpan {
    pub(crate) fn login() -> Self {
        Self::begin(Flow::Login, spans::login())
    }

    pub(crate) fn launch() -> Self {
        Self::begin(Flow::Launch, spans::launch())
    }

    fn begin(flow: Flow, span: Span) -> Self {
        Self {
            flow,
            span,
            began: Stopwatch::start(),
            outcome: Outcome::Abandoned,
            registration: OnceLock::new(),
            deployment: OnceLock::new(),
            is_proven: AtomicBool::new(false),
        }
    }

    /// Enters the span whenever the future is polled.
    pub(crate) fn instrument<F: Future>(
        &self,
        future: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        self.span.clone().instrument(future)
    }

    /// Records whose login or launch it is, once a registration or a signed state says so.
    pub(crate) fn record_registration(&self, issuer: &Issuer, client_id: &ClientId) {
        self.span
            .record_with("issuer", || log_value(issuer.as_str()));
        self.span
            .record_with("client_id", || log_value(client_id.as_str()));
        // The first stays: the state names its registration once and for all.
        let _ = self.registration.set((issuer.clone(), client_id.clone()));
    }

    /// From now on its rejection is always logged: the platform has signed it, or this tool has sealed it.
    pub(crate) fn mark_proven(&self) {
        self.is_proven.store(true, Ordering::Relaxed);
    }

    /// Records where it comes from, hashed. Only for what is signed.
    pub(crate) fn record_deployment(&self, deployment: &DeploymentKey) {
        self.span.record_with("deployment", || deployment.to_text());
        let _ = self.deployment.set(deployment.clone());
    }

    /// Adds what is known of the login or launch to its error, and to the span what the error knows.
    pub(crate) fn complete(&self, mut error: LtiError) -> LtiError {
        if let Some((issuer, client_id)) = self.registration.get() {
            let (issuer, client_id) = (issuer.as_str(), client_id.as_str());
            error = error.of_client(Some(issuer), Some(client_id));
        } else {
            let detail = error.detail();
            for (field, value) in [
                ("issuer", detail.issuer()),
                ("client_id", detail.client_id()),
            ] {
                if let Some(value) = value {
                    self.span.record_with(field, || value);
                }
            }
        }
        if let Some(key) = self.deployment.get() {
            error = error.of_deployment(key);
        }
        if let Some(platform_error) = error.detail().platform_error() {
            self.span.record_with("platform_error", || platform_error);
        }
        error
    }

    /// Whether its rejection is logged at its level, which what is signed always is.
    pub(crate) fn log_permit(&self, limit: impl FnOnce() -> LogPermit) -> LogPermit {
        if self.is_proven.load(Ordering::Relaxed) {
            LogPermit::UNLIMITED
        } else {
            limit()
        }
    }

    pub(crate) fn finish(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for FlowSpan {
    fn drop(&mut self) {
        let outcome = self.outcome.as_str();
        self.span.record("outcome", outcome);
        match self.flow {
            Flow::Login => metrics::login(outcome),
            Flow::Launch => metrics::launch(outcome, &self.began),
        }
    }
}
