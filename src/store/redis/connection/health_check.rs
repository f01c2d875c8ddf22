//! Whether the servers accept writes: the one, or each master of a cluster.

use std::sync::Arc;

use redis::{Pipeline, Value};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};

use super::{session::Session, shared::Connection};
use crate::store::{StoreHealth, redis::call_error::CallError};

impl Connection {
    /// Writes to the server, or to each master of a cluster.
    pub(crate) async fn check_health(self: &Arc<Self>) -> Result<StoreHealth, CallError> {
        if self.settings().servers.is_cluster() {
            return self.check_masters_retrying().await;
        }
        let commands = check_write(self.settings().keys.check());
        self.send_retrying(&commands, |replies| match replies.next() {
            Some(Value::Okay) => Ok(StoreHealth::WHOLE),
            _ => Err(CallError::UnexpectedReply),
        })
        .await
    }

    /// Writes to each master, and once more on a new connection if none accepted it.
    async fn check_masters_retrying(self: &Arc<Self>) -> Result<StoreHealth, CallError> {
        let health = match self.check_masters().await {
            Err(first) if first.is_connection_fatal() => match self.check_masters().await {
                Err(CallError::BackingOff) => Err(first),
                health => health,
            },
            health => health,
        }?;
        self.context().degradation.log_change(health);
        Ok(health)
    }

    async fn check_masters(self: &Arc<Self>) -> Result<StoreHealth, CallError> {
        let deadline = Instant::now() + self.settings().operation_timeout;
        let session = self.session(deadline).await?;
        let health = self.write_to_masters(&session).await;
        match &health {
            Ok(_) => session.succeeded(),
            Err(error) => {
                self.drop_if_fatal(&session, error);
            }
        }
        health
    }

    /// Writes to all masters concurrently.
    async fn write_to_masters(&self, session: &Session) -> Result<StoreHealth, CallError> {
        let settings = self.settings();
        let deadline = Instant::now() + settings.operation_timeout;
        let mut transport = session.transport();
        let tags = timeout_at(deadline, transport.tag_of_each_master()).await;
        let tags = tags.map_err(|_| CallError::TimedOut)??;
        let masters = tags.len();
        let mut writes = JoinSet::new();
        for tag in tags {
            let mut transport = session.transport();
            let commands = check_write(settings.keys.check_with(tag));
            writes.spawn(async move {
                let replies = timeout_at(deadline, transport.send(&commands)).await;
                let replies = replies.map_err(|_| CallError::TimedOut)??;
                for reply in replies {
                    reply.extract_error()?;
                }
                Ok(())
            });
        }
        let (mut writable, mut failure) = (0, CallError::UnexpectedReply);
        for written in writes.join_all().await {
            match written {
                Ok(()) => writable += 1,
                Err(error) => failure = error,
            }
        }
        StoreHealth::of_servers(writable, masters).ok_or(failure)
    }
}

fn check_write(key: String) -> Pipeline {
    let mut commands = redis::pipe();
    commands.cmd("SET").arg(key).arg("1").arg("PX").arg(1_000);
    commands
}
