//! Changing the record of a deployment.

use redis::Value;

use super::record::Record;
use crate::{
    deployment::{Deployment, DeploymentKey, DeploymentStatus},
    nonce::Attempt,
    store::redis::{
        RedisStore, call_error::CallError, connection::DedicatedConnection, durability::Durability,
        reply::bulk_string,
    },
};

/// Compare and set: replaces the record if it is still the one that was read, so that a late command undoes
/// nothing. A retried call finds its own record. An unlisted record is listed, if possible.
const REPLACE: &str = "\
local kept = redis.call('GET', KEYS[1])
if not kept then return 0 end
if kept == ARGV[2] then return 1 end
if kept ~= ARGV[1] then return kept end
redis.pcall('ZADD', KEYS[2], 0, ARGV[3])
redis.call('SET', KEYS[1], ARGV[2])
return 1";

/// How often a change is retried that concurrent changes defeat.
const MAX_ATTEMPTS: usize = 8;

/// The outcome of a call to replace a record.
enum Replacement {
    Done,
    Changed(Vec<u8>),
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Status(DeploymentStatus),
    /// Activates a pending deployment.
    Approval,
    /// Marks it as listed.
    Listed,
}

impl Change {
    fn is_made(self, record: &Record<'_>) -> bool {
        match self {
            Self::Status(status) => record.status() == status,
            Self::Approval => record.status() != DeploymentStatus::Pending,
            Self::Listed => !record.is_unlisted(),
        }
    }

    fn make<'a>(self, record: Record<'a>, changed_by: &'a str) -> Record<'a> {
        match self {
            Self::Status(status) => record.with_status(status, changed_by),
            Self::Approval => record.with_status(DeploymentStatus::Active, changed_by),
            Self::Listed => record.listed(changed_by),
        }
    }
}

impl RedisStore {
    /// Changes a record if it exists, and waits until the change is durable if it has to be.
    ///
    /// By a script; without scripts, or to wait, on a dedicated connection.
    pub(super) async fn change(
        &self,
        key: &DeploymentKey,
        change: Change,
        durability: Option<&Durability>,
    ) -> Result<Option<Deployment>, CallError> {
        let caller = Attempt::new().map_err(|error| CallError::NoRandomness(Box::new(error)))?;
        let caller = caller.as_str();
        if durability.is_none() {
            match self.change_by_script(key, change, caller).await {
                Err(error) if error.is_command_unavailable() => {
                    self.connection.capabilities().warn_no_scripts();
                }
                changed => return changed,
            }
        }
        let changed = self.change_dedicated(key, change, caller, durability).await;
        match changed {
            Err(error) if error.is_connection_fatal() => {
                self.change_dedicated(key, change, caller, durability).await
            }
            changed => changed,
        }
    }

    async fn change_by_script(
        &self,
        key: &DeploymentKey,
        change: Change,
        caller: &str,
    ) -> Result<Option<Deployment>, CallError> {
        let Some(mut current) = self.record_text(key).await? else {
            return Ok(None);
        };
        for _ in 0..MAX_ATTEMPTS {
            let record = Record::read(&current, key)?;
            if change.is_made(&record) {
                return Ok(Some(self.deployment_of(record, key)));
            }
            let record = change.make(record, caller);
            match self.replace(key, &current, &record.to_text()?).await? {
                Replacement::Done => return Ok(Some(self.deployment_of(record, key))),
                Replacement::Changed(by_another) => current = by_another,
                Replacement::Gone => return Ok(None),
            }
        }
        Err(CallError::Contended)
    }

    async fn replace(
        &self,
        key: &DeploymentKey,
        current: &[u8],
        record: &[u8],
    ) -> Result<Replacement, CallError> {
        let mut commands = redis::pipe();
        commands
            .cmd("EVAL")
            .arg(REPLACE)
            .arg(2)
            .arg(self.keys.deployment(key))
            .arg(self.keys.deployments_of(key.registration()))
            .arg(current)
            .arg(record)
            .arg(key.id().as_str());
        self.connection
            .send_retrying(&commands, |replies| match replies.next() {
                Some(Value::Int(1)) => Ok(Replacement::Done),
                Some(Value::BulkString(by_another)) => Ok(Replacement::Changed(by_another)),
                Some(Value::Int(0)) => Ok(Replacement::Gone),
                _ => Err(CallError::UnexpectedReply),
            })
            .await
    }

