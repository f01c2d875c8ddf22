//! A login or a launch, from its beginning to its end.

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
        Outcome, Telling,
        measure::{self, Stopwatch},
        span::{Span, shown},
    },
};

/// A login or a launch under way. When it is dropped, its outcome is noted.
pub(crate) struct Visit {
    stage: Stage,
    span: Span,
    began: Stopwatch,
    outcome: Outcome,
    whose: OnceLock<(Issuer, ClientId)>,
    deployment: OnceLock<DeploymentKey>,
    is_signed: AtomicBool,
}

#[derive(Clone, Copy)]
pub(super) enum Stage {
    Login,
    Launch,
}

impl Visit {
    pub(crate) fn login() -> Self {
        Self::begins(Stage::Login, Span::login())
    }

    pub(crate) fn launch() -> Self {
        Self::begins(Stage::Launch, Span::launch())
    }

    fn begins(stage: Stage, span: Span) -> Self {
        Self {
            stage,
            span,
            began: Stopwatch::start(),
            outcome: Outcome::Abandoned,
            whose: OnceLock::new(),
            deployment: OnceLock::new(),
            is_signed: AtomicBool::new(false),
        }
    }

    /// What happens in this future happens in this login or launch.
    pub(crate) fn over<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        self.span.clone().over(future)
    }

    /// Notes whom it is about, as a registration or a state of ours says.
    pub(crate) fn is_of(&self, issuer: &Issuer, client_id: &ClientId) {
        self.span.record_with("issuer", || shown(issuer.as_str()));
        self.span
            .record_with("client_id", || shown(client_id.as_str()));
        // Whoever is noted first stays: the state names its registration once and for all.
        let _ = self.whose.set((issuer.clone(), client_id.clone()));
    }

    /// Notes that the platform has signed it, or that we have sealed it.
    pub(crate) fn signature_is_proven(&self) {
        self.is_signed.store(true, Ordering::Relaxed);
    }

    /// Notes where it comes from, hashed. Only for what is signed.
    pub(crate) fn is_from(&self, deployment: &DeploymentKey) {
        self.span.record_with("deployment", || deployment.to_text());
        let _ = self.deployment.set(deployment.clone());
    }

    /// Adds to a refusal what is known of the login or launch, and notes what the span has yet to say.
    pub(crate) fn explain(&self, mut error: LtiError) -> LtiError {
        if let Some((issuer, client_id)) = self.whose.get() {
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

    /// Whether it is to be told of at its level. What is signed always is.
    pub(crate) fn telling(&self, count: impl FnOnce() -> Telling) -> Telling {
        if self.is_signed.load(Ordering::Relaxed) {
            Telling::ALWAYS
        } else {
            count()
        }
    }

    pub(crate) fn ends(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let outcome = self.outcome.as_str();
        self.span.record("outcome", outcome);
        match self.stage {
            Stage::Login => measure::login(outcome),
            Stage::Launch => measure::launch(outcome, &self.began),
        }
    }
}
