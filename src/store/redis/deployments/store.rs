//! [`DeploymentStore`] and [`LaunchStore`] for Redis.

use std::time::Duration;

use redis::Value;

use super::{change::Change, creation::Creation, record::Record};
use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    identity::RegistrationId,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{
        DeploymentStore, LaunchStore, StoreError,
        redis::{RedisStore, call_error::CallError, reply::bulk_string},
    },
};

impl DeploymentStore for RedisStore {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let record = self.record_text(key).await?;
        Ok(record.map(|text| self.deployment(&text, key)).transpose()?)
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let caller = Attempt::new().map_err(StoreError::unavailable)?;
        let key = deployment.key();
        let record = Record::new(deployment, caller.as_str());
        let created = self.create_record(key, &record, quota).await?;
        let record = match &created {
            Creation::Created => record,
            Creation::Existing(existing) => Record::read(existing, key)?,
            Creation::QuotaReached => return Err(StoreError::quota_reached()),
        };
        // An existing record is our own if the first reply was lost, even if it was changed since.
        let outcome = if record.is_created_by(caller.as_str()) {
            DeploymentOutcome::Created
        } else {
            DeploymentOutcome::Existing
        };
        Ok((self.deployment_of(record, key), outcome))
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        let durability = self.durability.as_ref();
        Ok(self.change(key, Change::Status(status), durability).await?)
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        Ok(self.change(key, Change::Approval, None).await?)
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
        let records = self.record_texts(&keys).await?;
        let mut deployments = Vec::with_capacity(keys.len());
        // One that was removed since is left out.
        for (key, record) in keys.into_iter().zip(records) {
            if let Some(record) = record {
                deployments.push(self.deployment(&record, &key)?);
            }
        }
        Ok(DeploymentPage::new(deployments, next))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        Ok(self.remove_record(key, self.durability.as_ref()).await?)
    }
}

impl LaunchStore for RedisStore {
    async fn consume_and_find(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
        key: &DeploymentKey,
    ) -> Result<(NonceUse, Option<Deployment>), StoreError> {
        let record = self.keys.deployment(key);
        let (nonce_use, found) = self
            .consume_and_get(nonce, attempt, ttl, Some(&record))
            .await?;
        let found = found.map(|text| self.deployment(&text, key)).transpose()?;
        Ok((nonce_use, found))
    }
}

impl RedisStore {
    pub(in crate::store::redis) fn deployment(
        &self,
        record: &[u8],
        key: &DeploymentKey,
    ) -> Result<Deployment, CallError> {
        Ok(self.deployment_of(Record::read(record, key)?, key))
    }

    async fn record_texts(
        &self,
        keys: &[DeploymentKey],
    ) -> Result<Vec<Option<Vec<u8>>>, CallError> {
        let mut commands = redis::pipe();
        commands.cmd("MGET");
        for key in keys {
            commands.arg(self.keys.deployment(key));
        }
        self.connection
            .send_retrying(&commands, |replies| match replies.next() {
                Some(Value::Array(texts)) => texts
                    .into_iter()
                    .map(|text| bulk_string(Some(text)))
                    .collect(),
                _ => Err(CallError::UnexpectedReply),
            })
            .await
    }
}
