//! The store itself.

use std::{fmt, sync::Arc};

use super::{
    Durability, RedisConnectError, RedisServers, RedisStoreBuilder, connection::Connection,
    fault::Fault, key::Keys, own_line::OwnLine,
};
use crate::store::{StoreError, StoreHealth};

/// Keeps nonces and deployments in Redis, shared by all instances of a tool.
///
/// See the [module docs](crate::store::redis).
///
/// # Examples
///
/// ```no_run
/// use tower_lti::RedisStore;
///
/// # async fn example() -> Result<(), tower_lti::store::redis::RedisConnectError> {
/// let store = RedisStore::connect("redis://127.0.0.1/").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    pub(super) connection: Arc<Connection>,
    pub(super) keys: Keys,
    /// What changes of a status and removals wait for.
    pub(super) durability: Option<Durability>,
}

impl RedisStore {
    /// Sets up a store over these servers: a URL, [`RedisServers`], or a client of the `redis` crate.
    pub fn builder<S>(servers: S) -> RedisStoreBuilder
    where
        S: TryInto<RedisServers>,
        S::Error: Into<RedisConnectError>,
    {
        RedisStoreBuilder::new(servers.try_into().map_err(Into::into))
    }

    /// Connects, and sees whether the server is fit and takes writes.
    ///
    /// A tool that should start without its Redis uses [`lazy`](Self::lazy).
    ///
    /// # Errors
    ///
    /// See [`RedisStoreBuilder::connect`].
    pub async fn connect<S>(servers: S) -> Result<Self, RedisConnectError>
    where
        S: TryInto<RedisServers>,
        S::Error: Into<RedisConnectError>,
    {
        Self::builder(servers).connect().await
    }

    /// Creates the store without waiting for a connection.
    ///
    /// # Errors
    ///
    /// Fails when the URL cannot be used.
    pub fn lazy<S>(servers: S) -> Result<Self, RedisConnectError>
    where
        S: TryInto<RedisServers>,
        S::Error: Into<RedisConnectError>,
    {
        Self::builder(servers).lazy()
    }

    /// Sees whether the server, or any master of a cluster, takes writes.
    ///
    /// # Errors
    ///
    /// Fails when every launch would now be turned away with `store_unavailable`.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.health().await.map(drop)
    }

    /// Writes to the server, or to each master of a cluster, and says how many of them take it.
    ///
    /// Takes up to two tries of [`operation_timeout`](RedisStoreBuilder::operation_timeout); masters are
    /// written to side by side.
    ///
    /// # Errors
    ///
    /// Fails when every launch would now be turned away with `store_unavailable`.
    pub async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(self.write_check().await?)
    }

    pub(super) async fn open_and_check(&self) -> Result<(), RedisConnectError> {
        self.connection.open().await?;
        self.write_check().await?;
        self.durability_check().await
    }

    /// Sees whether the server can wait for what it was said to wait for. That it takes too long in this
    /// moment does not count.
    async fn durability_check(&self) -> Result<(), RedisConnectError> {
        let Some(durability) = &self.durability else {
            return Ok(());
        };
        let check = self.keys.check();
        let waited = async {
            let mut line = OwnLine::to(&self.connection, &check).await?;
            line.settle(&check, durability).await
        };
        match waited.await {
            Ok(()) | Err(Fault::NotDurable(None)) => Ok(()),
            Err(fault @ Fault::NotDurable(_)) => Err(RedisConnectError::NotDurable {
                source: fault.into(),
            }),
            Err(fault) => {
                let fault = Fault::NotDurable(Some(Box::new(fault)));
                Err(RedisConnectError::NotDurable {
                    source: fault.into(),
                })
            }
        }
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
