//! Rate-limits WARN events for what anybody can cause: rejections of requests that have proven nothing.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::error::LtiErrorKind;

/// How long a window lasts.
const WINDOW: Duration = Duration::from_secs(10);

/// How many rejections of one kind are logged in a window; the rest is counted.
const MAX_LOGGED: u32 = 10;

/// For each kind of rejection, what was logged in the present window.
///
/// The size is fixed: nothing from a request is a key here.
#[derive(Debug)]
pub(crate) struct RejectionRateLimit(Mutex<Vec<Window>>);

#[derive(Clone, Debug, Default)]
struct Window {
    began: Option<Duration>,
    logged: u32,
    suppressed: u64,
}

/// Whether a rejection is logged at its level, and how many before it were not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogPermit {
    pub(crate) is_granted: bool,
    pub(crate) suppressed: u64,
}

impl LogPermit {
    /// What is proven is always logged.
    pub(crate) const UNLIMITED: Self = Self {
        is_granted: true,
        suppressed: 0,
    };
}

impl Default for RejectionRateLimit {
    fn default() -> Self {
        Self::for_kinds(LtiErrorKind::ALL.len())
    }
}

impl RejectionRateLimit {
    /// A limit for so many kinds.
    pub(crate) fn for_kinds(kinds: usize) -> Self {
        Self(Mutex::new(vec![Window::default(); kinds]))
    }

    /// Counts a rejection, and says whether it is logged.
    pub(crate) fn permit(&self, kind: LtiErrorKind, now: Duration) -> LogPermit {
        self.permit_nth(kind as usize, now)
    }

    /// The same for the kind of this number.
    pub(crate) fn permit_nth(&self, kind: usize, now: Duration) -> LogPermit {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get_mut(kind);
        window.map_or(LogPermit::UNLIMITED, |window| window.count(now))
    }

    /// Whether another of that kind would be logged, so that more is worth finding out about it.
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
        self.is_over(now) || self.logged < MAX_LOGGED
    }

    fn count(&mut self, now: Duration) -> LogPermit {
        if !self.has_room(now) {
            self.suppressed += 1;
            return LogPermit {
                is_granted: false,
                suppressed: 0,
            };
        }
        if self.is_over(now) {
            self.began = Some(now);
            self.logged = 0;
        }
        self.logged += 1;
        LogPermit {
            is_granted: true,
            suppressed: std::mem::take(&mut self.suppressed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // N09
    #[test]
    fn ten_of_a_kind_are_logged_in_ten_seconds_and_the_rest_is_counted() {
        let limit = RejectionRateLimit::default();
        let permit = |kind: LtiErrorKind, secs| {
            let permit = limit.permit(kind, Duration::from_secs(secs));
            (permit.is_granted, permit.suppressed)
        };
        let flood = LtiErrorKind::FieldMissing;
        for _ in 0..10 {
            assert_eq!(permit(flood, 0), (true, 0));
        }
        for _ in 0..990 {
            assert_eq!(permit(flood, 9), (false, 0));
        }
        assert!(!limit.has_room(flood, Duration::from_secs(9)));
        assert_eq!(permit(LtiErrorKind::CookieMissing, 9), (true, 0));
        assert_eq!(permit(flood, 10), (true, 990));
        assert_eq!(permit(flood, 10), (true, 0));
    }
}
