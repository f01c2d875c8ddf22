//! One shared connection: deadlines, and what to drop and when.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use redis::{Client, RedisError, aio::MultiplexedConnection};
use tokio::sync::Mutex;

use crate::store::StoreError;

/// For how long after a failed connect nobody tries again.
const CONNECT_PAUSE: Duration = Duration::from_millis(100);

/// The connection that all launches of this process share.
pub(super) struct Connection {
    client: Client,
    deadline: Duration,
    live: Mutex<Live>,
}

#[derive(Default)]
struct Live {
    generation: u64,
    connection: Option<MultiplexedConnection>,
    failed_at: Option<Instant>,
}

/// Why one attempt came to nothing.
enum Failure {
    Redis(RedisError),
    Deadline,
}

impl Connection {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            deadline: Duration::from_secs(1),
            live: Mutex::default(),
        }
    }

    pub(super) fn set_deadline(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    /// Does something on the connection; once more on a new one if that may help.
    ///
    /// `work` must be safe to do twice.
    pub(super) async fn run<T, F>(
        &self,
        work: impl Fn(MultiplexedConnection) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        match self.once(&work).await {
            Ok(done) => Ok(done),
            Err(_) => self.once(&work).await.map_err(Failure::into_store_error),
        }
    }

    async fn once<T, F>(&self, work: impl Fn(MultiplexedConnection) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, RedisError>>,
    {
        let attempt = async {
            let (generation, connection) = self.get().await?;
            Ok((generation, work(connection).await))
        };
        match tokio::time::timeout(self.deadline, attempt).await {
            Ok(Ok((_, Ok(done)))) => Ok(done),
            Ok(Ok((generation, Err(error)))) => {
                // A demoted node, a changed password, a broken socket: none of them heals itself.
                self.drop_generation(generation).await;
                Err(Failure::Redis(error))
            }
            Ok(Err(error)) => Err(Failure::Redis(error)),
            Err(_) => {
                self.drop_current();
                Err(Failure::Deadline)
            }
        }
    }

    async fn get(&self) -> Result<(u64, MultiplexedConnection), RedisError> {
        let mut live = self.live.lock().await;
        if let Some(connection) = &live.connection {
            return Ok((live.generation, connection.clone()));
        }
        if let Some(failed_at) = live.failed_at {
            let waited = failed_at.elapsed();
            if waited < CONNECT_PAUSE {
                tokio::time::sleep(CONNECT_PAUSE - waited).await;
            }
        }
        // A connect that is given up counts as failed too.
        live.failed_at = Some(Instant::now());
        let connection = self.client.get_multiplexed_async_connection().await?;
        live.failed_at = None;
        live.generation += 1;
        live.connection = Some(connection.clone());
        Ok((live.generation, connection))
    }

    async fn drop_generation(&self, generation: u64) {
        let mut live = self.live.lock().await;
        if live.generation == generation {
            live.connection = None;
        }
    }

    /// After a deadline nobody can say which connection it was; if one is being made, it stays.
    fn drop_current(&self) {
        if let Ok(mut live) = self.live.try_lock() {
            live.connection = None;
        }
    }
}

impl Failure {
    fn into_store_error(self) -> StoreError {
        match self {
            Self::Redis(error) => StoreError::unavailable(error),
            Self::Deadline => StoreError::unavailable("Redis did not answer in time"),
        }
    }
}
