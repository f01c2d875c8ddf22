//! Rate-limits what anybody can cause: refusals of requests that have proven nothing.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::error::LtiErrorKind;

/// How long a window lasts.
const WINDOW: Duration = Duration::from_secs(10);

/// How many refusals of one kind are told in a window; the rest is counted.
const TOLD_IN_A_WINDOW: u32 = 10;

/// For each kind of refusal, what was told in the present window.
///
/// The size is fixed: what a request holds is never a key here.
#[derive(Debug)]
pub(crate) struct Refusals(Mutex<Vec<Window>>);

#[derive(Clone, Debug, Default)]
struct Window {
    began: Option<Duration>,
    told: u32,
    suppressed: u64,
}

/// Whether a refusal is told at its level, and how many before it were not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Telling {
    pub(crate) is_told: bool,
    pub(crate) suppressed: u64,
}

impl Telling {
    /// What is proven is always told.
    pub(crate) const ALWAYS: Self = Self {
        is_told: true,
        suppressed: 0,
    };
}

impl Default for Refusals {
    fn default() -> Self {
        Self(Mutex::new(vec![Window::default(); LtiErrorKind::ALL.len()]))
    }
}

impl Refusals {
    /// Counts a refusal, and says whether it is told.
    pub(crate) fn telling(&self, kind: LtiErrorKind, now: Duration) -> Telling {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get_mut(kind as usize);
        window.map_or(Telling::ALWAYS, |window| window.count(now))
    }

    /// Whether another of that kind would be told, so that more is worth finding out about it.
    pub(crate) fn has_room(&self, kind: LtiErrorKind, now: Duration) -> bool {
        let windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows
            .get(kind as usize)
            .is_none_or(|window| window.has_room(now))
    }
}

impl Window {
    fn is_over(&self, now: Duration) -> bool {
        self.began
            .is_none_or(|began| now.saturating_sub(began) >= WINDOW)
    }

    fn has_room(&self, now: Duration) -> bool {
        self.is_over(now) || self.told < TOLD_IN_A_WINDOW
    }

    fn count(&mut self, now: Duration) -> Telling {
        if !self.has_room(now) {
            self.suppressed += 1;
            return Telling {
                is_told: false,
                suppressed: 0,
            };
        }
        if self.is_over(now) {
            self.began = Some(now);
            self.told = 0;
        }
        self.told += 1;
        Telling {
            is_told: true,
            suppressed: std::mem::take(&mut self.suppressed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // N09
    #[test]
    fn ten_of_a_kind_are_told_in_ten_seconds_and_the_rest_is_counted() {
        let refusals = Refusals::default();
        let telling = |kind: LtiErrorKind, secs| {
            let told = refusals.telling(kind, Duration::from_secs(secs));
            (told.is_told, told.suppressed)
        };
        let flood = LtiErrorKind::FieldMissing;
        for _ in 0..10 {
            assert_eq!(telling(flood, 0), (true, 0));
        }
        for _ in 0..990 {
            assert_eq!(telling(flood, 9), (false, 0));
        }
        assert!(!refusals.has_room(flood, Duration::from_secs(9)));
        assert_eq!(telling(LtiErrorKind::CookieMissing, 9), (true, 0));
        assert_eq!(telling(flood, 10), (true, 990));
        assert_eq!(telling(flood, 10), (true, 0));
    }
}
