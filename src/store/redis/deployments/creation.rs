//! Creating a deployment: one record for each key, by the first caller.

use redis::Value;

use super::record::Record;
use crate::{
    deployment::DeploymentKey,
    store::redis::{
        RedisStore,
        call_error::CallError,
        connection::{Owner, SetNx},
    },
};

/// Creates a record unless it exists or the quota is reached, atomically. A retried call finds its own record,
/// which names the call that created it. A deployment whose record was lost is still listed, and does not count
/// again. A script that fails is not rolled back, so what can fail comes before the record.
const CREATE: &str = "\
local kept = redis.call('GET', KEYS[1])
if kept then return kept end
local quota = tonumber(ARGV[3])
if quota and not redis.call('ZSCORE', KEYS[2], ARGV[2])
and redis.call('ZCARD', KEYS[2]) >= quota then return 0 end
redis.call('ZADD', KEYS[2], 0, ARGV[2])
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return 1";

/// The outcome of a call to create a record.
pub(super) enum Creation {
    Created,
    Existing(Vec<u8>),
    QuotaReached,
}

impl RedisStore {
    /// Creates a record unless it exists or the quota is reached.
    pub(super) async fn create_record(
        &self,
        key: &DeploymentKey,
        record: &Record<'_>,
        quota: Option<usize>,
    ) -> Result<Creation, CallError> {
        let created = self.create_by_script(key, record, quota).await;
        match created {
            Err(error) if error.is_command_unavailable() => {
                self.connection.capabilities().warn_no_scripts();
                self.create_by_commands(key, record, quota).await
            }
            created => created,
        }
    }

    async fn create_by_script(
        &self,
        key: &DeploymentKey,
        record: &Record<'_>,
        quota: Option<usize>,
    ) -> Result<Creation, CallError> {
        let mut commands = redis::pipe();
        commands
            .cmd("EVAL")
            .arg(CREATE)
            .arg(2)
            .arg(self.keys.deployment(key))
            .arg(self.keys.deployments_of(key.registration()))
            .arg(record.to_text()?)
            .arg(key.id().as_str())
            .arg(quota.map_or_else(|| "none".to_owned(), |quota| quota.to_string()));
        self.connection
            .send_retrying(&commands, |replies| match replies.next() {
                Some(Value::BulkString(existing)) => Ok(Creation::Existing(existing)),
                Some(Value::Int(1)) => Ok(Creation::Created),
                Some(Value::Int(0)) => Ok(Creation::QuotaReached),
                _ => Err(CallError::UnexpectedReply),
            })
            .await
    }

    /// The same without scripts. The record is written atomically, and listed before. One process counts its
    /// creations one after the other; several at once may exceed the quota by one each.
    async fn create_by_commands(
        &self,
        key: &DeploymentKey,
        record: &Record<'_>,
        quota: Option<usize>,
    ) -> Result<Creation, CallError> {
        let lock = self.connection.capabilities().creation_lock.lock().await;
        if let Some(existing) = self.record_text(key).await? {
            self.add_to_list(key).await?;
            return Ok(Creation::Existing(existing));
        }
        if let Some(quota) = quota
            && self.is_quota_reached(key, quota).await?
        {
            return Ok(Creation::QuotaReached);
        }
        let is_listed = self.add_to_list(key).await?;
        drop(lock);
        let text = if is_listed {
            record.to_text()?
        } else {
            record.clone().unlisted().to_text()?
        };
        let set = SetNx {
            key: &self.keys.deployment(key),
            value: &text,
            ttl: None,
        };
        let reply = set.write(&self.connection, []).await?;
        Ok(match reply.value.owner {
            Owner::Us => Creation::Created,
            Owner::Other(existing) => Creation::Existing(existing),
        })
    }
}
