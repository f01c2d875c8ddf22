//! The ticket that goes with a person who is sent to onboarding.

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::unix_millis,
    deployment::{DeploymentId, DeploymentKey},
    registration::RegistrationId,
    state::Sealer,
};

/// How long a ticket is good for.
pub(crate) const TICKET_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Says which deployment a person came from who was sent to onboarding.
///
/// It is signed and good for 15 minutes. It names registration and deployment, and holds neither
/// personal data nor a token. Open it with
/// [`LtiTool::open_onboarding_ticket`](crate::LtiTool::open_onboarding_ticket).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnboardingTicket {
    deployment: DeploymentKey,
}

impl OnboardingTicket {
    /// The deployment that was missing.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    pub(crate) fn seal(
        deployment: &DeploymentKey,
        now: SystemTime,
        sealer: &Sealer,
    ) -> Option<String> {
        sealer.seal(&Sealed {
            registration: deployment.registration().clone(),
            deployment: deployment.id().clone(),
            issued_at_ms: unix_millis(now),
        })
    }

    pub(crate) fn open(text: &str, now: SystemTime, sealer: &Sealer) -> Result<Self, TicketError> {
        let sealed: Sealed = sealer.open(text).ok_or(TicketError::Forged)?;
        let age_ms = unix_millis(now).saturating_sub(sealed.issued_at_ms);
        if u128::from(age_ms) >= TICKET_LIFETIME.as_millis() {
            return Err(TicketError::Expired);
        }
        Ok(Self {
            deployment: DeploymentKey::new(sealed.registration, sealed.deployment),
        })
    }
}

/// An onboarding ticket cannot be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TicketError {
    /// It was not sealed by this tool, or was altered.
    Forged,
    /// It is older than 15 minutes; the person should launch again from the course.
    Expired,
}

impl fmt::Display for TicketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forged => "the ticket was not sealed by this tool",
            Self::Expired => "the ticket has expired",
        })
    }
}

impl Error for TicketError {}

#[derive(Serialize, Deserialize)]
struct Sealed {
    registration: RegistrationId,
    deployment: DeploymentId,
    issued_at_ms: u64,
}
