//! Circuit breaker: bounds how many calls wait for a store that does not answer.
//!
//! While the store answers, every call waits for it. After a time without any answer, and with many calls
//! waiting, new calls are rejected at once, so that a stall takes no more memory. The waiting calls are the
//! probe: their first answer closes the breaker.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use crate::store::StoreError;

/// The longest silence in which any number of calls waits. A retry to Redis is answered within it.
const MAX_SILENCE: Duration = Duration::from_millis(1_500);

/// How many calls may wait after a longer silence.
const MAX_WAITING_IN_SILENCE: usize = 256;

/// How many calls may wait at all.
const MAX_WAITING: usize = 16 * 1024;

/// How many calls wait for a store, and since when none was answered.
#[derive(Debug)]
pub(super) struct CircuitBreaker {
    began: Instant,
    waiting: AtomicUsize,
    /// In microseconds since `began`: the last answer, or when a single call began to wait.
    silent_since: AtomicU64,
}

impl CircuitBreaker {
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

    /// Waits for an answer, even while open.
    pub(super) async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) == 0 {
            self.silent_since.store(self.now(), Ordering::Relaxed);
        }
        let _waiting = Waiting(self);
        let answer = call.await;
        if answer.is_ok() {
            self.silent_since.fetch_max(self.now(), Ordering::Relaxed);
        }
        answer
    }

    /// Waits for an answer, and fails at once while open.
    pub(super) async fn call_if_closed<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let waiting = self.waiting.load(Ordering::Relaxed);
        if waiting >= MAX_WAITING || (waiting >= MAX_WAITING_IN_SILENCE && self.is_silent()) {
            return Err(StoreError::unavailable(Open));
        }
        self.call(call).await
    }

    fn is_silent(&self) -> bool {
        let silent_since = self.silent_since.load(Ordering::Relaxed);
        let silence = self.now().saturating_sub(silent_since);
        u128::from(silence) >= MAX_SILENCE.as_micros()
    }
}

/// A waiting call, counted until it is dropped.
struct Waiting<'a>(&'a CircuitBreaker);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The store was not called, because too many calls wait for it.
#[derive(Debug)]
struct Open;

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store does not answer, and too many calls wait for it; it was not called")
    }
}

impl Error for Open {}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::{FutureExt, future::join_all};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_so_many_calls_wait_for_a_store_whether_it_answers_or_not() {
        let breaker = CircuitBreaker::new();
        let waiting = join_all((0..MAX_WAITING).map(|_| {
            let call = breaker.call_if_closed(pending::<Result<(), StoreError>>());
            async { call.await.is_err() }
        }));
        let mut waiting = Box::pin(waiting);
        assert!(waiting.as_mut().now_or_never().is_none());
        let rejected = breaker.call_if_closed(ready(Ok(()))).await;
        assert!(rejected.is_err());
        drop(waiting);
        assert!(breaker.call_if_closed(ready(Ok(()))).await.is_ok());
    }
}
