//! The one connection that all callers share: deadlines, and when it is dropped.
//!
//! A connection that timed out, broke, or leads to a server that cannot be written to is dropped for
//! everybody, and made anew for everybody who asks then.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use redis::{Pipeline, RedisError, Value};
use tokio::time::{Instant, timeout_at};

use super::{
    abilities::Abilities,
    dialling::{Dialling, inspect},
    fault::Fault,
    inspection::Inspection,
    key::Keys,
    line::Line,
    remembered::Remembered,
    servers::RedisServers,
    set_once::SetAndGet,
};
use crate::{
    clock::{Clock, unix_millis},
    observe::event,
};

/// How often in a row calls of a cluster may fail before it is connected to anew.
const FAILURES_IN_A_ROW: u32 = 2;

/// What is set once, before the first connection.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) servers: RedisServers,
    pub(super) keys: Keys,
    /// How long one try may take.
    pub(super) one_try: Duration,
    pub(super) allow_eviction: bool,
    /// How long after one look at the server the next one is due.
    pub(super) between_looks: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

/// Servers, and the connection to them while there is one.
pub(super) struct Connection {
    settings: Settings,
    current: Mutex<Option<Arc<Live>>>,
    pub(super) dialling: tokio::sync::Mutex<Dialling>,
    pub(super) remembered: Remembered,
    /// How many keys the server had evicted when we connected.
    pub(super) evicted: AtomicU64,
    /// How many masters of a cluster took no writes when they were last checked.
    pub(super) masters_missing: AtomicUsize,
    pub(super) set_and_get: SetAndGet,
    pub(super) abilities: Abilities,
}

/// One connection, shared by all who use it.
pub(super) struct Live {
    generation: u64,
    line: Line,
    /// How often in a row it failed.
    failures: AtomicU32,
    /// Whether a memory was begun over it in the place of another server's.
    has_begun: AtomicBool,
}

/// What a server said.
pub(super) struct Answer<T> {
    pub(super) told: T,
    pub(super) by: Arc<Live>,
    /// When, by our clock, in milliseconds since 1970.
    pub(super) at_ms: u64,
}

impl Live {
    pub(super) fn new(generation: u64, line: Line) -> Self {
        Self {
            generation,
            line,
            failures: AtomicU32::new(0),
            has_begun: AtomicBool::new(false),
        }
    }

    pub(super) fn line(&self) -> Line {
        self.line.clone()
    }

    /// A server answered over it.
    pub(super) fn has_answered(&self) {
        self.failures.store(0, Ordering::Relaxed);
    }

    /// Whether a memory counts as another server's: once for each connection. Where two names stand for the
    /// same data, as behind a proxy, each of them would otherwise take the other's for news, launch after
    /// launch.
    pub(super) fn is_anothers(&self, is_its: bool) -> bool {
        !is_its && !self.has_begun.swap(true, Ordering::Relaxed)
    }
}

impl Connection {
    pub(super) fn new(settings: Settings) -> Arc<Self> {
        let made_ms = unix_millis(settings.clock.now());
        let remembered = Remembered::new(settings.keys.memories().len(), made_ms);
        Arc::new(Self {
            settings,
            current: Mutex::new(None),
            dialling: tokio::sync::Mutex::default(),
            remembered,
            evicted: AtomicU64::new(0),
            masters_missing: AtomicUsize::new(0),
            set_and_get: SetAndGet::default(),
            abilities: Abilities::default(),
        })
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Connects, if there is no connection.
    pub(super) async fn open(self: &Arc<Self>) -> Result<(), Fault> {
        let deadline = Instant::now() + self.settings.one_try;
        self.live(deadline).await.map(drop)
    }

    /// Sends the commands in one write. For those that must not be repeated.
    pub(super) async fn ask<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        Ok(self.ask_whom(commands, read).await?.told)
    }

    /// Sends the commands in one write, and says which server answered.
    async fn ask_whom<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<Answer<T>, Fault> {
        let deadline = Instant::now() + self.settings.one_try;
        let (live, was_fair) = match self.current() {
            Some(live) => (live, true),
            None => {
                let live = self.live(deadline).await?;
                let time_left = deadline.saturating_duration_since(Instant::now());
                // Where connecting took most of the time, being late says nothing of the connection.
                (live, time_left >= self.settings.one_try / 2)
            }
        };
        let answer = exchange(&live, commands, read, deadline).await;
        match answer {
            Ok(told) => {
                let at_ms = self.now_ms();
                live.has_answered();
                let by = live;
                Ok(Answer { told, by, at_ms })
            }
            Err(fault) => {
                if was_fair || !matches!(fault, Fault::TimedOut) {
                    self.leave_if_spoilt(&live, &fault);
                }
                Err(fault)
            }
        }
    }

