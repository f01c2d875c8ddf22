//! The tool's own keys in Redis: one hash, a field for each slot.

use redis::{Cmd, Pipeline, Value};

use super::{RedisStore, call_error::CallError};
use crate::store::{KeyStore, StoreError, StoredKey};

fn alone(command: Cmd) -> Pipeline {
    let mut commands = redis::pipe();
    commands.add_command(command);
    commands
}

fn text(value: Value) -> Result<String, CallError> {
    let Value::BulkString(bytes) = value else {
        return Err(CallError::UnexpectedReply);
    };
    String::from_utf8(bytes).map_err(|_| CallError::UnexpectedReply)
}

fn number(reply: Option<Value>) -> Result<i64, CallError> {
    match reply {
        Some(Value::Int(number)) => Ok(number),
        _ => Err(CallError::UnexpectedReply),
    }
}

impl KeyStore for RedisStore {
    async fn tool_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        let mut get = redis::cmd("HGETALL");
        get.arg(self.keys.tool_keys());
        let read = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            // RESP3 and RESP2.
            Some(Value::Map(rows)) => rows
                .into_iter()
                .map(|(slot, record)| Ok(StoredKey::new(text(slot)?, text(record)?)))
                .collect(),
            Some(Value::Array(mut flat)) => {
                let mut rows = Vec::new();
                let mut fields = flat.drain(..);
                while let (Some(slot), Some(record)) = (fields.next(), fields.next()) {
                    rows.push(StoredKey::new(text(slot)?, text(record)?));
                }
                Ok(rows)
            }
            _ => Err(CallError::UnexpectedReply),
        };
        Ok(self.connection.send_retrying(&alone(get), read).await?)
    }

    async fn add_tool_key(&self, key: &StoredKey) -> Result<bool, StoreError> {
        let mut add = redis::cmd("HSETNX");
        add.arg(self.keys.tool_keys())
            .arg(key.slot())
            .arg(key.record());
        let added = |replies: &mut dyn Iterator<Item = Value>| {
            number(replies.next()).map(|added| added == 1)
        };
        Ok(self.connection.send_retrying(&alone(add), added).await?)
    }

    async fn replace_tool_key(&self, key: &StoredKey) -> Result<(), StoreError> {
        let mut set = redis::cmd("HSET");
        set.arg(self.keys.tool_keys())
            .arg(key.slot())
            .arg(key.record());
        let written = |replies: &mut dyn Iterator<Item = Value>| number(replies.next()).map(drop);
        Ok(self.connection.send_retrying(&alone(set), written).await?)
    }

    async fn remove_tool_key(&self, slot: &str) -> Result<(), StoreError> {
        let mut delete = redis::cmd("HDEL");
        delete.arg(self.keys.tool_keys()).arg(slot);
        let deleted = |replies: &mut dyn Iterator<Item = Value>| number(replies.next()).map(drop);
        Ok(self
            .connection
            .send_retrying(&alone(delete), deleted)
            .await?)
    }
}
