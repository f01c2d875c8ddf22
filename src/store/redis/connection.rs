//! The one connection that all callers share: deadlines, what to drop, and when to connect again.
//!
//! A connection that timed out, broke, or leads to a server that cannot be written to is dropped for
//! everybody, and the next caller connects anew while the others wait for it. Connecting is held
//! back, so that a server in trouble sees no more than twenty connections a second from us.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use redis::{AsyncConnectionConfig, Client, Pipeline, Value, aio::MultiplexedConnection};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{fault::Fault, set_once::SetAndGet};

/// After connecting has failed, nobody tries again for this long.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// A connection that was made is replaced no sooner than this.
const BETWEEN_CONNECTIONS: Duration = Duration::from_millis(50);

/// How long one try may take, unless told otherwise.
pub(super) const TRY: Duration = Duration::from_secs(1);

/// A server, and the connection to it while there is one.
pub(super) struct Connection {
    client: Client,
    one_try: Duration,
    current: Mutex<Option<Live>>,
    dialling: tokio::sync::Mutex<Dialling>,
    pub(super) set_and_get: SetAndGet,
}

#[derive(Clone)]
struct Live {
    generation: u64,
    connection: MultiplexedConnection,
}

/// What is known of the last time somebody connected.
#[derive(Default)]
struct Dialling {
    generation: u64,
    failed: Option<Instant>,
    succeeded: Option<Instant>,
}

impl Connection {
    pub(super) fn new(client: Client, one_try: Duration) -> Self {
        Self {
            client,
            one_try,
            current: Mutex::new(None),
            dialling: tokio::sync::Mutex::default(),
            set_and_get: SetAndGet::default(),
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends the commands in one write. For those that must not be repeated.
    pub(super) async fn ask<T>(
        &self,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let deadline = Instant::now() + self.one_try;
        let live = self.live(deadline).await?;
        let generation = live.generation;
        let answer = exchange(live, commands, read, deadline).await;
        if answer.as_ref().is_err_and(Fault::spoils_connection) {
            self.drop_generation(generation);
        }
        answer
    }

    /// Sends the commands in one write, and once more on a fresh connection if that was of no avail.
    /// For those that come to the same when they are repeated.
    pub(super) async fn ask_again<T>(
        &self,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match self.ask(commands, &read).await {
            Err(fault) if fault.spoils_connection() => self.ask(commands, &read).await,
            answer => answer,
        }
    }

    async fn live(&self, deadline: Instant) -> Result<Live, Fault> {
        if let Some(live) = self.current() {
            return Ok(live);
        }
        let mut dialling = timeout_at(deadline, self.dialling.lock())
            .await
            .map_err(|_| Fault::TimedOut)?;
        if let Some(live) = self.current() {
            return Ok(live);
        }
        dialling.hold_back(deadline).await?;
        // Should this caller give up half way, that counts as a failure now.
        dialling.failed = Some(Instant::now());
        let connecting = dial(&self.client);
        let connection = match timeout_at(deadline, connecting).await {
            Ok(Ok(connection)) => connection,
            failure => {
                dialling.failed = Some(Instant::now());
                return Err(match failure {
                    Ok(Err(error)) => error.into(),
                    _ => Fault::TimedOut,
                });
            }
        };
        dialling.failed = None;
        dialling.succeeded = Some(Instant::now());
        dialling.generation += 1;
        let live = Live {
            generation: dialling.generation,
            connection,
        };
        *self.lock_current() = Some(live.clone());
        Ok(live)
    }

    fn current(&self) -> Option<Live> {
        self.lock_current().clone()
    }

    /// Drops the connection, unless somebody has replaced it by now.
    fn drop_generation(&self, generation: u64) {
        let mut current = self.lock_current();
        if current
            .as_ref()
            .is_some_and(|live| live.generation == generation)
        {
            *current = None;
        }
    }

    fn lock_current(&self) -> std::sync::MutexGuard<'_, Option<Live>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dialling {
    async fn hold_back(&self, deadline: Instant) -> Result<(), Fault> {
        if self.failed.is_some_and(|at| at.elapsed() < AFTER_FAILURE) {
            return Err(Fault::BackingOff);
        }
        if let Some(at) = self.succeeded {
            let not_before = at + BETWEEN_CONNECTIONS;
            timeout_at(deadline, sleep_until(not_before))
                .await
                .map_err(|_| Fault::TimedOut)?;
        }
        Ok(())
    }
}

/// Connects. The deadlines are the caller's, so the driver's own are off.
async fn dial(client: &Client) -> Result<MultiplexedConnection, redis::RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None);
    client
        .get_multiplexed_async_connection_with_config(&config)
        .await
}

async fn exchange<T>(
    mut live: Live,
    commands: &Pipeline,
    read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    deadline: Instant,
) -> Result<T, Fault> {
    let asking = commands.query_async::<Vec<Value>>(&mut live.connection);
    let replies = timeout_at(deadline, asking)
        .await
        .map_err(|_| Fault::TimedOut)??;
    let replies: Result<Vec<Value>, _> = replies.into_iter().map(Value::extract_error).collect();
    read(&mut replies?.into_iter())
}
