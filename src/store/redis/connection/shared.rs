//! The one connection that all callers share: deadlines, and when it is dropped.
//!
//! A connection that timed out, broke, or leads to a server that rejects writes is dropped for all callers, and
//! the next call reconnects.
//!
//! Not `redis::aio::ConnectionManager`: while it reconnects, calls wait for its retries, which takes seconds
//! (9.4 s measured), and it does not tell which connection a reply came from.
//! A launch has one second for each of two attempts.

use std::sync::{Arc, Mutex, PoisonError};

use redis::{Pipeline, RedisError, Value};
use tokio::time::{Instant, timeout_at};

use super::{
    backoff::Backoff, capabilities::Capabilities, context::ServerContext, session::Session,
    settings::Settings,
};
use crate::{
    observe::event,
    store::redis::{call_error::CallError, data_loss::DataLossGuard},
};

/// How many calls to a cluster may fail in a row before it is reconnected: of many servers one may be down.
const MAX_CONSECUTIVE_FAILURES: u32 = 2;

/// Connects and reconnects, and sends commands.
pub(crate) struct Connection {
    context: Arc<ServerContext>,
    current: Mutex<Option<Arc<Session>>>,
    connecting: tokio::sync::Mutex<Connecting>,
    on_first_connect: fn(&Arc<Self>),
}

#[derive(Default)]
struct Connecting {
    backoff: Backoff,
    generation: u64,
}

/// A reply, and the connection that it came from.
pub(crate) struct Reply<T> {
    pub(crate) value: T,
    pub(crate) session: Arc<Session>,
    /// When it arrived, in milliseconds since 1970.
    pub(crate) at_ms: u64,
}

impl Connection {
    /// A connection that is opened at the first call. `on_first_connect` is called once, when it is open.
    pub(crate) fn new(settings: Settings, on_first_connect: fn(&Arc<Self>)) -> Arc<Self> {
        Arc::new(Self {
            context: Arc::new(ServerContext::new(settings)),
            current: Mutex::new(None),
            connecting: tokio::sync::Mutex::default(),
            on_first_connect,
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.context.settings
    }

    pub(crate) fn guard(&self) -> &DataLossGuard {
        &self.context.guard
    }

    pub(crate) fn capabilities(&self) -> &Capabilities {
        &self.context.capabilities
    }

    pub(super) fn context(&self) -> &Arc<ServerContext> {
        &self.context
    }

    /// Connects, if there is no connection.
    pub(crate) async fn open(self: &Arc<Self>) -> Result<(), CallError> {
        let deadline = Instant::now() + self.settings().operation_timeout;
        self.session(deadline).await.map(drop)
    }

    /// Sends the commands in one write, once: for commands that must not be repeated.
    pub(crate) async fn send<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        Ok(self.send_tagged(commands, read).await?.value)
    }

    /// [`send`](Self::send), and returns the connection that the reply came from.
    async fn send_tagged<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, CallError>,
    ) -> Result<Reply<T>, CallError> {
        let timeout = self.settings().operation_timeout;
        let deadline = Instant::now() + timeout;
        let (session, had_time) = match self.current() {
            Some(session) => (session, true),
            None => {
                let session = self.session(deadline).await?;
                let time_left = deadline.saturating_duration_since(Instant::now());
                // If connecting took most of the time, a timeout says nothing about the connection.
                (session, time_left >= timeout / 2)
            }
        };
        match exchange(&session, commands, read, deadline).await {
            Ok(value) => {
                let at_ms = self.settings().now_ms();
                session.succeeded();
                Ok(Reply {
                    value,
                    session,
                    at_ms,
                })
            }
            Err(error) => {
                if had_time || !matches!(error, CallError::TimedOut) {
                    self.drop_if_fatal(&session, &error);
                }
                Err(error)
            }
        }
    }

    /// Sends idempotent commands in one write, and once more on a new connection if the first one broke.
    pub(crate) async fn send_retrying<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        Ok(self.send_tagged_retrying(commands, read).await?.value)
    }

    /// [`send_retrying`](Self::send_retrying), and returns the connection that the reply came from.
    pub(super) async fn send_tagged_retrying<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, CallError>,
    ) -> Result<Reply<T>, CallError> {
        match self.send_tagged(commands, &read).await {
            Err(first) if first.is_connection_fatal() => {
                match self.send_tagged(commands, &read).await {
                    // The second attempt was not made: report the first.
                    Err(CallError::BackingOff) => Err(first),
                    reply => reply,
                }
            }
            reply => reply,
        }
    }

    /// The current connection, or a new one.
    ///
    /// Connecting runs in a spawned task, for all who wait: cancelling a caller does not cancel it.
    pub(super) async fn session(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Result<Arc<Session>, CallError> {
        if let Some(session) = self.current() {
            return Ok(session);
        }
        let connection = Arc::clone(self);
        let connecting = tokio::spawn(async move { connection.connect(true).await });
        match timeout_at(deadline, connecting).await {
            Ok(Ok(connected)) => connected,
            _ => Err(CallError::TimedOut),
        }
    }

    /// Connects, unless another task has. A failure that no caller waits for causes no backoff.
    pub(super) async fn connect(
        self: Arc<Self>,
        is_awaited: bool,
    ) -> Result<Arc<Session>, CallError> {
        let mut connecting = self.connecting.lock().await;
        if let Some(session) = self.current() {
            return Ok(session);
        }
        connecting.backoff.wait().await?;
        let deadline = Instant::now() + self.settings().connect_timeout();
        let is_first = connecting.generation == 0;
        let connected = timeout_at(deadline, self.context.connect(is_first)).await;
        let transport = match connected.unwrap_or(Err(CallError::TimedOut)) {
            Ok(transport) => transport,
            Err(error) => {
                if is_awaited {
                    connecting.backoff.failed();
                }
                return Err(error);
            }
        };
        connecting.backoff.connected();
        connecting.generation += 1;
        let session = Arc::new(Session::new(connecting.generation, transport));
        *lock(&self.current) = Some(Arc::clone(&session));
        if is_first {
            (self.on_first_connect)(&self);
        }
        Ok(session)
    }

    pub(super) fn current(&self) -> Option<Arc<Session>> {
        lock(&self.current).clone()
    }

    /// Drops a connection after a fatal error, and returns whether it did.
    pub(super) fn drop_if_fatal(&self, session: &Session, error: &CallError) -> bool {
        if !error.is_connection_fatal() {
            return false;
        }
        let failures = session.failed();
        let is_dropped =
            !self.settings().servers.is_cluster() || failures >= MAX_CONSECUTIVE_FAILURES;
        if is_dropped {
            self.drop_session(session);
        }
        is_dropped
    }

    /// Drops a connection, unless it has been replaced.
    pub(super) fn drop_session(&self, session: &Session) {
        let mut current = lock(&self.current);
        let is_current = |current: &Arc<Session>| current.generation == session.generation;
        if current.as_ref().is_some_and(is_current) {
            *current = None;
            event::store_connection_lost();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn exchange<T>(
    session: &Session,
    commands: &Pipeline,
    read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, CallError>,
    deadline: Instant,
) -> Result<T, CallError> {
    let mut transport = session.transport();
    let replies = timeout_at(deadline, transport.send(commands))
        .await
        .map_err(|_| CallError::TimedOut)??;
    let failure = replies.iter().find_map(|reply| match reply {
        Value::ServerError(error) => Some(error.clone()),
        _ => None,
    });
    match failure {
        Some(error) => Err(RedisError::from(error).into()),
        None => read(&mut replies.into_iter()),
    }
}
