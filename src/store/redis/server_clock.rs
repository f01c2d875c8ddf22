//! How far the clock of a server is from where it should be.
//!
//! Redis forgets a nonce by its own time of day. When that is set forward, nonces are forgotten too early.

use tokio::time::Instant;

/// How far it may go forward, in milliseconds. Nonces are kept a minute longer than their launches could be
/// accepted.
const STEP_MS: i64 = 30_000;

/// How fast it may go, in milliseconds an hour, beside our clock that nobody sets.
const CREEP_MS: u128 = 3_600;

/// The clock of a server, beside ours.
#[derive(Debug)]
pub(super) struct ServerClock {
    origin: Instant,
    /// The least that it was ahead of us, in milliseconds since `origin`, and when that was.
    least: Option<(i64, Instant)>,
}

impl Default for ServerClock {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
            least: None,
        }
    }
}

impl ServerClock {
    /// Whether it was set forward since it was read last. It told the time at some moment between `asked`
    /// and `told`.
    pub(super) fn was_set_forward(&mut self, time_ms: i64, asked: Instant, told: Instant) -> bool {
        let since = |at: Instant| {
            i64::try_from(at.duration_since(self.origin).as_millis()).unwrap_or(i64::MAX)
        };
        let at_least = time_ms.saturating_sub(since(told));
        let at_most = time_ms.saturating_sub(since(asked));
        let Some((least, at)) = self.least else {
            self.least = Some((at_most, told));
            return false;
        };
        let crept = told.duration_since(at).as_millis() * CREEP_MS / 3_600_000;
        let expected = least.saturating_add(i64::try_from(crept).unwrap_or(i64::MAX));
        let is_forward = at_least > expected.saturating_add(STEP_MS);
        if is_forward || at_most < expected {
            self.least = Some((at_most, told));
        } else if crept > 0 {
            self.least = Some((expected, told));
        }
        is_forward
    }

    /// Another server has another clock.
    pub(super) fn forget(&mut self) {
        self.least = None;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_is_set_forward_where_it_gains_half_a_minute() {
        const NOW: i64 = 1_700_000_000_000;
        let mut clock = ServerClock::default();
        let began = Instant::now();
        let mut read = |after_s: u64, late_s: u64, ahead_ms: i64| {
            let asked = began + Duration::from_secs(after_s);
            let told = asked + Duration::from_secs(late_s);
            clock.was_set_forward(NOW + (after_s as i64) * 1_000 + ahead_ms, asked, told)
        };
        assert!(!read(0, 0, 0));
        assert!(!read(1, 0, 0));
        assert!(!read(2, 200, 0), "we were stopped");
        assert!(!read(203, 0, 100));
        assert!(!read(204, 0, 29_000));
        assert!(read(205, 0, 61_000), "two steps");
        assert!(!read(206, 0, 61_000), "said once");
        assert!(!read(207, 0, 0), "set right again");
        assert!(read(208, 0, 31_000), "and wrong again");
        for day in 1..30 {
            assert!(
                !read(day * 86_400, 0, 31_000 + (day as i64) * 4_000),
                "slow"
            );
        }
    }
}
