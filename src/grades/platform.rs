//! What is known of the platform.

use tokio::time::timeout;

use crate::{
    grades::{Grades, Score, issued_times::Step},
    registration::{ProductFamily, ScoreTimestamps},
    service_error::{ServiceError, ServiceErrorKind},
};

/// What is known of the platform.
#[derive(Clone)]
pub(super) struct Platform {
    /// Its product family, empty where nobody says.
    pub(super) family: ProductFamily,
    /// How finely it tells timestamps apart.
    pub(super) step: Step,
}

impl Platform {
    /// Whether this score counts twice where it comes twice: Canvas makes a submission of each that does not say
    /// otherwise, and takes equal timestamps.
    pub(super) fn counts_twice(&self, score: &Score) -> bool {
        self.family == ProductFamily::Canvas && score.new_submission != Some(false)
    }
}

impl Grades {
    /// What is known of the platform: as it signed it, else as the registration says; never from a URL.
    pub(super) async fn platform(&self) -> Result<Platform, ServiceError> {
        let id = self.deployment().registration();
        let tool = self.offer.client.tool();
        let known = tool.registrations();
        let limits = tool.limits();
        let deadline = limits.launch_timeout.min(limits.service_timeout);
        let found = timeout(deadline, known.find_id(id)).await;
        let registration = found
            .map_err(|_| ServiceErrorKind::StoreUnavailable)?
            .map_err(|error| {
                ServiceError::new(ServiceErrorKind::StoreUnavailable).with_source(error)
            })?
            .ok_or(ServiceErrorKind::RegistrationUnknown)?;
        let signed = self.offer.signed_family.as_ref();
        let family = signed.or(registration.product_family()).cloned();
        let family = family.unwrap_or_else(|| ProductFamily::from(""));
        let timestamps = registration.score_timestamps();
        let step = match timestamps.unwrap_or_else(|| family.score_timestamps()) {
            ScoreTimestamps::WholeSeconds => Step::WholeSeconds,
            _ => Step::Milliseconds,
        };
        Ok(Platform { family, step })
    }
}
