//! Changing what is kept of a deployment.

use redis::Value;

use super::{
    RedisStore, durability::Durability, fault::Fault, own_line::OwnLine, record::Record,
    set_once::text,
};
use crate::{
    deployment::{Deployment, DeploymentKey, DeploymentStatus},
    nonce::Attempt,
};

/// Puts a record in the place of the one that was read, and of no other: a command that comes late, or
/// beside another's, undoes nothing. A call that is repeated finds its own record. A record that has no
/// place in the list of its registration gets one, if that may be.
const REPLACE: &str = "\
local kept = redis.call('GET', KEYS[1])
if not kept then return 0 end
if kept == ARGV[2] then return 1 end
if kept ~= ARGV[1] then return kept end
redis.pcall('ZADD', KEYS[2], 0, ARGV[3])
redis.call('SET', KEYS[1], ARGV[2])
return 1";

/// How often a record is tried to be changed that others change meanwhile.
const MOST_TRIES: usize = 8;

/// What became of a call to replace a record.
enum Replacement {
    Done,
    Changed(Vec<u8>),
    Gone,
}

/// What is to be changed about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Status(DeploymentStatus),
    /// What is pending becomes active.
    Approval,
    /// It has a place in the list of its registration by now.
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
    /// Changes a record, if it is there, and waits for what it should wait for.
    ///
    /// By a script; without scripts, or where something is waited for, over a connection of its own.
    pub(super) async fn change(
        &self,
        key: &DeploymentKey,
        change: Change,
        durability: Option<&Durability>,
    ) -> Result<Option<Deployment>, Fault> {
        let caller = Attempt::new().map_err(|error| Fault::NoRandomness(Box::new(error)))?;
        let caller = caller.as_str();
        if durability.is_none() {
            match self.change_by_script(key, change, caller).await {
                Err(fault) if fault.is_command_refused() => {
                    self.connection.abilities.lack_scripts();
                }
                changed => return changed,
            }
        }
        match self.change_apart(key, change, caller, durability).await {
            Err(fault) if fault.spoils_connection() => {
                self.change_apart(key, change, caller, durability).await
            }
            changed => changed,
        }
    }

    /// Changes the record where it is still the one that was read, and reads again where it is not: what
    /// another call changed or removed meanwhile is never undone.
    async fn change_by_script(
        &self,
        key: &DeploymentKey,
        change: Change,
        caller: &str,
    ) -> Result<Option<Deployment>, Fault> {
        let Some(mut kept) = self.record_text(key).await? else {
            return Ok(None);
        };
        for _ in 0..MOST_TRIES {
            let record = Record::read(&kept, key)?;
            if change.is_made(&record) {
                return Ok(Some(self.deployment_of(record, key)));
            }
            let record = change.make(record, caller);
            match self.replace(key, &kept, &record.to_text()?).await? {
                Replacement::Done => return Ok(Some(self.deployment_of(record, key))),
                Replacement::Changed(by_another) => kept = by_another,
                Replacement::Gone => return Ok(None),
            }
        }
        Err(Fault::Contended)
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
            .arg(2)
            .arg(self.keys.deployment(key))
            .arg(self.keys.deployments_of(key.registration()))
            .arg(kept)
            .arg(record)
            .arg(key.id().as_str());
        self.connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::Int(1)) => Ok(Replacement::Done),
                Some(Value::BulkString(there)) => Ok(Replacement::Changed(there)),
                Some(Value::Int(0)) => Ok(Replacement::Gone),
                _ => Err(Fault::NotUnderstood),
            })
            .await
    }

    /// The same over a connection of its own, by a transaction that fails where the record was changed.
    async fn change_apart(
        &self,
        key: &DeploymentKey,
        change: Change,
        caller: &str,
        durability: Option<&Durability>,
    ) -> Result<Option<Deployment>, Fault> {
        let disables = change == Change::Status(DeploymentStatus::Disabled);
        let (changed, mut line) = match self.change_watched(key, change, caller).await {
            Ok((changed, line)) => (changed, Some(line)),
            Err(fault) if disables && fault.is_no_way() => {
                let mut line = self.line_for(key, durability).await?;
                (self.shut(&mut line, key, caller).await?, line)
            }
            Err(fault) => return Err(fault),
        };
        if changed.is_some() {
            if change != Change::Listed {
                // Of no consequence for what was asked, should it fail.
                let _ = self.enter(key).await;
            }
            self.settle(&mut line, key, durability).await?;
        }
        Ok(changed)
    }

    async fn change_watched(
        &self,
        key: &DeploymentKey,
        change: Change,
        caller: &str,
    ) -> Result<(Option<Deployment>, OwnLine), Fault> {
        let name = self.keys.deployment(key);
        let mut line = OwnLine::to(&self.connection, &name).await?;
        for _ in 0..MOST_TRIES {
            let Some(kept) = line.watch(&name).await? else {
                return Ok((None, line));
            };
            let record = Record::read(&kept, key)?;
            if change.is_made(&record) {
                return Ok((Some(self.deployment_of(record, key)), line));
            }
            let record = change.make(record, caller);
            if line.replace(&name, &record.to_text()?).await? {
                return Ok((Some(self.deployment_of(record, key)), line));
            }
        }
        Err(Fault::Contended)
    }

    /// Disables a deployment where there are neither scripts nor transactions: whatever else was changed
    /// about it in that moment, it is shut.
    async fn shut(
        &self,
        line: &mut Option<OwnLine>,
        key: &DeploymentKey,
        caller: &str,
    ) -> Result<Option<Deployment>, Fault> {
        let name = self.keys.deployment(key);
        let mut get = redis::cmd("GET");
        get.arg(&name);
        let Some(kept) = text(Some(self.ask_over(line, get).await?))? else {
            return Ok(None);
        };
        let record = Record::read(&kept, key)?.with_status(DeploymentStatus::Disabled, caller);
        let mut set = redis::cmd("SET");
        set.arg(&name).arg(record.to_text()?).arg("XX");
        match self.ask_over(line, set).await? {
            Value::Okay => Ok(Some(self.deployment_of(record, key))),
            // Removed meanwhile, and not brought back.
            Value::Nil => Ok(None),
            _ => Err(Fault::NotUnderstood),
        }
    }

    /// Enters a deployment in its list after all, beside the launch or the call that met it.
    fn list_later(&self, key: &DeploymentKey) {
        if !self.connection.abilities.may_list() {
            return;
        }
        let (store, key) = (self.clone(), key.clone());
        tokio::spawn(async move {
            let listed = store.enter(&key).await.unwrap_or(false)
                && store.change(&key, Change::Listed, None).await.is_ok();
            store.connection.abilities.has_listed(listed);
        });
    }

    /// The deployment of a record. One that was created while it could not be listed is listed now.
    pub(super) fn deployment_of(&self, record: Record<'_>, key: &DeploymentKey) -> Deployment {
        if record.is_unlisted() {
            self.list_later(key);
        }
        record.into_deployment(key.clone())
    }
}
