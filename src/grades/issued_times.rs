//! Timestamps that rise for each learner and line item.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{clock::unix_millis, service_url::ServiceUrl};

/// How many learners are remembered before those are forgotten whose last time has passed long ago.
const MAX_REMEMBERED: usize = 100_000;

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
    last: Mutex<HashMap<u64, u64>>,
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
        make_room(&mut last, now);
        let key = self.keys.hash_one((line_item.as_str(), user));
        let issued = match (last.get(&key), step) {
            (None, _) => now,
            (Some(last), Step::Milliseconds) => now.max(last + 1),
            (Some(last), Step::WholeSeconds) if now / 1_000 > last / 1_000 => now,
            (Some(last), Step::WholeSeconds) => (last / 1_000 + 1) * 1_000,
        };
        last.insert(key, issued);
        UNIX_EPOCH + Duration::from_millis(issued)
    }

    /// Has all later times be later than this one, which the caller has chosen.
    pub(super) fn note(&self, line_item: &ServiceUrl, user: &str, chosen: SystemTime) {
        let key = self.keys.hash_one((line_item.as_str(), user));
        let chosen = unix_millis(chosen);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let last = last.entry(key).or_insert(chosen);
        *last = chosen.max(*last);
    }
}

fn make_room(last: &mut HashMap<u64, u64>, now: u64) {
    if last.len() >= MAX_REMEMBERED {
        last.retain(|_, issued| *issued + REMEMBERED_FOR_MS > now);
    }
    if last.len() >= MAX_REMEMBERED {
        last.clear();
    }
}
