//! Removing a deployment.

use redis::Value;

use super::{RedisStore, durability::Durability, fault::Fault, own_line::OwnLine};
use crate::deployment::DeploymentKey;

/// Removes a record and its place among those of its registration.
const REMOVE: &str = "\
redis.pcall('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])";

impl RedisStore {
    /// Removes a record and its place in the list, and says whether there was one.
    pub(super) async fn take_out(
        &self,
        key: &DeploymentKey,
        durability: Option<&Durability>,
    ) -> Result<bool, Fault> {
        let mut script = redis::cmd("EVAL");
        script
            .arg(REMOVE)
            .arg(2)
            .arg(self.keys.deployment(key))
            .arg(self.keys.deployments_of(key.registration()))
            .arg(key.id().as_str());
        let mut line = self.line_for(key, durability).await?;
        let removed = match self.ask_over(&mut line, script).await {
            Err(fault) if fault.is_command_refused() => {
                self.connection.abilities.lack_scripts();
                self.take_out_by_commands(&mut line, key).await
            }
            removed => removed,
        };
        let was_there = match removed? {
            Value::Int(removed) => removed == 1,
            _ => return Err(Fault::NotUnderstood),
        };
        self.settle(&mut line, key, durability).await?;
        Ok(was_there)
    }

    /// The place in the list goes first: whoever creates the deployment anew meanwhile finds the record, or
    /// enters it again.
    async fn take_out_by_commands(
        &self,
        line: &mut Option<OwnLine>,
        key: &DeploymentKey,
    ) -> Result<Value, Fault> {
        let mut unlist = redis::cmd("ZREM");
        unlist
            .arg(self.keys.deployments_of(key.registration()))
            .arg(key.id().as_str());
        match self.ask_over(line, unlist).await {
            Err(fault) if !fault.is_command_refused() => return Err(fault),
            _ => {}
        }
        let mut delete = redis::cmd("DEL");
        delete.arg(self.keys.deployment(key));
        self.ask_over(line, delete).await
    }
}
