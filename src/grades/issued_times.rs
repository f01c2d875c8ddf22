//! Timestamps that rise for each learner and line item.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{clock::unix_millis, service_url::ServiceUrl};

/// How many learners are remembered before those are looked for that can be forgotten.
const MIN_REMEMBERED: usize = 100_000;

/// How long the time of day may be set back without that any timestamp comes twice.
const REMEMBERED_FOR_MS: u64 = 10 * 60 * 1_000;

/// How finely a platform tells timestamps apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Milliseconds,
    /// Two scores within one second are equal, and the second is refused.
    WholeSeconds,
}

/// The last timestamp of each learner and line item, in milliseconds since 1970.
#[derive(Default)]
pub(super) struct IssuedTimes {
    keys: RandomState,
    last: Mutex<Last>,
}

struct Last {
    times: HashMap<u64, u64>,
    /// How many there are when the next look is due.
    next_look: usize,
}

impl Default for Last {
    fn default() -> Self {
        Self {
            times: HashMap::new(),
            next_look: MIN_REMEMBERED,
        }
    }
}

impl IssuedTimes {
    /// A time that is later than all before it for this learner and line item (AGS 2.0 §3.4.9): now, or the
    /// next one that the platform tells apart from the last.
    pub(super) fn issue(
        &self,
        line_item: &ServiceUrl,
        user: &str,
        now: SystemTime,
        step: Step,
    ) -> SystemTime {
        let now = unix_millis(now);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.make_room(now);
        let key = self.keys.hash_one((line_item.as_str(), user));
        let issued = match (last.times.get(&key), step) {
            (None, _) => now,
            (Some(last), Step::Milliseconds) => now.max(last + 1),
            (Some(last), Step::WholeSeconds) if now / 1_000 > last / 1_000 => now,
            (Some(last), Step::WholeSeconds) => (last / 1_000 + 1) * 1_000,
        };
        last.times.insert(key, issued);
        UNIX_EPOCH + Duration::from_millis(issued)
    }

    /// Has all later times be later than this one, which the caller has chosen.
    pub(super) fn note(
        &self,
        line_item: &ServiceUrl,
        user: &str,
        chosen: SystemTime,
        now: SystemTime,
    ) {
        let key = self.keys.hash_one((line_item.as_str(), user));
        let chosen = unix_millis(chosen);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.make_room(unix_millis(now));
        let last = last.times.entry(key).or_insert(chosen);
        *last = chosen.max(*last);
    }
}

impl Last {
    /// Forgets times that have passed long ago. It looks again when there are twice as many, so that a batch of
    /// any size costs little for each score.
    fn make_room(&mut self, now: u64) {
        if self.times.len() >= self.next_look {
            self.times
                .retain(|_, issued| *issued + REMEMBERED_FOR_MS > now);
            self.next_look = MIN_REMEMBERED.max(2 * self.times.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-32
    #[test]
    fn learners_are_forgotten_when_their_times_have_long_passed_and_not_before() {
        let times = IssuedTimes::default();
        let item = ServiceUrl::parse("https://l.test/1").unwrap();
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let issue =
            |user: usize, now| times.issue(&item, &user.to_string(), now, Step::Milliseconds);
        for user in 0..=2 * MIN_REMEMBERED {
            issue(user, at(1_000));
        }
        let remembered = || times.last.lock().unwrap().times.len();
        assert_eq!(remembered(), 2 * MIN_REMEMBERED + 1);
        assert_eq!(issue(7, at(1_000)), at(1_000) + Duration::from_millis(1));

        for user in 0..2 * MIN_REMEMBERED {
            issue(usize::MAX - user, at(2_000));
        }
        assert!(remembered() <= 2 * MIN_REMEMBERED, "{}", remembered());

        // Times that a caller has chosen are no different.
        for user in 0..3 * MIN_REMEMBERED {
            times.note(&item, &format!("chosen-{user}"), at(1_000), at(9_000));
        }
        assert!(remembered() <= 2 * MIN_REMEMBERED, "{}", remembered());
    }
}
