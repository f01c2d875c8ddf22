//! Rate-limits ERROR events to one per code every 10 s: an outage is one error in the log, and not one for
//! every user.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How long a code is quiet after an ERROR event.
const QUIET: Duration = Duration::from_secs(10);

/// When each code was logged last.
#[derive(Debug, Default)]
pub(crate) struct ErrorRateLimit(Mutex<BTreeMap<&'static str, Duration>>);

impl ErrorRateLimit {
    /// Whether an ERROR event with this code is permitted now, which then counts as logged.
    pub(crate) fn permits(&self, code: &'static str, now: Duration) -> bool {
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match logged.get(code) {
            Some(before) if now.saturating_sub(*before) < QUIET => false,
            _ => {
                logged.insert(code, now);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_an_error_once_in_ten_seconds() {
        let limit = ErrorRateLimit::default();
        let permits = |code, secs| limit.permits(code, Duration::from_secs(secs));
        assert!(permits("store_unavailable", 0));
        assert!(!permits("store_unavailable", 9));
        assert!(permits("jwks_unavailable", 9), "another code");
        assert!(permits("store_unavailable", 10));
        assert!(!permits("store_unavailable", 11));
    }
}
