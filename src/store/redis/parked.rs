//! Parked launches: one key each, sealed, which Redis itself forgets.

use std::time::Duration;

use redis::{Cmd, Pipeline, Value};

use super::{RedisStore, fault::Fault, set_once::text};
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
        // A ticket stands for one launch: what is there is this one, by a call whose reply was lost.
        set.arg("NX")
            .arg("PX")
            .arg(ttl.as_millis().clamp(1, 1 << 40) as u64);
        let written = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Okay | Value::Nil) => Ok(()),
            _ => Err(Fault::NotUnderstood),
        };
        Ok(self.connection.ask_again(&alone(set), written).await?)
    }

    async fn parked_launch(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        let mut get = redis::cmd("GET");
        get.arg(self.keys.parked(ticket));
        let read = |replies: &mut dyn Iterator<Item = Value>| text(replies.next());
        Ok(self.connection.ask_again(&alone(get), read).await?)
    }

    async fn remove_parked(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        let mut delete = redis::cmd("DEL");
        delete.arg(self.keys.parked(ticket));
        let deleted = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Int(_)) => Ok(()),
            _ => Err(Fault::NotUnderstood),
        };
        Ok(self.connection.ask_again(&alone(delete), deleted).await?)
    }
}
