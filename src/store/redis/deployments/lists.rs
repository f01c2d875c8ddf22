//! The list of a registration's deployments: a sorted set of their ids.

use redis::Value;

use crate::{
    deployment::{DeploymentId, DeploymentKey},
    identity::RegistrationId,
    store::redis::{RedisStore, call_error::CallError},
};

impl RedisStore {
    /// Adds a deployment to the list of its registration, and returns whether it is listed: `false` if the server
    /// offers no sorted sets.
    pub(super) async fn add_to_list(&self, key: &DeploymentKey) -> Result<bool, CallError> {
        let mut commands = redis::pipe();
        commands
            .cmd("ZADD")
            .arg(self.keys.deployments_of(key.registration()))
            .arg(0)
            .arg(key.id().as_str());
        let added = self
            .connection
            .send_retrying(&commands, |replies| match replies.next() {
                Some(Value::Int(_)) => Ok(true),
                _ => Err(CallError::UnexpectedReply),
            })
            .await;
        match added {
            Err(error) if error.is_command_unavailable() => {
                self.connection.capabilities().warn_no_lists();
                Ok(false)
            }
            added => added,
        }
    }

    /// Whether the registration has as many deployments as it may, and this one is not listed. `false` if the
    /// server offers no sorted sets.
    pub(super) async fn is_quota_reached(
        &self,
        key: &DeploymentKey,
        quota: usize,
    ) -> Result<bool, CallError> {
        let list = self.keys.deployments_of(key.registration());
        let mut commands = redis::pipe();
        commands.cmd("ZSCORE").arg(&list).arg(key.id().as_str());
        commands.cmd("ZCARD").arg(&list);
        let reached = self
            .connection
            .send_retrying(&commands, |replies| {
                match (replies.next(), replies.next()) {
                    (Some(Value::Nil), Some(Value::Int(count))) => {
                        Ok(usize::try_from(count).is_ok_and(|count| count >= quota))
                    }
                    (Some(_), Some(Value::Int(_))) => Ok(false),
                    _ => Err(CallError::UnexpectedReply),
                }
            })
            .await;
        match reached {
            Err(error) if error.is_command_unavailable() => {
                self.connection.capabilities().warn_no_lists();
                Ok(false)
            }
            reached => reached,
        }
    }

    /// Up to `max` ids of a registration's deployments.
    pub(super) async fn ids(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        max: usize,
    ) -> Result<Vec<DeploymentId>, CallError> {
        let mut commands = redis::pipe();
        commands
            .cmd("ZRANGEBYLEX")
            .arg(self.keys.deployments_of(registration))
            .arg(after.map_or_else(|| "-".to_owned(), |id| format!("({}", id.as_str())))
            .arg("+")
            .arg("LIMIT")
            .arg(0)
            .arg(max);
        let id = |reply| match reply {
            Value::BulkString(id) => String::from_utf8(id)
                .map(DeploymentId::from)
                .map_err(|_| CallError::UnexpectedReply),
            _ => Err(CallError::UnexpectedReply),
        };
        self.connection
            .send_retrying(&commands, |replies| match replies.next() {
                Some(Value::Array(ids)) => ids.into_iter().map(id).collect(),
                _ => Err(CallError::UnexpectedReply),
            })
            .await
    }
}
