//! Deployments: one key each, which stays until it is removed.

use std::time::Duration;

use redis::Value;

use super::{
    RedisStore,
    fault::Fault,
    record::Record,
    set_once::{Holder, SetOnce, text},
};
use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    nonce::{Attempt, NonceKey, NonceUse},
    observe::event,
    registration::RegistrationId,
    store::{DeploymentStore, LaunchStore, StoreError},
};

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

/// Puts a record in the place of the one that was read, and of no other: a command that comes late, or
/// beside another's, undoes nothing. A call that is repeated finds its own record.
const REPLACE: &str = "\
local kept = redis.call('GET', KEYS[1])
if not kept then return 0 end
if kept == ARGV[2] then return 1 end
if kept ~= ARGV[1] then return kept end
redis.call('SET', KEYS[1], ARGV[2])
return 1";

/// How often a status is tried to be set on a record that others change meanwhile.
const MOST_TRIES: usize = 8;

/// Removes a record and its place among those of its registration.
const REMOVE: &str = "\
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])";

/// What became of a call to replace a record.
enum Replacement {
    Done,
    Changed(Vec<u8>),
    Gone,
}

/// What became of a call to create a record.
enum Creation {
    Created,
    Kept(Vec<u8>),
    QuotaReached,
}

impl DeploymentStore for RedisStore {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let kept = self.record_text(key).await?;
        Ok(kept.map(|text| deployment(&text, key)).transpose()?)
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let caller = Attempt::new().map_err(StoreError::unavailable)?;
        let key = deployment.key();
        let record = Record::new(deployment, caller.as_str());
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
        let created = self
            .connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::BulkString(there)) => Ok(Creation::Kept(there)),
                Some(Value::Int(1)) => Ok(Creation::Created),
                Some(Value::Int(0)) => Ok(Creation::QuotaReached),
                _ => Err(Fault::NotUnderstood),
            })
            .await;
        let created = match created {
            Err(fault) if fault.is_forbidden() => {
                event::store_scripts_forbidden();
                self.create_uncounted(key, &record).await?
            }
            created => created?,
        };
        let kept = match &created {
            Creation::Created => record,
            Creation::Kept(there) => Record::read(there, key)?,
            Creation::QuotaReached => return Err(StoreError::quota_reached()),
        };
        // Even a record that was changed since may be this call's own, if its first reply was lost.
        let outcome = if kept.is_made_by(caller.as_str()) {
            DeploymentOutcome::Created
        } else {
            DeploymentOutcome::Existing
        };
        Ok((kept.into_deployment(key.clone()), outcome))
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        self.change_status(key, |_| status).await
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        self.change_status(key, |status| match status {
            DeploymentStatus::Pending => DeploymentStatus::Active,
            other => other,
        })
        .await
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        let limit = DeploymentPage::bounded(limit);
        let mut ids = self.ids(registration, after, limit + 1).await?;
        let more = ids.len() > limit;
        ids.truncate(limit);
        let next = ids.last().filter(|_| more).cloned();
        if ids.is_empty() {
            return Ok(DeploymentPage::new(Vec::new(), None));
        }
        let keys: Vec<_> = ids
            .into_iter()
            .map(|id| DeploymentKey::new(registration.clone(), id))
            .collect();
        let mut commands = redis::pipe();
        commands.cmd("MGET");
        for key in &keys {
            commands.arg(self.keys.deployment(key));
        }
        let texts = self
            .connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::Array(texts)) => texts.into_iter().map(|one| text(Some(one))).collect(),
                _ => Err(Fault::NotUnderstood),
            })
            .await?;
        let texts: Vec<Option<Vec<u8>>> = texts;
        let mut deployments = Vec::with_capacity(keys.len());
        // One that was removed in between is left out.
        for (key, text) in keys.into_iter().zip(texts) {
            if let Some(text) = text {
                deployments.push(deployment(&text, &key)?);
            }
        }
        Ok(DeploymentPage::new(deployments, next))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        let mut commands = redis::pipe();
        commands
            .cmd("EVAL")
            .arg(REMOVE)
            .arg(2)
            .arg(self.keys.deployment(key))
            .arg(self.keys.deployments_of(key.registration()))
            .arg(key.id().as_str());
        let was_there = self
            .connection
            .ask(&commands, |replies| match replies.next() {
                Some(Value::Int(removed)) => Ok(removed == 1),
                _ => Err(Fault::NotUnderstood),
            })
            .await?;
        Ok(was_there)
    }
}

