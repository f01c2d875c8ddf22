//! What a verdict leads to: the request as the handler gets it, or the answer in its place.

use bytes::Bytes;
use http::{HeaderValue, Response, request::Parts};

use crate::{
    launch::{
        config::LayerConfig,
        entry::Entry,
        verdict::{Admitted, Verdict},
    },
    observe::{FlowSpan, Outcome, event},
};

/// What a verdict leads to.
pub(super) struct Handover {
    /// The form for the handler, or the answer in its place.
    pub(super) form: Result<Bytes, Response<Bytes>>,
    pub(super) clear_cookie: Option<HeaderValue>,
    pub(super) outcome: Outcome,
}

impl Handover {
    /// Puts a launch into the request's extensions, or makes the answer. Logs either.
    pub(super) async fn of(
        verdict: Verdict,
        config: &LayerConfig,
        entry: Entry,
        parts: &mut Parts,
        visit: &FlowSpan,
    ) -> Self {
        let (form, outcome) = match verdict.outcome {
            Ok(Admitted::Launch(launch)) => {
                config.run_created_hook(&launch).await;
                let outcome = if entry == Entry::Resume {
                    Outcome::Resumed
                } else if launch.deployment_created() {
                    Outcome::Created
                } else {
                    Outcome::Launched
                };
                event::launched(outcome, launch.is_without_cookies());
                #[cfg(feature = "sessions")]
                crate::session::LtiSession::tell_if_misplaced(&parts.extensions);
                parts.extensions.insert(launch);
                (Ok(verdict.form), outcome)
            }
            Ok(Admitted::Missing(missing)) => {
                event::deployment_missing(Outcome::Forwarded);
                parts.extensions.insert(missing);
                (Ok(verdict.form), Outcome::Forwarded)
            }
            Ok(Admitted::Redirect(response)) => {
                event::deployment_missing(Outcome::Redirected);
                (Err(response), Outcome::Redirected)
            }
            Ok(Admitted::Asked(response)) => {
                event::storage_asked();
                (Err(response), Outcome::StorageAsked)
            }
            Err(error) => {
                let allowed = entry.allowed_methods();
                let (answer, outcome) = config.tool.reject(error, parts, allowed, visit);
                (Err(answer), outcome)
            }
        };
        Self {
            form,
            clear_cookie: verdict.clear_cookie,
            outcome,
        }
    }
}
