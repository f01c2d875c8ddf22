//! The time that several calls share.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, timeout};

use crate::limits::Limits;

/// The time that several calls share, such as those for the pages of a list: so much of their own, and beside it as
/// much for waiting (for a token, or because the platform asks to) as one call has.
#[derive(Clone, Debug)]
pub(crate) struct SharedTime {
    began: Instant,
    own: Duration,
    for_waiting: Duration,
    waited_millis: Arc<AtomicU64>,
}

impl SharedTime {
    pub(crate) fn begin(own: Duration, limits: &Limits) -> Self {
        let own_of_one = own_time(limits.service_timeout);
        Self {
            began: Instant::now(),
            own,
            for_waiting: limits.service_call_timeout.saturating_sub(own_of_one),
            waited_millis: Arc::default(),
        }
    }

    /// The time of one call, for what belongs to it.
    pub(crate) fn of_one_call(limits: &Limits) -> Self {
        let own = own_time(limits.service_timeout).min(limits.service_call_timeout);
        Self::begin(own, limits)
    }

    /// Waits for others, as long as there is time; `None` where there is no more.
    pub(crate) async fn wait_for<T>(&self, others: impl Future<Output = T>) -> Option<T> {
        let began = Instant::now();
        let waited = timeout(self.whole(), others).await;
        self.waited(began.elapsed());
        waited.ok()
    }

    /// What is left beside waiting.
    pub(crate) fn left(&self) -> Duration {
        self.left_after(Duration::ZERO, false)
    }

    /// The same after a pause, that the platform may have asked for.
    pub(super) fn left_after(&self, pause: Duration, is_asked: bool) -> Duration {
        let mut waited = Duration::from_millis(self.waited_millis.load(Ordering::Relaxed));
        if is_asked {
            waited = waited.saturating_add(pause);
        }
        let elapsed = self.began.elapsed().saturating_add(pause);
        let used = elapsed.saturating_sub(waited.min(self.for_waiting));
        self.own.saturating_sub(used)
    }

    /// What is left with all that may be waited.
    pub(crate) fn whole(&self) -> Duration {
        let whole = self.own.saturating_add(self.for_waiting);
        whole.saturating_sub(self.began.elapsed())
    }

    pub(super) fn waited(&self, pause: Duration) {
        let millis = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        self.waited_millis.fetch_add(millis, Ordering::Relaxed);
    }
}

/// What one call has beside waiting: somewhat less than two attempts.
pub(super) fn own_time(attempt: Duration) -> Duration {
    attempt.saturating_mul(2).saturating_sub(attempt / 10)
}
