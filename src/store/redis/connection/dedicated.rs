//! A connection of one call's own, for commands that a shared connection cannot run.
//!
//! `WATCH` applies to the next transaction of its connection, and `WAIT` to the writes of its connection.

use std::time::Duration;

use redis::{
    Cmd, Value,
    aio::{ConnectionLike, MultiplexedConnection},
};
use tokio::time::timeout;

use super::settings::Settings;
use crate::store::redis::{call_error::CallError, durability::Durability, reply::bulk_string};

/// A connection to the master that keeps one key.
pub(crate) struct DedicatedConnection {
    connection: MultiplexedConnection,
    operation_timeout: Duration,
}

impl DedicatedConnection {
    /// Connects to the master that keeps `key`.
    pub(crate) async fn to(settings: &Settings, key: &str) -> Result<Self, CallError> {
        let operation_timeout = settings.operation_timeout;
        let servers = &settings.servers;
        let connecting = servers.connect_to_master_of(key, operation_timeout);
        let connection = timeout(settings.connect_timeout(), connecting)
            .await
            .map_err(|_| CallError::TimedOut)??;
        Ok(Self {
            connection,
            operation_timeout,
        })
    }

    /// Watches the key, and reads it: [`replace`](Self::replace) fails if it changes from now on.
    pub(crate) async fn watch(&mut self, key: &str) -> Result<Option<Vec<u8>>, CallError> {
        let mut watch = redis::cmd("WATCH");
        watch.arg(key);
        self.send(&watch).await?;
        let mut get = redis::cmd("GET");
        get.arg(key);
        bulk_string(Some(self.send(&get).await?))
    }

    /// Compare and set: replaces the value unless it changed since it was watched; `false` if it did.
    pub(crate) async fn replace(&mut self, key: &str, value: &[u8]) -> Result<bool, CallError> {
        // One by one: where MULTI is refused, a SET sent with it would be executed.
        self.send(&redis::cmd("MULTI")).await?;
        let mut set = redis::cmd("SET");
        set.arg(key).arg(value);
        self.send(&set).await?;
        match self.send(&redis::cmd("EXEC")).await? {
            Value::Nil => Ok(false),
            Value::Array(_) => Ok(true),
            _ => Err(CallError::UnexpectedReply),
        }
    }

    /// Waits until all earlier writes of this server are durable, also those of others: writes `check`, and
    /// waits for that.
    pub(crate) async fn wait_until_durable(
        &mut self,
        check: &str,
        durability: &Durability,
    ) -> Result<(), CallError> {
        let not_durable = |error| CallError::NotDurable(Some(Box::new(error)));
        let mut set = redis::cmd("SET");
        set.arg(check).arg("1").arg("PX").arg(1_000);
        self.send(&set).await.map_err(not_durable)?;
        let max_wait = durability.max_wait().saturating_add(self.operation_timeout);
        let reply = self.send_within(&durability.command(), max_wait).await;
        if durability.is_acknowledged_by(&reply.map_err(not_durable)?) {
            Ok(())
        } else {
            Err(CallError::NotDurable(None))
        }
    }

    pub(crate) async fn send(&mut self, command: &Cmd) -> Result<Value, CallError> {
        self.send_within(command, self.operation_timeout).await
    }

    async fn send_within(&mut self, command: &Cmd, max_wait: Duration) -> Result<Value, CallError> {
        let sending = self.connection.req_packed_command(command);
        let reply = timeout(max_wait, sending)
            .await
            .map_err(|_| CallError::TimedOut)??;
        Ok(reply.extract_error()?)
    }
}
