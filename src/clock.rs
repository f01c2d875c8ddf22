//! The time, injected so that tests can set it.

use std::{
    fmt::Debug,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Tells the time.
///
/// Two times are asked for, because they answer different questions. [`now`](Self::now) is what the
/// platform's `exp` and `iat` are compared with, and it may jump when an operator or NTP corrects
/// it. [`monotonic`](Self::monotonic) never goes back, and is what caches and the
/// [`MemoryStore`](crate::MemoryStore) expire by.
///
/// The `testing` feature has a clock that stands still until it is told to move.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The time of day.
    fn now(&self) -> SystemTime;

    /// The time that has passed since some fixed moment; it never decreases.
    fn monotonic(&self) -> Duration;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Creates a clock whose monotonic time starts now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Milliseconds since 1970; a clock set before that reads as zero.
pub(crate) fn unix_millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
