//! What all requests share, so that none of them takes all of it.

use crate::{
    form::BodyBudget,
    limits::Limits,
    observe::{ErrorRateLimit, RejectionRateLimit},
    tool::{LtiTool, parking_budget::ParkingBudget},
};

/// What all requests share: bytes of bodies, parked launches, and lines in the log.
pub(super) struct Budgets {
    bodies: BodyBudget,
    parking: ParkingBudget,
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
            parking: ParkingBudget::default(),
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

    pub(crate) fn parking(&self) -> &ParkingBudget {
        &self.0.budgets.parking
    }
}
