//! Removing a deployment.

use redis::Value;

use crate::{
    deployment::DeploymentKey,
    store::redis::{
        RedisStore, call_error::CallError, connection::DedicatedConnection, durability::Durability,
    },
};

/// Removes a record and its list entry.
const REMOVE: &str = "\
redis.pcall('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])";

impl RedisStore {
    /// Removes a record and its list entry; `true` if there was one.
    pub(super) async fn remove_record(
        &self,
        key: &DeploymentKey,
        durability: Option<&Durability>,
    ) -> Result<bool, CallError> {
        let mut script = redis::cmd("EVAL");
        script
            .arg(REMOVE)
            .arg(2)
            .arg(self.keys.deployment(key))
            .arg(self.keys.deployments_of(key.registration()))
            .arg(key.id().as_str());
        let mut dedicated = self.dedicated_connection(key, durability).await?;
        let removed = match self.send_on(&mut dedicated, script).await {
            Err(error) if error.is_command_unavailable() => {
                self.connection.capabilities().warn_no_scripts();
                self.remove_by_commands(&mut dedicated, key).await
            }
            removed => removed,
        };
        let existed = match removed? {
            Value::Int(removed) => removed == 1,
            _ => return Err(CallError::UnexpectedReply),
        };
        self.wait_until_durable(&mut dedicated, key, durability)
            .await?;
        Ok(existed)
    }

    /// The list entry goes first: a concurrent creation finds the record, or lists it again.
    async fn remove_by_commands(
        &self,
        dedicated: &mut Option<DedicatedConnection>,
        key: &DeploymentKey,
    ) -> Result<Value, CallError> {
        let mut unlist = redis::cmd("ZREM");
        unlist
            .arg(self.keys.deployments_of(key.registration()))
            .arg(key.id().as_str());
        match self.send_on(dedicated, unlist).await {
            Err(error) if !error.is_command_unavailable() => return Err(error),
            _ => {}
        }
        let mut delete = redis::cmd("DEL");
        delete.arg(self.keys.deployment(key));
        self.send_on(dedicated, delete).await
    }
}
