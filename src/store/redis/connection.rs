//! The one connection that all callers share: deadlines, what to drop, and when to connect again.
//!
//! A connection that timed out, broke, or leads to a server that cannot be written to is dropped for
//! everybody, and the next caller connects anew while the others wait for it. Connecting is held
//! back, so that a server in trouble sees no more than twenty connections a second from us.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
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
    memory::{self, Memory, UNKNOWN, time_of},
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

/// How often in a row calls of a cluster may fail before it is connected to anew.
const FAILURES_IN_A_ROW: u32 = 2;

/// How long connecting may take, in tries: it takes several round trips, and more with TLS.
const TRIES_TO_CONNECT: u32 = 2;

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
    /// When a server answered last, in milliseconds since 1970.
    answered_ms: AtomicU64,
    /// How many keys the server had evicted when we connected.
    evicted: AtomicU64,
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
    /// How often in a row it failed.
    failures: Arc<AtomicU32>,
    /// Whether a memory was begun over it in the place of another server's.
    has_begun: Arc<AtomicBool>,
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
            answered_ms: AtomicU64::new(0),
            evicted: AtomicU64::new(0),
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
        let time_left = deadline.saturating_duration_since(Instant::now());
        let answer = exchange(&live, commands, read, deadline).await;
        // Where connecting took most of the time, that says nothing of the connection.
        let was_fair = time_left >= self.settings.one_try / 2;
        match &answer {
            Ok(_) => {
                self.answered_ms.store(self.now_ms(), Ordering::Relaxed);
                live.failures.store(0, Ordering::Relaxed);
            }
            Err(Fault::TimedOut) if !was_fair => {}
            Err(fault) => self.leave_if_spoilt(&live, fault),
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
    ///
    /// Where it is gone, the memory begins now. So it does where it is another server's, though once for
    /// each connection: where two names stand for the same data, as behind a proxy, each of them would
    /// otherwise take the other's for news, launch after launch.
    pub(super) fn note_memory(self: &Arc<Self>, live: &Live, key: String, text: Option<&[u8]>) {
        let now_ms = self.now_ms();
        let memory = Memory::read(text, now_ms);
        if let Some(memory) = memory
            && (memory.is_of(&live.server) || live.has_begun.swap(true, Ordering::Relaxed))
        {
            self.note(memory.began_ms());
            return;
        }
        self.note(now_ms);
        event::store_memory_began();
        let mut commands = redis::pipe();
        let memory = Memory::text(&live.server, now_ms);
        commands.cmd("SET").arg(key).arg(memory).ignore_errors();
        let connection = Arc::clone(self);
        tokio::spawn(async move {
            // Should this fail, the next launch finds no memory either.
            let _ = connection.ask(&commands, |_| Ok(())).await;
        });
    }

    /// The connection, made anew where there is none.
    ///
    /// It is made in a task of its own and for all who wait: whoever waits no longer leaves it to the
    /// next, and nobody's going away undoes it.
    async fn live(self: &Arc<Self>, deadline: Instant) -> Result<Live, Fault> {
        if let Some(live) = self.current() {
            return Ok(live);
        }
        let connection = Arc::clone(self);
        let connecting = tokio::spawn(async move { connection.connect().await });
        match timeout_at(deadline, connecting).await {
            Ok(Ok(connected)) => connected,
            _ => Err(Fault::TimedOut),
        }
    }

    async fn connect(self: Arc<Self>) -> Result<Live, Fault> {
        let mut dialling = self.dialling.lock().await;
        if let Some(live) = self.current() {
            return Ok(live);
        }
        dialling.hold_back().await?;
        let deadline = Instant::now() + self.settings.one_try * TRIES_TO_CONNECT;
        let dialled = timeout_at(deadline, self.dial(dialling.server.as_deref())).await;
        let (line, server) = match dialled.unwrap_or(Err(Fault::TimedOut)) {
            Ok(connected) => connected,
            Err(fault) => {
                dialling.fail();
                return Err(fault);
            }
        };
        let live = dialling.succeed(line, server);
        *lock(&self.current) = Some(live.clone());
        if !dialling.watched {
            dialling.watched = true;
            super::watch::start(&self);
        }
        Ok(live)
    }

    /// Connects, looks at the server, and sees since when it remembers.
    ///
    /// Where it is another server than before, others may have found it before us, and what we have told
    /// the old one since then it does not know: it remembers since then at the earliest.
    async fn dial(&self, before: Option<&str>) -> Result<(Line, Arc<str>), Fault> {
        let one_try = self.settings.one_try;
        let mut line = self.settings.servers.dial(one_try).await?;
        let inspection = match inspect(&mut line).await {
            // One of many servers may be down while the others go on.
            Err(_) if self.settings.servers.are_many() => None,
            inspection => inspection?,
        };
        let inspection = inspection.unwrap_or_else(|| {
            event::store_policy_unknown();
            Inspection::default()
        });
        self.evicted.store(inspection.evicted, Ordering::Relaxed);
        if let Some(policy) = &inspection.evicts_by {
            event::store_evicts(policy);
            // Later on it is an error in the log: to turn everybody away would not bring back anything.
            if !self.settings.allow_eviction && before.is_none() {
                return Err(Fault::Evicts(policy.clone()));
            }
        }
        let server: Arc<str> = inspection.run_id.as_deref().unwrap_or(UNKNOWN).into();
        let has_moved = before.is_some_and(|before| *before != *server);
        let told_until_ms = if has_moved {
            self.answered_ms.load(Ordering::Relaxed)
        } else {
            0
        };
        if self.settings.servers.are_many() {
            self.see_shares(&line, &server).await;
        } else {
            let key = self.settings.keys.memories().swap_remove(0);
            self.see_memory(&mut line, &server, &key, told_until_ms)
                .await?;
        }
        Ok((line, server))
    }

    /// Reads since when each of many servers remembers. One that does not answer is read beside the next
    /// nonce that it is told.
    async fn see_shares(&self, line: &Line, server: &str) {
        let mut seeing = tokio::task::JoinSet::new();
        for key in self.settings.keys.memories() {
            let mut line = line.clone();
            seeing.spawn(async move { (read_memory(&mut line, &key).await, line, key) });
        }
        let deadline = Instant::now() + self.settings.one_try / 2;
        while let Ok(Some(Ok((text, mut line, key)))) =
            timeout_at(deadline, seeing.join_next()).await
        {
            if let Ok(text) = text {
                // Should this fail, the next launch finds no memory either.
                let _ = timeout_at(deadline, self.settle(&mut line, server, &key, text, 0)).await;
            }
        }
    }

    async fn see_memory(
        &self,
        line: &mut Line,
        server: &str,
        key: &str,
        told_until_ms: u64,
    ) -> Result<(), Fault> {
        let text = read_memory(line, key).await?;
        self.settle(line, server, key, text, told_until_ms).await
    }

    /// Takes note of a memory that is this server's, and lets it begin where there is none.
    async fn settle(
        &self,
        line: &mut Line,
        server: &str,
        key: &str,
        text: Option<Vec<u8>>,
        told_until_ms: u64,
    ) -> Result<(), Fault> {
        let now_ms = self.now_ms();
        let memory = Memory::read(text.as_deref(), now_ms);
        let kept = memory.filter(|memory| memory.is_of(server));
        let began_ms = kept.map_or(now_ms, |memory| memory.began_ms().max(told_until_ms));
        self.note(began_ms);
        if kept.is_some_and(|memory| memory.began_ms() == began_ms) {
            return Ok(());
        }
        event::store_memory_began();
        let mut begin = redis::pipe();
        let memory = Memory::text(server, began_ms);
        begin.cmd("SET").arg(key).arg(memory).ignore_errors();
        for reply in line.send(&begin).await? {
            reply.extract_error()?;
        }
        Ok(())
    }

    fn now_ms(&self) -> u64 {
        unix_millis(self.settings.clock.now())
    }

    /// Remembers since when nothing has been forgotten. What was written by a clock that is far ahead does
    /// not stay.
    fn note(&self, began_ms: u64) {
        let latest = memory::latest(self.now_ms());
        let known = self.memory_began_ms.fetch_max(began_ms, Ordering::AcqRel);
        if known > latest {
            self.memory_began_ms.store(began_ms, Ordering::Release);
        }
    }

    /// What the server says of itself; `None` where it may not be asked.
    pub(super) async fn inspect(self: &Arc<Self>) -> Result<Option<Inspection>, Fault> {
        let deadline = Instant::now() + self.settings.one_try;
        let mut live = self.live(deadline).await?;
        let inspecting = timeout_at(deadline, inspect(&mut live.line)).await;
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

    fn current(&self) -> Option<Live> {
        lock(&self.current).clone()
    }

    /// Drops a connection that must not be used again. Of many servers one may be down while the others
    /// go on: they are left when they fail several times in a row.
    fn leave_if_spoilt(&self, live: &Live, fault: &Fault) {
        if !fault.spoils_connection() {
            return;
        }
        let many = self.settings.servers.are_many();
        let in_a_row = live.failures.fetch_add(1, Ordering::Relaxed) + 1;
        if !many || in_a_row >= FAILURES_IN_A_ROW {
            self.drop_generation(live.generation);
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
            event::store_connection_lost();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Dialling {
    /// A first failure after a success is no reason to wait.
    fn fail(&mut self) {
        self.failures += 1;
        let by_chance = crate::random::below(AFTER_FAILURE);
        let not_before = Instant::now() + AFTER_FAILURE + by_chance;
        self.not_before = (self.failures > 1).then_some(not_before);
    }

    fn succeed(&mut self, line: Line, server: Arc<str>) -> Live {
        self.failures = 0;
        self.not_before = None;
        self.succeeded = Some(Instant::now());
        self.server = Some(Arc::clone(&server));
        self.generation += 1;
        Live {
            generation: self.generation,
            line,
            server,
            failures: Arc::default(),
            has_begun: Arc::default(),
        }
    }

    async fn hold_back(&self) -> Result<(), Fault> {
        if self.not_before.is_some_and(|at| Instant::now() < at) {
            return Err(Fault::BackingOff);
        }
        if let Some(at) = self.succeeded {
            sleep_until(at + BETWEEN_CONNECTIONS).await;
        }
        Ok(())
    }
}

/// Reads the key that says since when a server remembers.
async fn read_memory(line: &mut Line, key: &str) -> Result<Option<Vec<u8>>, Fault> {
    let mut read = redis::pipe();
    read.cmd("GET").arg(key).ignore_errors();
    let reply = line.send(&read).await?.pop().unwrap_or(Value::Nil);
    Ok(match reply.extract_error()? {
        Value::BulkString(text) => Some(text),
        _ => None,
    })
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
        // Forbidden, or renamed.
        Err(error) if matches!(error.code(), Some("NOPERM" | "ERR")) => Ok(None),
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
