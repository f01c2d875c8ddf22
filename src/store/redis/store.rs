//! The store itself: where it is and what its keys begin with.

use std::{fmt, sync::Arc, time::Duration};

use redis::Value;

use super::{
    RedisConnectError,
    connection::{Connection, TRY},
    fault::Fault,
    key::Keys,
};
use crate::store::StoreError;

/// Keeps nonces and deployments in a Redis server, shared by all instances of a tool.
///
/// See the [module docs](crate::store::redis).
///
/// # Examples
///
/// ```no_run
/// use tower_lti::RedisStore;
///
/// # async fn example() -> Result<(), tower_lti::store::redis::RedisConnectError> {
/// let store = RedisStore::connect("redis://127.0.0.1/").await?.prefix("my-tool");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    pub(super) connection: Arc<Connection>,
    pub(super) keys: Keys,
}

impl RedisStore {
    /// Connects, and sees whether the server takes writes.
    ///
    /// A tool that should start without its Redis uses [`lazy`](Self::lazy).
    ///
    /// # Errors
    ///
    /// Fails when the URL cannot be used, when the server is out of reach, and when it takes no
    /// writes.
    pub async fn connect(url: &str) -> Result<Self, RedisConnectError> {
        let store = Self::lazy(url)?;
        store
            .check()
            .await
            .map_err(RedisConnectError::Unreachable)?;
        Ok(store)
    }

    /// Creates the store without connecting: the first launch does that.
    ///
    /// # Errors
    ///
    /// Fails when the URL cannot be used.
    pub fn lazy(url: &str) -> Result<Self, RedisConnectError> {
        let client =
            redis::Client::open(url).map_err(|error| RedisConnectError::Url(error.into()))?;
        Ok(Self {
            connection: Arc::new(Connection::new(client, TRY)),
            keys: Keys::default(),
        })
    }

    /// Sets what every key begins with. Default: `lti`.
    ///
    /// Tools that share a server need one each. Where the server restricts this tool to its prefix,
    /// start with [`lazy`](Self::lazy), and [`check`](Self::check) after this.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<Arc<str>>) -> Self {
        self.keys = Keys::new(prefix);
        self
    }

    /// Sets how long one try may take. Default: one second; a launch takes two tries at most.
    ///
    /// The connection is then no longer shared with clones made before.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        let client = self.connection.client().clone();
        self.connection = Arc::new(Connection::new(client, timeout));
        self
    }

    /// Sees whether the server takes writes, for a health check.
    ///
    /// # Errors
    ///
    /// Fails when a launch would now be turned away with `store_unavailable`.
    pub async fn check(&self) -> Result<(), StoreError> {
        let mut commands = redis::pipe();
        commands
            .cmd("SET")
            .arg(self.keys.check())
            .arg("1")
            .arg("PX")
            .arg(1_000)
            .ignore_errors();
        self.connection
            .ask_again(&commands, |replies| match replies.next() {
                Some(Value::Okay) => Ok(()),
                _ => Err(Fault::NotUnderstood),
            })
            .await?;
        Ok(())
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.connection.client().get_connection_info().addr();
        f.debug_struct("RedisStore")
            .field("address", &address.to_string())
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
