//! What can be chosen about a Redis store before it is opened.

use std::{sync::Arc, time::Duration};

use super::{
    Durability, RedisConnectError, RedisServers, RedisStore,
    connection::{Connection, Settings},
    key::Keys,
    looking::BETWEEN_LOOKS,
};
use crate::clock::{Clock, SystemClock};

/// Sets up a [`RedisStore`].
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use tower_lti::RedisStore;
///
/// # async fn example() -> Result<(), tower_lti::store::redis::RedisConnectError> {
/// let store = RedisStore::builder("redis+sentinel://tool:secret@s1,s2,s3/main")
///     .prefix("my-tool")
///     .operation_timeout(Duration::from_millis(500))
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct RedisStoreBuilder {
    servers: Result<RedisServers, RedisConnectError>,
    prefix: Arc<str>,
    operation_timeout: Duration,
    allow_eviction: bool,
    monitor_interval: Duration,
    clock: Arc<dyn Clock>,
    durability: Option<Durability>,
}

impl RedisStoreBuilder {
    pub(super) fn new(servers: Result<RedisServers, RedisConnectError>) -> Self {
        Self {
            servers,
            prefix: "lti".into(),
            operation_timeout: Duration::from_secs(1),
            allow_eviction: false,
            monitor_interval: Duration::from_secs(60),
            clock: Arc::new(SystemClock::new()),
            durability: None,
        }
    }

    /// Sets what every key begins with. Default: `lti`.
    ///
    /// Tools that share a server need one each. Leave braces out of it: a cluster would take what is in
    /// them for the key.
    pub fn prefix(mut self, prefix: impl Into<Arc<str>>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets how long one try may take. Default: one second; a launch takes two tries at most.
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// Sets whether a server may evict keys when its memory is full. Default: `false`.
    ///
    /// Where it does, a nonce that was used up can be forgotten while its launch could still be
    /// repeated. Set `maxmemory-policy noeviction` instead: a server that is full then refuses launches,
    /// and says so.
    pub fn insecure_allow_evicting_policy(mut self, allow: bool) -> Self {
        self.allow_eviction = allow;
        self
    }

    /// Sets how long after one look at the server's eviction the next one is due. Default: one minute.
    ///
    /// What it finds is logged with the feature `tracing`. Whether the server has forgotten something is looked
    /// at every second, whatever is set here.
    pub fn monitor_interval(mut self, pause: Duration) -> Self {
        self.monitor_interval = pause;
        self
    }

    /// Sets the clock by which the memory of a server begins. Default: the machine's own.
    ///
    /// It should be the clock of the tool: logins are compared with it.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets what [`set_status`](crate::store::DeploymentStore::set_status) and
    /// [`remove`](crate::store::DeploymentStore::remove) wait for. Default: for the answer of the server alone.
    ///
    /// Redis answers before its replicas or its disk have what was written. A failover or a restart that
    /// loses it opens a deployment again that was disabled; where its whole record is lost, the next launch
    /// may create it anew. With this an administrator is told that the change is safe, or is told otherwise.
    /// Launches, and the approval of what is pending, wait for nothing.
    ///
    /// Each such call makes a connection of its own, because `WAIT` waits for what its own connection
    /// wrote. Where the change is made, and not acknowledged in time, the call fails with
    /// [`StoreErrorKind::NotDurable`](crate::store::StoreErrorKind::NotDurable): *the change is there, and may
    /// still be lost*. The same call can be made again until it is acknowledged.
    /// [`connect`](Self::connect) fails if the server cannot wait at all. In a cluster, name the nodes in a
    /// URL.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use tower_lti::{RedisStore, store::redis::Durability};
    ///
    /// # async fn example() -> Result<(), tower_lti::store::redis::RedisConnectError> {
    /// let store = RedisStore::builder("redis+sentinel://s1,s2,s3/main")
    ///     .durable_status_changes(Durability::replicas(1))
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn durable_status_changes(mut self, durability: Durability) -> Self {
        self.durability = Some(durability);
        self
    }

    /// Connects, and sees whether the server is fit and takes writes.
    ///
    /// # Errors
    ///
    /// Fails when the URL cannot be used, when the server is out of reach or takes no writes, when it
    /// does not let us in, when it evicts keys, and when it cannot wait as it was told to.
    pub async fn connect(self) -> Result<RedisStore, RedisConnectError> {
        let store = self.open()?;
        store.open_and_check().await?;
        Ok(store)
    }

    /// Creates the store without waiting for a connection, so that a tool can start without its Redis.
    ///
    /// Within a tokio runtime it connects in the background. Launches are turned away with
    /// `store_unavailable` while the server is out of reach or unfit.
    ///
    /// # Errors
    ///
    /// Fails when the URL cannot be used.
    pub fn lazy(self) -> Result<RedisStore, RedisConnectError> {
        let store = self.open()?;
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let connection = Arc::downgrade(&store.connection);
            // Whoever has seen the server before it loses something knows that it did.
            runtime.spawn(async move {
                while let Some(connection) = connection.upgrade() {
                    if connection.open().await.is_ok() {
                        break;
                    }
                    drop(connection);
                    tokio::time::sleep(BETWEEN_LOOKS).await;
                }
            });
        }
        Ok(store)
    }

    fn open(self) -> Result<RedisStore, RedisConnectError> {
        let servers = self.servers?;
        let keys = Keys::new(self.prefix, servers.are_many());
        let connection = Connection::new(Settings {
            servers,
            keys: keys.clone(),
            one_try: self.operation_timeout,
            allow_eviction: self.allow_eviction,
            between_looks: self.monitor_interval,
            clock: self.clock,
        });
        Ok(RedisStore {
            connection,
            keys,
            durability: self.durability,
        })
    }
}
