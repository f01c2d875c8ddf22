//! A login or a launch, from its beginning to its end.

use std::future::Future;

use crate::{
    deployment::DeploymentKey,
    observe::{
        Outcome,
        measure::{self, Stopwatch},
        span::{Span, shown},
    },
    registration::RegistrationId,
};

/// A login or a launch under way. When it is dropped, its outcome is noted.
pub(crate) struct Visit {
    stage: Stage,
    span: Span,
    began: Stopwatch,
    outcome: Outcome,
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
        }
    }

    /// What happens in this future happens in this login or launch.
    pub(crate) fn over<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        self.span.clone().over(future)
    }

    /// Notes whom it is about. For registrations of this tool alone.
    pub(crate) fn is_of(&self, registration: &RegistrationId) {
        self.span
            .record_with("issuer", || shown(registration.issuer().as_str()));
        self.span
            .record_with("client_id", || shown(registration.client_id().as_str()));
    }

    /// Notes where it comes from, hashed. Only for what is signed.
    pub(crate) fn is_from(&self, deployment: &DeploymentKey) {
        self.span.record_with("deployment", || deployment.to_text());
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
