//! Connecting: once for all who wait, not too often, and not to a server that is unfit.
//!
//! It is held back, so that a server in trouble sees no more than twenty connections a second from us.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use redis::Value;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{
    connection::{Connection, Live},
    fault::Fault,
    inspection::Inspection,
    line::Line,
};
use crate::observe::event;

/// After connecting has failed twice in a row, nobody tries again for this long, and for up to twice as
/// long by chance, so that instances do not all come back at once.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// A connection that was made is replaced no sooner than this.
const BETWEEN_CONNECTIONS: Duration = Duration::from_millis(50);

/// How long connecting may take, in tries: it takes several round trips, and more with TLS.
pub(super) const TRIES_TO_CONNECT: u32 = 2;

/// What is known of the last time somebody connected.
#[derive(Default)]
pub(super) struct Dialling {
    generation: u64,
    failures: u32,
    not_before: Option<Instant>,
    succeeded: Option<Instant>,
    watched: bool,
}

impl Connection {
    /// Connects, unless somebody else has. Where nobody waits for it, a failure holds nobody back.
    pub(super) async fn connect(self: Arc<Self>, is_awaited: bool) -> Result<Arc<Live>, Fault> {
        let mut dialling = self.dialling.lock().await;
        if let Some(live) = self.current() {
            return Ok(live);
        }
        dialling.hold_back().await?;
        let deadline = Instant::now() + self.settings().one_try * TRIES_TO_CONNECT;
        let is_first = dialling.succeeded.is_none();
        let dialled = timeout_at(deadline, self.dial(is_first)).await;
        let line = match dialled.unwrap_or(Err(Fault::TimedOut)) {
            Ok(connected) => connected,
            Err(fault) => {
                if is_awaited {
                    dialling.fail();
                }
                return Err(fault);
            }
        };
        let live = dialling.succeed(line);
        self.install(Arc::clone(&live));
        if !dialling.watched {
            dialling.watched = true;
            super::watch::start(&self);
        }
        Ok(live)
    }

    /// Connects, looks at the server, and sees since when it remembers.
    async fn dial(self: &Arc<Self>, is_first: bool) -> Result<Line, Fault> {
        let asked = Instant::now();
        let one_try = self.settings().one_try;
        let mut line = self.settings().servers.dial(one_try).await?;
        let inspection = match inspect(&mut line).await {
            // One of many servers may be down while the others go on.
            Err(_) if self.settings().servers.are_many() => None,
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
            if !self.settings().allow_eviction && is_first {
                return Err(Fault::Evicts(policy.clone()));
            }
        }
        match self.see_abilities(&mut line).await {
            Err(fault) if !self.settings().servers.are_many() => return Err(fault),
            _ => {}
        }
        self.see_memories(&mut line, &inspection, asked).await?;
        Ok(line)
    }
}

impl Dialling {
    /// A first failure after a success is no reason to wait.
    fn fail(&mut self) {
        self.failures += 1;
        let by_chance = crate::random::below(AFTER_FAILURE);
        let not_before = Instant::now() + AFTER_FAILURE + by_chance;
        self.not_before = (self.failures > 1).then_some(not_before);
    }

    fn succeed(&mut self, line: Line) -> Arc<Live> {
        self.failures = 0;
        self.not_before = None;
        self.succeeded = Some(Instant::now());
        self.generation += 1;
        Arc::new(Live::new(self.generation, line))
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

/// Asks the server about itself; `None` where that is not allowed.
pub(super) async fn inspect(line: &mut Line) -> Result<Option<Inspection>, Fault> {
    let mut info = redis::pipe();
    info.cmd("INFO");
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
