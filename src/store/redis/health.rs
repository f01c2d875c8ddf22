//! Whether the servers take writes: the one, or each master of a cluster.

use std::sync::{Arc, atomic::Ordering};

use redis::{Pipeline, Value};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};

use super::{
    RedisStore,
    connection::{Connection, Live},
    fault::Fault,
};
use crate::{observe::event, store::StoreHealth};

impl RedisStore {
    /// Writes to the server, or to each master of a cluster, and says how many take it.
    pub(super) async fn write_check(&self) -> Result<StoreHealth, Fault> {
        if self.connection.settings().servers.are_many() {
            return self.connection.write_to_each_again().await;
        }
        let commands = short_write(self.keys.check());
        self.connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::Okay) => Ok(StoreHealth::WHOLE),
                _ => Err(Fault::NotUnderstood),
            })
            .await
    }
}

impl Connection {
    /// [`write_to_each`](Self::write_to_each), and once more on a fresh connection where no master took it.
    async fn write_to_each_again(self: &Arc<Self>) -> Result<StoreHealth, Fault> {
        let health = match self.write_to_each().await {
            Err(first) if first.spoils_connection() => match self.write_to_each().await {
                Err(Fault::BackingOff) => Err(first),
                health => health,
            },
            health => health,
        }?;
        let missing = health.servers() - health.writable();
        let before = self.masters_missing.swap(missing, Ordering::Relaxed);
        if missing > 0 && missing != before {
            event::store_degraded(health.writable(), health.servers());
        } else if missing == 0 && before > 0 {
            event::store_recovered(health.servers());
        }
        Ok(health)
    }

    /// Writes to each master of a cluster, side by side.
    async fn write_to_each(self: &Arc<Self>) -> Result<StoreHealth, Fault> {
        let deadline = Instant::now() + self.settings().one_try;
        let live = self.live(deadline).await?;
        let health = self.write_over(&live).await;
        match &health {
            Ok(_) => live.has_answered(),
            Err(fault) => {
                self.leave_if_spoilt(&live, fault);
            }
        }
        health
    }

    async fn write_over(&self, live: &Live) -> Result<StoreHealth, Fault> {
        let deadline = Instant::now() + self.settings().one_try;
        let mut line = live.line();
        let asked = timeout_at(deadline, line.tag_of_each_master()).await;
        let tags = asked.map_err(|_| Fault::TimedOut)??;
        let masters = tags.len();
        let mut writing = JoinSet::new();
        for tag in tags {
            let (mut line, commands) = (
                live.line(),
                short_write(self.settings().keys.check_with(tag)),
            );
            writing.spawn(async move {
                let replies = timeout_at(deadline, line.send(&commands)).await;
                let replies = replies.map_err(|_| Fault::TimedOut)??;
                for reply in replies {
                    reply.extract_error()?;
                }
                Ok(())
            });
        }
        let (mut writable, mut failure) = (0, Fault::NotUnderstood);
        for written in writing.join_all().await {
            match written {
                Ok(()) => writable += 1,
                Err(fault) => failure = fault,
            }
        }
        StoreHealth::of_servers(writable, masters).ok_or(failure)
    }
}

fn short_write(key: String) -> Pipeline {
    let mut commands = redis::pipe();
    commands.cmd("SET").arg(key).arg("1").arg("PX").arg(1_000);
    commands
}
