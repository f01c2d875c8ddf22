//! Whether the store answers, and how long it may take.

use std::future::Future;

use crate::{
    error::{LtiError, LtiErrorKind},
    store::StoreHealth,
    tool::LtiTool,
};

impl LtiTool {
    /// Checks that the store accepts writes, as a launch needs it. [`LtiHealth`](crate::health::LtiHealth) is a
    /// service for that.
    ///
    /// # Errors
    ///
    /// Fails with [`LtiErrorKind::StoreUnavailable`] when every launch would be rejected now, and with
    /// [`LtiErrorKind::DeadlinePassed`] when the store does not answer within
    /// [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout).
    pub async fn check_store(&self) -> Result<(), LtiError> {
        self.store_health().await.map(drop)
    }

    /// [`check_store`](Self::check_store), and says how many of the servers that share the nonces accept
    /// writes: each master of a Redis Cluster is written to.
    ///
    /// # Errors
    ///
    /// Those of [`check_store`](Self::check_store): one server that accepts writes is enough.
    pub async fn store_health(&self) -> Result<StoreHealth, LtiError> {
        self.in_time(async { Ok(self.store().health().await?) })
            .await
    }

    /// Gives up what takes longer than [`Limits::launch_timeout`]: a store may never answer.
    pub(crate) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, LtiError>>,
    ) -> Result<T, LtiError> {
        tokio::time::timeout(self.limits().launch_timeout, work)
            .await
            .unwrap_or_else(|_| Err(LtiErrorKind::DeadlinePassed.into()))
    }
}