    /// Sends the commands in one write, and once more on a fresh connection if that was of no avail.
    /// For those that come to the same when they are repeated.
    pub(super) async fn ask_again<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        Ok(self.ask_whom_again(commands, read).await?.told)
    }

    /// [`ask_again`](Self::ask_again), and says which server answered.
    pub(super) async fn ask_whom_again<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<Answer<T>, Fault> {
        match self.ask_whom(commands, &read).await {
            Err(first) if first.spoils_connection() => {
                match self.ask_whom(commands, &read).await {
                    // It was not even tried: what is known is what the first try said.
                    Err(Fault::BackingOff) => Err(first),
                    answer => answer,
                }
            }
            answer => answer,
        }
    }

    /// The connection, made anew where there is none.
    ///
    /// It is made in a task of its own and for all who wait: whoever waits no longer leaves it to the
    /// next, and nobody's going away undoes it.
    pub(super) async fn live(self: &Arc<Self>, deadline: Instant) -> Result<Arc<Live>, Fault> {
        if let Some(live) = self.current() {
            return Ok(live);
        }
        let connection = Arc::clone(self);
        let connecting = tokio::spawn(async move { connection.connect(true).await });
        match timeout_at(deadline, connecting).await {
            Ok(Ok(connected)) => connected,
            _ => Err(Fault::TimedOut),
        }
    }

    /// What the server says of itself; `None` where it may not be asked.
    pub(super) async fn inspect(self: &Arc<Self>) -> Result<Option<Inspection>, Fault> {
        let deadline = Instant::now() + self.settings.one_try;
        let live = self.live(deadline).await?;
        let mut line = live.line.clone();
        let inspecting = timeout_at(deadline, inspect(&mut line)).await;
        let inspection = inspecting.unwrap_or(Err(Fault::TimedOut));
        if let Err(fault) = &inspection {
            self.leave_if_spoilt(&live, fault);
        }
        inspection
    }

    /// How many keys the server had evicted when we connected to it.
    pub(super) fn evicted_before(&self) -> u64 {
        self.evicted.load(Ordering::Relaxed)
    }

    /// Leaves a server that has been replaced by another. It may not know of it yet, and go on taking
    /// writes that will be lost.
    pub(super) async fn follow(&self) {
        let Some(live) = self.current() else {
            return;
        };
        if self
            .settings
            .servers
            .have_moved(self.settings.one_try)
            .await
        {
            self.drop_generation(live.generation);
        }
    }

    pub(super) fn now_ms(&self) -> u64 {
        unix_millis(self.settings.clock.now())
    }

    /// Makes a connection everybody's.
    pub(super) fn install(&self, live: Arc<Live>) {
        *lock(&self.current) = Some(live);
    }

    pub(super) fn current(&self) -> Option<Arc<Live>> {
        lock(&self.current).clone()
    }

    /// Drops a connection that must not be used again, and says whether it did. Of many servers one may be
    /// down while the others go on: they are left when they fail several times in a row.
    pub(super) fn leave_if_spoilt(&self, live: &Live, fault: &Fault) -> bool {
        if !fault.spoils_connection() {
            return false;
        }
        let many = self.settings.servers.are_many();
        let in_a_row = live.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let is_left = !many || in_a_row >= FAILURES_IN_A_ROW;
        if is_left {
            self.drop_generation(live.generation);
        }
        is_left
    }

    /// Drops the connection, unless somebody has replaced it by now.
    fn drop_generation(&self, generation: u64) {
        let mut current = lock(&self.current);
        if current
            .as_ref()
            .is_some_and(|live| live.generation == generation)
        {
            *current = None;
            event::store_connection_lost();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn exchange<T>(
    live: &Live,
    commands: &Pipeline,
    read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    deadline: Instant,
) -> Result<T, Fault> {
    let mut line = live.line.clone();
    let replies = timeout_at(deadline, line.send(commands))
        .await
        .map_err(|_| Fault::TimedOut)??;
    let refused = replies.iter().find_map(|reply| match reply {
        Value::ServerError(error) => Some(error.clone()),
        _ => None,
    });
    match refused {
        Some(error) => Err(RedisError::from(error).into()),
        None => read(&mut replies.into_iter()),
    }
}
