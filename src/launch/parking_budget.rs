//! How much may be parked for one registration, so that none of them fills the store.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::registration::RegistrationId;

/// The most bytes that this process parks for one registration while a ticket lasts.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What each registration has parked in the present stretch of time, which is as long as a ticket lasts.
#[derive(Debug, Default)]
pub(crate) struct ParkingBudget(Mutex<Stretch>);

#[derive(Debug, Default)]
struct Stretch {
    ends: Duration,
    bytes: HashMap<RegistrationId, usize>,
}

impl ParkingBudget {
    /// Whether there is room for so many bytes more; they count from then on.
    pub(super) fn takes(
        &self,
        registration: &RegistrationId,
        bytes: usize,
        now: Duration,
        ticket_lifetime: Duration,
    ) -> bool {
        let mut stretch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= stretch.ends {
            stretch.bytes.clear();
            stretch.ends = now.saturating_add(ticket_lifetime);
        }
        let parked = stretch.bytes.entry(registration.clone()).or_default();
        let fits = parked.saturating_add(bytes) <= MOST_BYTES;
        if fits {
            *parked += bytes;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_registration_takes_its_own_share_and_gets_it_anew() {
        let budget = ParkingBudget::default();
        let [one, other] =
            ["tool-1", "tool-2"].map(|id| RegistrationId::new("https://lms.test", id));
        let lifetime = Duration::from_secs(900);
        let takes = |who: &RegistrationId, bytes, secs| {
            budget.takes(who, bytes, Duration::from_secs(secs), lifetime)
        };
        assert!(takes(&one, MOST_BYTES - 1, 0));
        assert!(!takes(&one, 2, 1));
        assert!(takes(&one, 1, 2));
        assert!(!takes(&one, 1, 899));
        assert!(takes(&other, MOST_BYTES, 3));
        assert!(takes(&one, MOST_BYTES, 900));
        assert!(!takes(&one, usize::MAX, 901));
    }
}
