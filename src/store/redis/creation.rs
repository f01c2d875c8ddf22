//! Creating a deployment: one record for each key, whoever comes first.

use redis::Value;

use super::{
    RedisStore,
    fault::Fault,
    record::Record,
    set_once::{Holder, SetOnce},
};
use crate::deployment::DeploymentKey;

/// Keeps a record unless one is there or the registration has as many as it may: all in one step, on
/// the server. A call that is repeated finds its own record, which says who made it. A deployment whose
/// record was lost still has its place among those of its registration, and needs no new one. A script
/// that fails is not undone, so what can fail comes before the record.
const CREATE: &str = "\
local kept = redis.call('GET', KEYS[1])
if kept then return kept end
local quota = tonumber(ARGV[3])
if quota and not redis.call('ZSCORE', KEYS[2], ARGV[2])
and redis.call('ZCARD', KEYS[2]) >= quota then return 0 end
redis.call('ZADD', KEYS[2], 0, ARGV[2])
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return 1";

/// What became of a call to create a record.
pub(super) enum Creation {
    Created,
    Kept(Vec<u8>),
    QuotaReached,
}

impl RedisStore {
    /// Keeps the record unless one is there or the quota is reached.
    pub(super) async fn keep_new(
        &self,
        key: &DeploymentKey,
        record: &Record<'_>,
        quota: Option<usize>,
    ) -> Result<Creation, Fault> {
        let created = self.keep_by_script(key, record, quota).await;
        match created {
            Err(fault) if fault.is_command_refused() => {
                self.connection.abilities.lack_scripts();
                self.keep_by_commands(key, record, quota).await
            }
            created => created,
        }
    }

    async fn keep_by_script(
        &self,
        key: &DeploymentKey,
        record: &Record<'_>,
        quota: Option<usize>,
    ) -> Result<Creation, Fault> {
        let mut commands = redis::pipe();
        commands
            .cmd("EVAL")
            .arg(CREATE)
            .arg(2)
            .arg(self.keys.deployment(key))
            .arg(self.keys.deployments_of(key.registration()))
            .arg(record.to_text()?)
            .arg(key.id().as_str())
            .arg(quota.map_or_else(|| "none".to_owned(), |most| most.to_string()));
        self.connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::BulkString(there)) => Ok(Creation::Kept(there)),
                Some(Value::Int(1)) => Ok(Creation::Created),
                Some(Value::Int(0)) => Ok(Creation::QuotaReached),
                _ => Err(Fault::NotUnderstood),
            })
            .await
    }

    /// The same where there are no scripts. The record itself is written in one step, and its place in the
    /// list before it. Creations of one process count one after the other; several processes at once may
    /// go beyond the quota by one each.
    async fn keep_by_commands(
        &self,
        key: &DeploymentKey,
        record: &Record<'_>,
        quota: Option<usize>,
    ) -> Result<Creation, Fault> {
        let counting = self.connection.abilities.counting.lock().await;
        if let Some(there) = self.record_text(key).await? {
            self.enter(key).await?;
            return Ok(Creation::Kept(there));
        }
        if let Some(most) = quota
            && self.has_no_place(key, most).await?
        {
            return Ok(Creation::QuotaReached);
        }
        let is_listed = self.enter(key).await?;
        drop(counting);
        let text = if is_listed {
            record.to_text()?
        } else {
            record.clone().unlisted().to_text()?
        };
        let once = SetOnce {
            key: &self.keys.deployment(key),
            value: &text,
            ttl: None,
        };
        let written = once.write(&self.connection, []).await?;
        Ok(match written.told.holder {
            Holder::Us => Creation::Created,
            Holder::Another(there) => Creation::Kept(there),
        })
    }

    /// Whether the registration has as many as it may, and this one is none of them. Where that cannot be
    /// asked, it has a place.
    async fn has_no_place(&self, key: &DeploymentKey, most: usize) -> Result<bool, Fault> {
        let list = self.keys.deployments_of(key.registration());
        let mut commands = redis::pipe();
        commands.cmd("ZSCORE").arg(&list).arg(key.id().as_str());
        commands.cmd("ZCARD").arg(&list);
        let asked = self
            .connection
            .ask_again(&commands, |replies| {
                match (replies.next(), replies.next()) {
                    (Some(Value::Nil), Some(Value::Int(count))) => {
                        Ok(usize::try_from(count).is_ok_and(|count| count >= most))
                    }
                    (Some(_), Some(Value::Int(_))) => Ok(false),
                    _ => Err(Fault::NotUnderstood),
                }
            })
            .await;
        match asked {
            Err(fault) if fault.is_command_refused() => {
                self.connection.abilities.lack_lists();
                Ok(false)
            }
            asked => asked,
        }
    }

    /// Enters a deployment in the list of its registration, and says whether it stands there now: where
    /// the server does not let us, it does not.
    pub(super) async fn enter(&self, key: &DeploymentKey) -> Result<bool, Fault> {
        let mut commands = redis::pipe();
        commands
            .cmd("ZADD")
            .arg(self.keys.deployments_of(key.registration()))
            .arg(0)
            .arg(key.id().as_str());
        let entered = self
            .connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::Int(_)) => Ok(true),
                _ => Err(Fault::NotUnderstood),
            })
            .await;
        match entered {
            Err(fault) if fault.is_command_refused() => {
                self.connection.abilities.lack_lists();
                Ok(false)
            }
            entered => entered,
        }
    }
}
