//! Calls that wait for replicas or the disk, on a connection of their own.

use redis::{Cmd, Value};

use crate::{
    deployment::DeploymentKey,
    store::redis::{
        RedisStore, call_error::CallError, connection::DedicatedConnection, durability::Durability,
    },
};

impl RedisStore {
    /// A dedicated connection, if the call has to wait for its writes.
    pub(super) async fn dedicated_connection(
        &self,
        key: &DeploymentKey,
        durability: Option<&Durability>,
    ) -> Result<Option<DedicatedConnection>, CallError> {
        if durability.is_none() {
            return Ok(None);
        }
        let key = self.keys.deployment(key);
        DedicatedConnection::to(self.connection.settings(), &key)
            .await
            .map(Some)
    }

    /// Sends a command once, on the dedicated connection if there is one: a retry could undo a later change.
    pub(super) async fn send_on(
        &self,
        dedicated: &mut Option<DedicatedConnection>,
        command: Cmd,
    ) -> Result<Value, CallError> {
        if let Some(dedicated) = dedicated {
            return dedicated.send(&command).await;
        }
        let mut commands = redis::pipe();
        commands.add_command(command);
        self.connection
            .send(&commands, |replies| {
                replies.next().ok_or(CallError::UnexpectedReply)
            })
            .await
    }

    /// Waits until a change on this connection is durable, if it has to be.
    pub(super) async fn wait_until_durable(
        &self,
        dedicated: &mut Option<DedicatedConnection>,
        key: &DeploymentKey,
        durability: Option<&Durability>,
    ) -> Result<(), CallError> {
        match (durability, dedicated) {
            (Some(durability), Some(dedicated)) => {
                let check = self.keys.check_of(key.registration());
                dedicated.wait_until_durable(&check, durability).await
            }
            _ => Ok(()),
        }
    }
}
