//! What a change of a deployment waits for, beyond the server's reply.

use std::time::Duration;

use redis::{Cmd, Value};

/// What a status change or removal of a deployment waits for, beyond the server's reply.
///
/// Redis replies before a write has reached its replicas or its disk. A failover or a restart can lose it, and
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
    /// Waits until this many replicas have the change in memory (`WAIT`); at least one.
    #[must_use]
    pub fn replicas(count: usize) -> Self {
        Self::new(By::Replicas(count.max(1)))
    }

    /// Waits until the change is in the master's append-only file, on its disk (`WAITAOF`).
    ///
    /// Needs Redis 7.2 or Valkey, and `appendonly yes`. With `appendfsync everysec` it takes a second.
    #[must_use]
    pub fn disk() -> Self {
        Self::new(By::Disk)
    }

    /// Sets how long to wait for the acknowledgement. Default: two seconds.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    fn new(by: By) -> Self {
        let within = Duration::from_secs(2);
        Self { by, within }
    }

    pub(crate) fn max_wait(&self) -> Duration {
        self.within
    }

    /// The command that waits. A timeout of 0 would wait for ever.
    pub(crate) fn command(&self) -> Cmd {
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

    /// Whether the reply acknowledges the change.
    pub(crate) fn is_acknowledged_by(&self, reply: &Value) -> bool {
        match (self.by, reply) {
            (By::Replicas(count), Value::Int(acknowledged)) => {
                usize::try_from(*acknowledged).is_ok_and(|acknowledged| acknowledged >= count)
            }
            (By::Disk, Value::Array(acknowledged)) => {
                matches!(acknowledged.first(), Some(Value::Int(local)) if *local >= 1)
            }
            _ => false,
        }
    }
}
