//! A clock that a test moves.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::clock::Clock;

/// A clock that a test moves. Clones show the same time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<Mutex<Times>>);

#[derive(Debug)]
struct Times {
    wall: SystemTime,
    monotonic: Duration,
}

impl TestClock {
    /// Creates a clock that shows this many seconds since 1970.
    #[must_use]
    pub fn at_unix(seconds: u64) -> Self {
        Self(Arc::new(Mutex::new(Times {
            wall: UNIX_EPOCH + Duration::from_secs(seconds),
            monotonic: Duration::from_secs(1_000),
        })))
    }

    /// Lets time pass: both the time of day and the monotonic time move on.
    pub fn advance(&self, by: Duration) {
        let mut times = self.times();
        times.wall += by;
        times.monotonic += by;
    }

    /// Sets the time of day alone, as an operator or NTP would.
    pub fn set_wall_unix(&self, seconds: u64) {
        self.times().wall = UNIX_EPOCH + Duration::from_secs(seconds);
    }

    /// The time of day in seconds since 1970.
    #[must_use]
    pub fn unix(&self) -> u64 {
        crate::clock::unix_millis(self.now()) / 1_000
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        self.times().wall
    }

    fn monotonic(&self) -> Duration {
        self.times().monotonic
    }
}
