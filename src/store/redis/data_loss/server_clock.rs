//! Detects that a server's clock was set forward.
//!
//! Redis expires a nonce by its own time of day. A clock that is set forward expires nonces too early.

use tokio::time::Instant;

/// The tolerated step, in milliseconds. Nonces are kept a minute longer than their launches can be accepted.
const MAX_STEP_MS: i64 = 30_000;

/// The tolerated drift against our monotonic clock, in milliseconds an hour.
const MAX_DRIFT_MS: u128 = 3_600;

/// The offset of a server's clock from our monotonic one.
#[derive(Debug)]
pub(super) struct ServerClock {
    origin: Instant,
    /// The smallest offset since `origin` in milliseconds, and when it was measured.
    offset: Option<(i64, Instant)>,
}

impl Default for ServerClock {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
            offset: None,
        }
    }
}

impl ServerClock {
    /// Whether the clock was set forward since the last reading. The server read it between `asked` and
    /// `answered`.
    pub(super) fn was_set_forward(
        &mut self,
        time_ms: i64,
        asked: Instant,
        answered: Instant,
    ) -> bool {
        let since = |at: Instant| {
            i64::try_from(at.duration_since(self.origin).as_millis()).unwrap_or(i64::MAX)
        };
        let at_least = time_ms.saturating_sub(since(answered));
        let at_most = time_ms.saturating_sub(since(asked));
        let Some((offset, at)) = self.offset else {
            self.offset = Some((at_most, answered));
            return false;
        };
        let drift = answered.duration_since(at).as_millis() * MAX_DRIFT_MS / 3_600_000;
        let expected = offset.saturating_add(i64::try_from(drift).unwrap_or(i64::MAX));
        let is_forward = at_least > expected.saturating_add(MAX_STEP_MS);
        if is_forward || at_most < expected {
            self.offset = Some((at_most, answered));
        } else if drift > 0 {
            self.offset = Some((expected, answered));
        }
        is_forward
    }

    /// Another server has another clock.
    pub(super) fn reset(&mut self) {
        self.offset = None;
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
