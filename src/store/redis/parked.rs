//! Parked launches in Redis: one key each, encrypted, which expires.

use std::time::Duration;

use redis::{Cmd, Pipeline, Value};

use super::{RedisStore, call_error::CallError, reply::bulk_string};
use crate::{
    nonce::OneTimeKey,
    store::{ParkedLaunchStore, StoreError},
};

fn alone(command: Cmd) -> Pipeline {
    let mut commands = redis::pipe();
    commands.add_command(command);
    commands
}

impl ParkedLaunchStore for RedisStore {
    async fn park_launch(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let mut set = redis::cmd("SET");
        set.arg(self.keys.parked(ticket)).arg(sealed);
        // A ticket belongs to one launch: an existing value is from an attempt whose reply was lost.
        set.arg("NX")
            .arg("PX")
            .arg(ttl.as_millis().clamp(1, 1 << 40) as u64);
        let written = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Okay | Value::Nil) => Ok(()),
            _ => Err(CallError::UnexpectedReply),
        };
        Ok(self.connection.send_retrying(&alone(set), written).await?)
    }

    async fn parked_launch(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        let mut get = redis::cmd("GET");
        get.arg(self.keys.parked(ticket));
        let read = |replies: &mut dyn Iterator<Item = Value>| bulk_string(replies.next());
        Ok(self.connection.send_retrying(&alone(get), read).await?)
    }

    async fn remove_parked(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        let mut delete = redis::cmd("DEL");
        delete.arg(self.keys.parked(ticket));
        let deleted = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Int(_)) => Ok(()),
            _ => Err(CallError::UnexpectedReply),
        };
        Ok(self
            .connection
            .send_retrying(&alone(delete), deleted)
            .await?)
    }
}
