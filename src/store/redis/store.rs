//! [`RedisStore`].

use std::{fmt, sync::Arc};

use super::{connection::Connection, durability::Durability, key::Keys};
use crate::store::{StoreError, StoreHealth};

/// Keeps nonces, deployments and parked launches in Redis, shared by all instances of a tool.
///
/// See the [module docs](crate::store::redis).
///
/// # Examples
///
/// One store for everything that instances share:
///
/// ```no_run
/// # #[cfg(feature = "reqwest")] mod example {
/// use std::{error::Error, time::Duration};
/// use tower_lti::{LoginSecret, LtiTool, RedisStore, registration::Registrations};
///
/// async fn build() -> Result<LtiTool, Box<dyn Error>> {
///     let store = RedisStore::builder("redis://127.0.0.1/")
///         .prefix("quizzes") // where several tools share a Redis
///         .operation_timeout(Duration::from_millis(500))
///         .connect()
///         .await?;
///     Ok(LtiTool::builder()
///         .launch_url("https://tool.example/lti/launch")
///         .login_secret(LoginSecret::from_env("LTI_LOGIN_SECRET")?)
///         .registrations(Registrations::from_path("registrations.json")?)
///         .store(store)
///         .build()?)
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    pub(super) connection: Arc<Connection>,
    pub(super) keys: Keys,
    /// What status changes and removals wait for.
    pub(super) durability: Option<Durability>,
}

impl RedisStore {
    /// Checks that the server, or any master of a cluster, accepts writes.
    ///
    /// # Errors
    ///
    /// Fails if every launch would now be rejected with `store_unavailable`.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.health().await.map(drop)
    }

    /// Writes to the server, or to each master of a cluster, and returns how many accept it.
    ///
    /// Takes up to two attempts of [`operation_timeout`](super::RedisStoreBuilder::operation_timeout); masters
    /// are written to concurrently.
    ///
    /// # Errors
    ///
    /// Fails if every launch would now be rejected with `store_unavailable`.
    pub async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(self.connection.check_health().await?)
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("servers", &self.connection.settings().servers)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
