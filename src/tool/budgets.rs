//! What all requests share, so that none of them takes all of it.

use crate::{
    form::BodyBudget,
    limits::Limits,
    observe::{ErrorRateLimit, RejectionRateLimit},
    tool::{LtiTool, registration_budget::RegistrationBudget},
};

/// The maximum number of bytes that this process has parked for one registration at a time.
const PARKED_BYTES: usize = 4 * 1024 * 1024;

/// What all requests share: bytes of bodies, parked launches, sessions, and lines in the log.
pub(super) struct Budgets {
    bodies: BodyBudget,
    parking: RegistrationBudget,
    #[cfg(feature = "sessions")]
    sessions: RegistrationBudget,
    pub(super) errors: ErrorRateLimit,
    pub(super) rejections: RejectionRateLimit,
    #[cfg(feature = "services")]
    pub(super) service_failures: RejectionRateLimit,
    #[cfg(feature = "services")]
    pub(super) hosts: crate::retry::HostBudgets,
}

impl Budgets {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            bodies: BodyBudget::new(limits.bodies_in_flight_bytes),
            parking: RegistrationBudget::new(PARKED_BYTES),
            #[cfg(feature = "sessions")]
            sessions: RegistrationBudget::new(limits.session_bytes_per_registration),
            errors: ErrorRateLimit::default(),
            rejections: RejectionRateLimit::default(),
            #[cfg(feature = "services")]
            service_failures: RejectionRateLimit::for_kinds(
                crate::service_error::ServiceErrorKind::ALL.len(),
            ),
            #[cfg(feature = "services")]
            hosts: crate::retry::HostBudgets::default(),
        }
    }
}

impl LtiTool {
    pub(crate) fn bodies(&self) -> &BodyBudget {
        &self.0.budgets.bodies
    }

    pub(crate) fn parking(&self) -> &RegistrationBudget {
        &self.0.budgets.parking
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn starting_sessions(&self) -> &RegistrationBudget {
        &self.0.budgets.sessions
    }
}
