//! A connection of one call's own, for what a connection that others share cannot do.
//!
//! `WATCH` looks for changes until the next transaction of the same connection, and `WAIT` waits for what
//! was written over it.

use std::time::Duration;

use redis::{
    Cmd, Value,
    aio::{ConnectionLike, MultiplexedConnection},
};
use tokio::time::timeout;

use super::{
    RedisStore, connection::Connection, dialling::TRIES_TO_CONNECT, durability::Durability,
    fault::Fault, set_once::text,
};
use crate::deployment::DeploymentKey;

/// A connection to the master that keeps one key.
pub(super) struct OwnLine {
    connection: MultiplexedConnection,
    one_try: Duration,
}

impl OwnLine {
    /// Connects to the master that keeps `key`.
    pub(super) async fn to(shared: &Connection, key: &str) -> Result<Self, Fault> {
        let settings = shared.settings();
        let one_try = settings.one_try;
        let dialling = settings.servers.dial_master_of(key, one_try);
        let connection = timeout(one_try * TRIES_TO_CONNECT, dialling)
            .await
            .map_err(|_| Fault::TimedOut)??;
        Ok(Self {
            connection,
            one_try,
        })
    }

    /// Reads what is under the key. [`replace`](Self::replace) notices whatever happens to it from now on.
    pub(super) async fn watch(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        let mut watch = redis::cmd("WATCH");
        watch.arg(key);
        self.ask(&watch).await?;
        self.get(key).await
    }

    async fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        let mut get = redis::cmd("GET");
        get.arg(key);
        text(Some(self.ask(&get).await?))
    }

    /// Puts a value in the place of the one that was there when the key was watched, and says whether it
    /// still was: a command that comes late, or beside another's, undoes nothing.
    pub(super) async fn replace(&mut self, key: &str, value: &[u8]) -> Result<bool, Fault> {
        // Where MULTI is refused, the SET behind it would be done at once.
        self.ask(&redis::cmd("MULTI")).await?;
        let mut set = redis::cmd("SET");
        set.arg(key).arg(value);
        self.ask(&set).await?;
        match self.ask(&redis::cmd("EXEC")).await? {
            Value::Nil => Ok(false),
            Value::Array(_) => Ok(true),
            _ => Err(Fault::NotUnderstood),
        }
    }

    /// Writes under `check`, and waits until that is where it was to be, and so whatever this server was told
    /// before it: where nothing had to be changed, somebody else's change is waited for.
    pub(super) async fn settle(
        &mut self,
        check: &str,
        durability: &Durability,
    ) -> Result<(), Fault> {
        let not_durable = |fault| Fault::NotDurable(Some(Box::new(fault)));
        let mut set = redis::cmd("SET");
        set.arg(check).arg("1").arg("PX").arg(1_000);
        self.ask(&set).await.map_err(not_durable)?;
        let longest = durability.longest().saturating_add(self.one_try);
        let reply = self.ask_within(&durability.command(), longest).await;
        if durability.is_met_by(&reply.map_err(not_durable)?) {
            Ok(())
        } else {
            Err(Fault::NotDurable(None))
        }
    }

    pub(super) async fn ask(&mut self, command: &Cmd) -> Result<Value, Fault> {
        self.ask_within(command, self.one_try).await
    }

    async fn ask_within(&mut self, command: &Cmd, longest: Duration) -> Result<Value, Fault> {
        let asking = self.connection.req_packed_command(command);
        let reply = timeout(longest, asking)
            .await
            .map_err(|_| Fault::TimedOut)??;
        Ok(reply.extract_error()?)
    }
}

impl RedisStore {
    /// A connection of a call's own, where the call has to wait for what it writes.
    pub(super) async fn line_for(
        &self,
        key: &DeploymentKey,
        durability: Option<&Durability>,
    ) -> Result<Option<OwnLine>, Fault> {
        match durability {
            Some(_) => {
                let line = OwnLine::to(&self.connection, &self.keys.deployment(key)).await?;
                Ok(Some(line))
            }
            None => Ok(None),
        }
    }

    /// Asks over the call's own connection, if it has one, and over the shared one otherwise; once, because
    /// a call that is repeated could undo what was done meanwhile.
    pub(super) async fn ask_over(
        &self,
        line: &mut Option<OwnLine>,
        command: Cmd,
    ) -> Result<Value, Fault> {
        if let Some(line) = line {
            return line.ask(&command).await;
        }
        let mut commands = redis::pipe();
        commands.add_command(command);
        self.connection
            .ask(&commands, |replies| {
                replies.next().ok_or(Fault::NotUnderstood)
            })
            .await
    }

    /// Waits for what a change over this connection is to wait for, if for anything.
    pub(super) async fn settle(
        &self,
        line: &mut Option<OwnLine>,
        key: &DeploymentKey,
        durability: Option<&Durability>,
    ) -> Result<(), Fault> {
        match (durability, line) {
            (Some(durability), Some(line)) => {
                let check = self.keys.check_beside(key.registration());
                line.settle(&check, durability).await
            }
            _ => Ok(()),
        }
    }
}
