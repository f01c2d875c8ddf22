//! A store that has gone silent, and how many may wait for it (a circuit breaker).
//!
//! While a store answers, whoever comes waits for it. Where it has answered nobody for a while and many
//! wait already, others are refused at once, so that a stall costs no more memory than it did when it was
//! noticed. Those who wait find out when it answers again: with the first answer all is as before.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use crate::store::StoreError;

/// How long a store may be silent for all to wait. Redis answers a second try within it.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// How many may wait for a store that has been silent for longer.
const FEW: usize = 256;

/// How many may wait for a store, silent or not.
const MOST: usize = 16 * 1024;

/// Who waits for a store, and since when it has answered nobody.
#[derive(Debug)]
pub(super) struct Stall {
    began: Instant,
    waiting: AtomicUsize,
    /// In microseconds since it began: the last answer, or when somebody began to wait alone.
    silent_since: AtomicU64,
}

impl Stall {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            waiting: AtomicUsize::new(0),
            silent_since: AtomicU64::new(0),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Waits for an answer, whoever else does.
    pub(super) async fn wait<T>(
        &self,
        asking: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) == 0 {
            self.silent_since.store(self.now(), Ordering::Relaxed);
        }
        let _leaves = Leaves(self);
        let answer = asking.await;
        if answer.is_ok() {
            self.silent_since.fetch_max(self.now(), Ordering::Relaxed);
        }
        answer
    }

    /// Waits for an answer, unless it would be in vain.
    pub(super) async fn wait_if_it_answers<T>(
        &self,
        asking: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let waiting = self.waiting.load(Ordering::Relaxed);
        if waiting >= MOST || (waiting >= FEW && self.has_been_silent()) {
            return Err(StoreError::unavailable(Silent));
        }
        self.wait(asking).await
    }

    fn has_been_silent(&self) -> bool {
        let silent_since = self.silent_since.load(Ordering::Relaxed);
        let silence = self.now().saturating_sub(silent_since);
        u128::from(silence) >= PATIENCE.as_micros()
    }
}

/// Somebody who waits, until it is dropped.
struct Leaves<'a>(&'a Stall);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Many wait already for a store that does not answer.
#[derive(Debug)]
struct Silent;

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store answers nobody, and too many wait for it already; it was not asked")
    }
}

impl Error for Silent {}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::{FutureExt, future::join_all};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_than_so_many_wait_for_a_store_whether_it_answers_or_not() {
        let stall = Stall::new();
        let waiting = join_all((0..MOST).map(|_| {
            let asking = stall.wait_if_it_answers(pending::<Result<(), StoreError>>());
            async { asking.await.is_err() }
        }));
        let mut waiting = Box::pin(waiting);
        assert!(waiting.as_mut().now_or_never().is_none());
        let refused = stall.wait_if_it_answers(ready(Ok(()))).await;
        assert!(refused.is_err());
        drop(waiting);
        assert!(stall.wait_if_it_answers(ready(Ok(()))).await.is_ok());
    }
}
