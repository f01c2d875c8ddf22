//! The one connection that all callers share: deadlines, what to drop, and when to connect again.
//!
//! A connection that timed out, broke, or leads to a server that cannot be written to is dropped for
//! everybody, and the next caller connects anew while the others wait for it. Connecting is held
//! back, so that a server in trouble sees no more than twenty connections a second from us.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use redis::{Pipeline, Value};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{
    fault::Fault,
    inspection::Inspection,
    key::Keys,
    line::Line,
    memory::{Memory, UNKNOWN, time_of},
    servers::RedisServers,
    set_once::SetAndGet,
};
use crate::{
    clock::{Clock, unix_millis},
    observe::event,
};

/// After connecting has failed twice in a row, nobody tries again for this long, and for up to twice as
/// long by chance, so that instances do not all come back at once.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// A connection that was made is replaced no sooner than this.
const BETWEEN_CONNECTIONS: Duration = Duration::from_millis(50);

/// How often in a row a cluster may not answer in time before it is connected to anew. One of its
/// servers may be down while the others answer.
const TIMEOUTS_IN_A_ROW: u32 = 2;

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
    current: Mutex<Option<Live>>,
    dialling: tokio::sync::Mutex<Dialling>,
    timeouts: AtomicU32,
    /// Since when nothing has been forgotten, in milliseconds since 1970; 0 while that is not known.
    memory_began_ms: AtomicU64,
    pub(super) set_and_get: SetAndGet,
}

#[derive(Clone)]
pub(super) struct Live {
    generation: u64,
    line: Line,
    /// Which server it is, as it says itself.
    server: Arc<str>,
}

/// What is known of the last time somebody connected.
#[derive(Default)]
struct Dialling {
    generation: u64,
    failures: u32,
    /// The server that was connected to last.
    server: Option<Arc<str>>,
    not_before: Option<Instant>,
    succeeded: Option<Instant>,
    watched: bool,
}

impl Connection {
    pub(super) fn new(settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            settings,
            current: Mutex::new(None),
            dialling: tokio::sync::Mutex::default(),
            timeouts: AtomicU32::new(0),
            memory_began_ms: AtomicU64::new(0),
            set_and_get: SetAndGet::default(),
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
        let (answer, _) = self.ask_whom(commands, read).await?;
        Ok(answer)
    }

    /// Sends the commands in one write, and says which server answered.
    async fn ask_whom<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<(T, Live), Fault> {
        let deadline = Instant::now() + self.settings.one_try;
        let live = self.live(deadline).await?;
        let answer = exchange(&live, commands, read, deadline).await;
        if self.spoils(&answer) {
            self.drop_generation(live.generation);
        }
        answer.map(|answer| (answer, live))
    }

