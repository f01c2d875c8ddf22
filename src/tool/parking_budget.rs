//! Limits how much is parked for one registration, so that none of them fills the store.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::identity::RegistrationId;

/// The maximum number of bytes that this process has parked for one registration at a time.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A smaller launch counts as this much, so that the number of launches is bounded, too.
const MIN_BYTES: usize = 512;

/// What each registration has parked, each launch for as long as its ticket lasts.
#[derive(Debug, Default)]
pub(crate) struct ParkingBudget(Mutex<HashMap<RegistrationId, Parked>>);

/// The launches of one registration, the first to expire first.
#[derive(Debug, Default)]
struct Parked {
    bytes: usize,
    launches: VecDeque<(Duration, usize)>,
}

impl Parked {
    fn forget_expired(&mut self, now: Duration) {
        while let Some(&(expires, bytes)) = self.launches.front()
            && expires <= now
        {
            self.bytes -= bytes;
            self.launches.pop_front();
        }
    }
}

impl ParkingBudget {
    /// Whether there is room for so many bytes more; they count until the ticket expires.
    pub(crate) fn takes(
        &self,
        registration: &RegistrationId,
        bytes: usize,
        now: Duration,
        ticket_lifetime: Duration,
    ) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let parked = all.entry(registration.clone()).or_default();
        parked.forget_expired(now);
        let bytes = bytes.max(MIN_BYTES);
        let fits = parked.bytes.saturating_add(bytes) <= MAX_BYTES;
        if fits {
            parked.bytes += bytes;
            let expires = now.saturating_add(ticket_lifetime);
            parked.launches.push_back((expires, bytes));
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // N17
    #[test]
    fn one_registration_has_its_own_share_and_never_more_of_it_at_once() {
        let budget = ParkingBudget::default();
        let [one, other] =
            ["tool-1", "tool-2"].map(|id| RegistrationId::new("https://lms.test", id));
        let lifetime = Duration::from_secs(900);
        let takes = |who: &RegistrationId, bytes, secs| {
            budget.takes(who, bytes, Duration::from_secs(secs), lifetime)
        };
        let half = MAX_BYTES / 2;
        assert!(takes(&one, half, 0));
        assert!(takes(&one, half, 600));
        assert!(!takes(&one, 1, 601));
        assert!(takes(&other, MAX_BYTES, 601));
        assert!(!takes(&one, 1, 899), "the first is there until then");
        assert!(takes(&one, half, 900));
        assert!(!takes(&one, 1, 1_499));
        assert!(takes(&one, half, 1_500));
        assert!(!takes(&one, usize::MAX, 1_501));
        assert!(takes(&one, MAX_BYTES, 9_999));
    }
}
