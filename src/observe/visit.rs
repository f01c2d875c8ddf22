//! A login or a launch, from its beginning to its end.

use std::future::Future;

use crate::{
    deployment::DeploymentKey,
    observe::{
        Outcome,
        span::{Span, shown},
    },
    registration::RegistrationId,
};

/// A login or a launch under way. When it is dropped, its outcome is noted.
pub(crate) struct Visit {
    span: Span,
    outcome: Outcome,
}

impl Visit {
    pub(crate) fn login() -> Self {
        Self::begins(Span::login())
    }

    pub(crate) fn launch() -> Self {
        Self::begins(Span::launch())
    }

    fn begins(span: Span) -> Self {
        Self {
            span,
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
        self.span.record("outcome", self.outcome.as_str());
    }
}