    /// Sends the commands in one write, and once more on a fresh connection if that was of no avail.
    /// For those that come to the same when they are repeated.
    pub(super) async fn ask_again<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let (answer, _) = self.ask_whom_again(commands, read).await?;
        Ok(answer)
    }

    /// [`ask_again`](Self::ask_again), and says which server answered.
    pub(super) async fn ask_whom_again<T>(
        self: &Arc<Self>,
        commands: &Pipeline,
        read: impl Fn(&mut dyn Iterator<Item = Value>) -> Result<T, Fault>,
    ) -> Result<(T, Live), Fault> {
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

    /// Since when nothing has been forgotten, if that is known.
    pub(super) fn memory_began(&self) -> Option<SystemTime> {
        match self.memory_began_ms.load(Ordering::Acquire) {
            0 => None,
            began_ms => Some(time_of(began_ms)),
        }
    }

    /// Takes note of the key that says since when a server remembers, as it was read beside a nonce.
    /// Where it is gone or another server's, the memory begins now.
    pub(super) async fn note_memory(
        self: &Arc<Self>,
        live: &Live,
        key: String,
        text: Option<&[u8]>,
    ) {
        if let Some(began_ms) = Memory::began(text, &live.server) {
            self.memory_began_ms.fetch_max(began_ms, Ordering::AcqRel);
            return;
        }
        let mut commands = redis::pipe();
        self.begin_memory(&mut commands, &live.server, &key);
        event::store_memory_began();
        commands.ignore_errors();
        // Should this fail, the next launch finds no memory either.
        let _ = self.ask(&commands, |_| Ok(())).await;
    }

    /// Adds the command by which a memory begins now.
    fn begin_memory(&self, commands: &mut Pipeline, server: &str, key: &str) {
        let now_ms = unix_millis(self.settings.clock.now());
        self.memory_began_ms.fetch_max(now_ms, Ordering::AcqRel);
        let memory = Memory::of(server, now_ms).to_text();
        commands.cmd("SET").arg(key).arg(memory);
    }

    async fn live(self: &Arc<Self>, deadline: Instant) -> Result<Live, Fault> {
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
        dialling.failures += 1;
        dialling.back_off();
        let connecting = timeout_at(deadline, self.dial(dialling.server.as_deref())).await;
        let (line, server) = match connecting {
            Ok(Ok(connected)) => connected,
            failure => {
                dialling.back_off();
                return Err(match failure {
                    Ok(Err(fault)) => fault,
                    _ => Fault::TimedOut,
                });
            }
        };
        dialling.failures = 0;
        dialling.server = Some(Arc::clone(&server));
        dialling.not_before = None;
        dialling.succeeded = Some(Instant::now());
        dialling.generation += 1;
        let live = Live {
            generation: dialling.generation,
            line,
            server,
        };
        *lock(&self.current) = Some(live.clone());
        if !dialling.watched {
            dialling.watched = true;
            super::watch::start(self);
        }
        Ok(live)
    }

    /// Connects, looks at the server, and sees since when it remembers.
    ///
    /// Where it is another server than before, it remembers since now at the earliest: others may have
    /// found it before us, and what we have told the old one since then it does not know.
    async fn dial(&self, before: Option<&str>) -> Result<(Line, Arc<str>), Fault> {
        let mut line = self.settings.servers.dial(self.settings.one_try).await?;
        let inspection = inspect(&mut line).await?;
        if let Some(inspection) = &inspection {
            if let Some(policy) = &inspection.evicts_by {
                event::store_evicts(policy);
                if !self.settings.allow_eviction {
                    return Err(Fault::Evicts(policy.clone()));
                }
            }
        } else {
            event::store_policy_unknown();
        }
        let run_id = inspection.and_then(|inspection| inspection.run_id);
        let server: Arc<str> = run_id.as_deref().unwrap_or(UNKNOWN).into();
        let has_moved = before.is_some_and(|before| *before != *server);
        self.see_memories(&mut line, &server, has_moved).await?;
        Ok((line, server))
    }

    /// Reads since when the servers remember, and begins what has not begun.
    async fn see_memories(
        &self,
        line: &mut Line,
        server: &str,
        has_moved: bool,
    ) -> Result<(), Fault> {
        let keys = self.settings.keys.memories();
        let mut read = redis::pipe();
        for key in &keys {
            read.cmd("GET").arg(key);
        }
        read.ignore_errors();
        let texts = line.send(&read).await?;
        let mut begin = redis::pipe();
        for (key, text) in keys.iter().zip(texts) {
            let text = match text.extract_error()? {
                Value::BulkString(text) => Some(text),
                _ => None,
            };
            match Memory::began(text.as_deref(), server).filter(|_| !has_moved) {
                Some(began_ms) => {
                    self.memory_began_ms.fetch_max(began_ms, Ordering::AcqRel);
                }
                None => self.begin_memory(&mut begin, server, key),
            }
        }
        if !begin.is_empty() {
            event::store_memory_began();
            begin.ignore_errors();
            for reply in line.send(&begin).await? {
                reply.extract_error()?;
            }
        }
        Ok(())
    }

    /// What the server says of itself; `None` where it may not be asked.
    pub(super) async fn inspect(self: &Arc<Self>) -> Result<Option<Inspection>, Fault> {
        let deadline = Instant::now() + self.settings.one_try;
        let mut live = self.live(deadline).await?;
        timeout_at(deadline, inspect(&mut live.line))
            .await
            .map_err(|_| Fault::TimedOut)?
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

    fn current(&self) -> Option<Live> {
        lock(&self.current).clone()
    }

    /// Whether the connection that gave this answer must not be used again.
    fn spoils<T>(&self, answer: &Result<T, Fault>) -> bool {
        let many = self.settings.servers.are_many();
        match answer {
            Err(Fault::TimedOut) if many => {
                self.timeouts.fetch_add(1, Ordering::Relaxed) + 1 >= TIMEOUTS_IN_A_ROW
            }
            Err(fault) => fault.spoils_connection(),
            Ok(_) => {
                if many {
                    self.timeouts.store(0, Ordering::Relaxed);
                }
                false
            }
        }
    }

    /// Drops the connection, unless somebody has replaced it by now.
    fn drop_generation(&self, generation: u64) {
        let mut current = lock(&self.current);
        if current
            .as_ref()
            .is_some_and(|live| live.generation == generation)
        {
            *current = None;
            self.timeouts.store(0, Ordering::Relaxed);
            event::store_connection_lost();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Dialling {
    fn back_off(&mut self) {
        let by_chance = crate::random::below(AFTER_FAILURE);
        let not_before = Instant::now() + AFTER_FAILURE + by_chance;
        self.not_before = (self.failures > 1).then_some(not_before);
    }

    async fn hold_back(&self, deadline: Instant) -> Result<(), Fault> {
        if self.not_before.is_some_and(|at| Instant::now() < at) {
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

/// Asks the server about itself; `None` where that is not allowed.
async fn inspect(line: &mut Line) -> Result<Option<Inspection>, Fault> {
    let mut info = redis::pipe();
    info.cmd("INFO").ignore_errors();
    let told = line.send(&info).await.and_then(|mut replies| {
        let reply = replies.pop().unwrap_or(Value::Nil);
        reply.extract_error()
    });
    match told {
        Ok(reply) => Ok(Some(Inspection::read(reply))),
        Err(error) if error.code() == Some("NOPERM") => Ok(None),
        Err(error) => Err(error.into()),
    }
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
    let replies: Result<Vec<Value>, _> = replies.into_iter().map(Value::extract_error).collect();
    read(&mut replies?.into_iter())
}
