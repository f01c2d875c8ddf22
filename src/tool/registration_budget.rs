//! Limits how much is kept for one registration at a time, so that none of them fills the store.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::identity::RegistrationId;

/// What is smaller counts as this much, so that its number is bounded, too.
const MIN_BYTES: usize = 512;

/// What this process keeps for each registration, each value for as long as it lasts.
#[derive(Debug)]
pub(crate) struct RegistrationBudget {
    most_bytes: usize,
    kept: Mutex<HashMap<RegistrationId, Kept>>,
}

/// The values of one registration, the first to expire first.
#[derive(Debug, Default)]
struct Kept {
    bytes: usize,
    values: VecDeque<(Duration, usize)>,
}

impl Kept {
    fn forget_expired(&mut self, now: Duration) {
        while let Some(&(expires, bytes)) = self.values.front()
            && expires <= now
        {
            self.bytes -= bytes;
            self.values.pop_front();
        }
    }
}

impl RegistrationBudget {
    /// At most so many bytes for each registration.
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            most_bytes,
            kept: Mutex::default(),
        }
    }

    /// Whether there is room for so many bytes more; they count for as long as they last.
    pub(crate) fn takes(
        &self,
        registration: &RegistrationId,
        bytes: usize,
        now: Duration,
        lasts: Duration,
    ) -> bool {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(registration.clone()).or_default();
        kept.forget_expired(now);
        let bytes = bytes.max(MIN_BYTES);
        let fits = kept.bytes.saturating_add(bytes) <= self.most_bytes;
        if fits {
            kept.bytes += bytes;
            let expires = now.saturating_add(lasts);
            kept.values.push_back((expires, bytes));
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_BYTES: usize = 4 * 1024 * 1024;

    // N17
    #[test]
    fn one_registration_has_its_own_share_and_never_more_of_it_at_once() {
        let budget = RegistrationBudget::new(MAX_BYTES);
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
