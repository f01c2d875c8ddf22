//! Reading the record of a deployment.

use crate::{
    deployment::DeploymentKey,
    store::redis::{RedisStore, call_error::CallError, reply::bulk_string},
};

impl RedisStore {
    pub(super) async fn record_text(
        &self,
        key: &DeploymentKey,
    ) -> Result<Option<Vec<u8>>, CallError> {
        let mut commands = redis::pipe();
        commands.cmd("GET").arg(self.keys.deployment(key));
        self.connection
            .send_retrying(&commands, |replies| bulk_string(replies.next()))
            .await
    }
}