    /// The same on a dedicated connection, by a transaction.
    async fn change_dedicated(
        &self,
        key: &DeploymentKey,
        change: Change,
        caller: &str,
        durability: Option<&Durability>,
    ) -> Result<Option<Deployment>, CallError> {
        let disables = change == Change::Status(DeploymentStatus::Disabled);
        let changed = self.change_by_transaction(key, change, caller).await;
        let (changed, mut dedicated) = match changed {
            Ok((changed, dedicated)) => (changed, Some(dedicated)),
            Err(error) if disables && error.is_unsupported() => {
                let mut dedicated = self.dedicated_connection(key, durability).await?;
                let disabled = self
                    .disable_by_commands(&mut dedicated, key, caller)
                    .await?;
                (disabled, dedicated)
            }
            Err(error) => return Err(error),
        };
        if changed.is_some() {
            if change != Change::Listed {
                // The change is made: an unlisted deployment is listed later if this fails.
                let _ = self.add_to_list(key).await;
            }
            self.wait_until_durable(&mut dedicated, key, durability)
                .await?;
        }
        Ok(changed)
    }

    async fn change_by_transaction(
        &self,
        key: &DeploymentKey,
        change: Change,
        caller: &str,
    ) -> Result<(Option<Deployment>, DedicatedConnection), CallError> {
        let name = self.keys.deployment(key);
        let mut dedicated = DedicatedConnection::to(self.connection.settings(), &name).await?;
        for _ in 0..MAX_ATTEMPTS {
            let Some(current) = dedicated.watch(&name).await? else {
                return Ok((None, dedicated));
            };
            let record = Record::read(&current, key)?;
            if change.is_made(&record) {
                return Ok((Some(self.deployment_of(record, key)), dedicated));
            }
            let record = change.make(record, caller);
            if dedicated.replace(&name, &record.to_text()?).await? {
                return Ok((Some(self.deployment_of(record, key)), dedicated));
            }
        }
        Err(CallError::Contended)
    }

    /// Disables a deployment without scripts and transactions; a concurrent change is overwritten.
    async fn disable_by_commands(
        &self,
        dedicated: &mut Option<DedicatedConnection>,
        key: &DeploymentKey,
        caller: &str,
    ) -> Result<Option<Deployment>, CallError> {
        let name = self.keys.deployment(key);
        let mut get = redis::cmd("GET");
        get.arg(&name);
        let Some(current) = bulk_string(Some(self.send_on(dedicated, get).await?))? else {
            return Ok(None);
        };
        let record = Record::read(&current, key)?.with_status(DeploymentStatus::Disabled, caller);
        let mut set = redis::cmd("SET");
        set.arg(&name).arg(record.to_text()?).arg("XX");
        match self.send_on(dedicated, set).await? {
            Value::Okay => Ok(Some(self.deployment_of(record, key))),
            // Removed concurrently, and not brought back.
            Value::Nil => Ok(None),
            _ => Err(CallError::UnexpectedReply),
        }
    }

    /// The deployment of a record. An unlisted one is listed in the background.
    pub(super) fn deployment_of(&self, record: Record<'_>, key: &DeploymentKey) -> Deployment {
        if record.is_unlisted() {
            self.list_in_background(key);
        }
        record.into_deployment(key.clone())
    }

    fn list_in_background(&self, key: &DeploymentKey) {
        if !self.connection.capabilities().begin_listing() {
            return;
        }
        let (store, key) = (self.clone(), key.clone());
        tokio::spawn(async move {
            let is_listed = store.add_to_list(&key).await.unwrap_or(false)
                && store.change(&key, Change::Listed, None).await.is_ok();
            store.connection.capabilities().end_listing(is_listed);
        });
    }
}
