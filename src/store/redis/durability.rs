//! What a change of a deployment waits for, beyond the answer of the server.

use std::time::Duration;

use redis::{Cmd, Value};

/// What a change of a deployment's status, or its removal, waits for beyond the answer of the server.
///
/// Redis answers before a write is at its replicas or on its disk. A failover or a restart can lose it, and
/// with it that a deployment was disabled. See
/// [`durable_status_changes`](super::RedisStoreBuilder::durable_status_changes).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tower_lti::store::redis::Durability;
///
/// let at_a_replica = Durability::replicas(1);
/// let on_disk = Durability::disk().within(Duration::from_secs(5));
/// # let _ = (at_a_replica, on_disk);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durability {
    by: By,
    within: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Replicas(usize),
    Disk,
}

impl Durability {
    /// Waits until so many replicas have the change in their memory (`WAIT`); at least one.
    #[must_use]
    pub fn replicas(count: usize) -> Self {
        Self::new(By::Replicas(count.max(1)))
    }

    /// Waits until the change is in the append-only file of the master, on its disk (`WAITAOF`).
    ///
    /// It needs Redis 7.2 or Valkey, and `appendonly yes`. With `appendfsync everysec` it takes a second.
    #[must_use]
    pub fn disk() -> Self {
        Self::new(By::Disk)
    }

    /// Sets how long to wait before it counts as not acknowledged. Default: two seconds.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    fn new(by: By) -> Self {
        let within = Duration::from_secs(2);
        Self { by, within }
    }

    pub(super) fn longest(&self) -> Duration {
        self.within
    }

    /// The command that waits. 0 would wait for ever.
    pub(super) fn command(&self) -> Cmd {
        let ms = self.within.as_millis().clamp(1, 1 << 40) as u64;
        let mut command;
        match self.by {
            By::Replicas(count) => {
                command = redis::cmd("WAIT");
                command.arg(count);
            }
            By::Disk => {
                command = redis::cmd("WAITAOF");
                command.arg(1).arg(0);
            }
        }
        command.arg(ms);
        command
    }

    /// Whether the reply to the command says that it is where it was to be.
    pub(super) fn is_met_by(&self, reply: &Value) -> bool {
        match (self.by, reply) {
            (By::Replicas(count), Value::Int(told)) => {
                usize::try_from(*told).is_ok_and(|told| told >= count)
            }
            (By::Disk, Value::Array(told)) => {
                matches!(told.first(), Some(Value::Int(here)) if *here >= 1)
            }
            _ => false,
        }
    }
}
