//! How much longer a call may take.

use std::time::Duration;

use tokio::time::Instant;

use crate::limits::Limits;

/// An attempt that would have less than this is not begun.
const LEAST: Duration = Duration::from_millis(500);

/// How much longer a call may take: so long in all, and somewhat less than two attempts beside what it waits for a
/// token or because the platform asks it to.
pub(super) struct TimeLeft {
    began: Instant,
    /// For a token, or because the platform asked to wait.
    waited: Duration,
    attempt: Duration,
    whole: Duration,
}

impl TimeLeft {
    pub(super) fn begin(limits: &Limits) -> Self {
        Self {
            began: Instant::now(),
            waited: Duration::ZERO,
            attempt: limits.service_timeout,
            whole: limits.service_call_timeout,
        }
    }

    /// For the whole call.
    pub(super) fn whole(&self) -> Duration {
        self.whole.saturating_sub(self.began.elapsed())
    }

    /// For the next attempt, begun after this pause; `None` where that is too little.
    pub(super) fn for_attempt(&self, pause: Duration, is_asked: bool) -> Option<Duration> {
        let elapsed = self.began.elapsed().saturating_add(pause);
        let mut waited = self.waited;
        if is_asked {
            waited = waited.saturating_add(pause);
        }
        let own = (self.attempt * 2).saturating_sub(self.attempt / 10);
        let left = own
            .saturating_sub(elapsed.saturating_sub(waited))
            .min(self.whole.saturating_sub(elapsed))
            .min(self.attempt);
        Some(left).filter(|left| *left >= LEAST.min(self.attempt))
    }

    /// Notes that it waited for a token, or because it was asked to.
    pub(super) fn waited(&mut self, pause: Duration) {
        self.waited = self.waited.saturating_add(pause);
    }
}
