//! Deployments: one key each, which stays until it is removed.

use std::time::Duration;

use redis::Value;

use super::{
    RedisStore, change::Change, creation::Creation, fault::Fault, record::Record, set_once::text,
};
use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    identity::RegistrationId,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{DeploymentStore, LaunchStore, StoreError},
};

impl DeploymentStore for RedisStore {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let kept = self.record_text(key).await?;
        Ok(kept.map(|text| self.deployment(&text, key)).transpose()?)
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let caller = Attempt::new().map_err(StoreError::unavailable)?;
        let key = deployment.key();
        let record = Record::new(deployment, caller.as_str());
        let created = self.keep_new(key, &record, quota).await?;
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
        Ok((self.deployment_of(kept, key), outcome))
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
                deployments.push(self.deployment(&text, &key)?);
            }
        }
        Ok(DeploymentPage::new(deployments, next))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        Ok(self.take_out(key, self.durability.as_ref()).await?)
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
        let beside = self.keys.deployment(key);
        let (nonce_use, found) = self
            .consume_beside(nonce, attempt, ttl, Some(&beside))
            .await?;
        let found = found.map(|text| self.deployment(&text, key)).transpose()?;
        Ok((nonce_use, found))
    }
}

impl RedisStore {
    /// The deployment that a record is of.
    fn deployment(&self, record: &[u8], key: &DeploymentKey) -> Result<Deployment, Fault> {
        Ok(self.deployment_of(Record::read(record, key)?, key))
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

    pub(super) async fn record_text(&self, key: &DeploymentKey) -> Result<Option<Vec<u8>>, Fault> {
        let mut commands = redis::pipe();
        commands.cmd("GET").arg(self.keys.deployment(key));
        self.connection
            .ask_again(&commands, |replies| text(replies.next()))
            .await
    }
}