impl LaunchStore for RedisStore {
    async fn consume_and_find(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
        key: &DeploymentKey,
    ) -> Result<(NonceUse, Option<Deployment>), StoreError> {
        let beside = self.keys.deployment(key);
        let (nonce_use, found) = self
            .consume_beside(nonce, attempt, ttl, Some(&beside))
            .await?;
        let found = found.map(|text| deployment(&text, key)).transpose()?;
        Ok((nonce_use, found))
    }
}

/// The deployment that a record is of.
fn deployment(record: &[u8], key: &DeploymentKey) -> Result<Deployment, Fault> {
    Ok(Record::read(record, key)?.into_deployment(key.clone()))
}

impl RedisStore {
    /// Keeps a record unless one is there, where the access list allows no scripts: in one step, but
    /// neither counted nor listed.
    async fn create_uncounted(
        &self,
        key: &DeploymentKey,
        record: &Record<'_>,
    ) -> Result<Creation, Fault> {
        let once = SetOnce {
            key: &self.keys.deployment(key),
            value: &record.to_text()?,
            ttl: None,
        };
        let written = once.write(&self.connection, []).await?;
        Ok(match written.told.holder {
            Holder::Us => Creation::Created,
            Holder::Another(there) => Creation::Kept(there),
        })
    }

    /// Changes a status where the record is still the one that was read, and reads again where it is
    /// not: what another call changed or removed meanwhile is never undone.
    async fn change_status(
        &self,
        key: &DeploymentKey,
        change: impl Fn(DeploymentStatus) -> DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        let Some(mut kept) = self.record_text(key).await? else {
            return Ok(None);
        };
        for _ in 0..MOST_TRIES {
            let record = Record::read(&kept, key)?;
            let status = change(record.status());
            if status == record.status() {
                return Ok(Some(record.into_deployment(key.clone())));
            }
            let caller = Attempt::new().map_err(StoreError::unavailable)?;
            let record = record.with_status(status, caller.as_str());
            match self.replace(key, &kept, &record.to_text()?).await? {
                Replacement::Done => return Ok(Some(record.into_deployment(key.clone()))),
                Replacement::Changed(by_another) => kept = by_another,
                Replacement::Gone => return Ok(None),
            }
        }
        Err(StoreError::unavailable(
            "others changed the deployment meanwhile",
        ))
    }

    /// The ids of a registration's deployments, so many of them.
    async fn ids(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        most: usize,
    ) -> Result<Vec<DeploymentId>, Fault> {
        let mut commands = redis::pipe();
        commands
            .cmd("ZRANGEBYLEX")
            .arg(self.keys.deployments_of(registration))
            .arg(after.map_or_else(|| "-".to_owned(), |id| format!("({}", id.as_str())))
            .arg("+")
            .arg("LIMIT")
            .arg(0)
            .arg(most);
        let id = |reply| match reply {
            Value::BulkString(id) => String::from_utf8(id)
                .map(DeploymentId::from)
                .map_err(|_| Fault::NotUnderstood),
            _ => Err(Fault::NotUnderstood),
        };
        self.connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::Array(ids)) => ids.into_iter().map(id).collect(),
                _ => Err(Fault::NotUnderstood),
            })
            .await
    }

    async fn record_text(&self, key: &DeploymentKey) -> Result<Option<Vec<u8>>, Fault> {
        let mut commands = redis::pipe();
        commands.cmd("GET").arg(self.keys.deployment(key));
        self.connection
            .ask_again(&commands, |replies| text(replies.next()))
            .await
    }

    async fn replace(
        &self,
        key: &DeploymentKey,
        kept: &[u8],
        record: &[u8],
    ) -> Result<Replacement, Fault> {
        let mut commands = redis::pipe();
        commands
            .cmd("EVAL")
            .arg(REPLACE)
            .arg(1)
            .arg(self.keys.deployment(key))
            .arg(kept)
            .arg(record);
        self.connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::Int(1)) => Ok(Replacement::Done),
                Some(Value::BulkString(there)) => Ok(Replacement::Changed(there)),
                Some(Value::Int(0)) => Ok(Replacement::Gone),
                _ => Err(Fault::NotUnderstood),
            })
            .await
    }
}
