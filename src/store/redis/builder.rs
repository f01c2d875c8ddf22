//! Configuring and opening a Redis store.

use std::{sync::Arc, time::Duration};

use super::{
    call_error::CallError,
    connection::{
        Connection, DedicatedConnection, MONITOR_CHECK_INTERVAL, Settings, start_monitor,
    },
    durability::Durability,
    error::RedisConnectError,
    key::Keys,
    servers::RedisServers,
    store::RedisStore,
};
use crate::clock::{Clock, SystemClock};

/// Configures a [`RedisStore`].
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

impl RedisStore {
    /// Configures a store over these servers: a URL, [`RedisServers`], or a client of the `redis` crate.
    pub fn builder<S>(servers: S) -> RedisStoreBuilder
    where
        S: TryInto<RedisServers>,
        S::Error: Into<RedisConnectError>,
    {
        RedisStoreBuilder {
            servers: servers.try_into().map_err(Into::into),
            prefix: "lti".into(),
            operation_timeout: Duration::from_secs(1),
            allow_eviction: false,
            monitor_interval: Duration::from_secs(60),
            clock: Arc::new(SystemClock::new()),
            durability: None,
        }
    }

    /// Connects, and checks that the server is fit and accepts writes.
    ///
    /// For a tool that should start without its Redis, use [`lazy`](Self::lazy).
    ///
    /// # Errors
    ///
    /// See [`RedisStoreBuilder::connect`].
    #[doc(alias("Sentinel", "Valkey"))]
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
    /// Fails when the URL is invalid.
    pub fn lazy<S>(servers: S) -> Result<Self, RedisConnectError>
    where
        S: TryInto<RedisServers>,
        S::Error: Into<RedisConnectError>,
    {
        Self::builder(servers).lazy()
    }
}

impl RedisStoreBuilder {
    /// Sets the prefix of every key. Default: `lti`.
    ///
    /// Tools that share a server need one each. Use no braces: a cluster would take them for a hash tag.
    pub fn prefix(mut self, prefix: impl Into<Arc<str>>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets the timeout of one attempt. Default: one second; a call makes two attempts at most.
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// Sets whether a server may evict keys when its memory is full. Default: `false`.
    ///
    /// # Security
    ///
    /// A server that evicts keys may evict a nonce while its launch can still be replayed. Set
    /// `maxmemory-policy noeviction` instead: launches are then rejected while the server is full.
    pub fn insecure_allow_evicting_policy(mut self, allow: bool) -> Self {
        self.allow_eviction = allow;
        self
    }

    /// Sets the time between two checks for an evicting policy and for evicted keys. Default: one minute.
    ///
    /// The result is logged (feature `tracing`). Data loss is checked every second, whatever is set here.
    pub fn monitor_interval(mut self, interval: Duration) -> Self {
        self.monitor_interval = interval;
        self
    }

    /// Sets the clock for the times of data loss. Default: the system clock.
    ///
    /// Use the clock of the tool: login times are compared with it.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets what [`set_status`](crate::store::DeploymentStore::set_status),
    /// [`remove`](crate::store::DeploymentStore::remove), `SessionStore::mark_sessions`,
    /// `SessionStore::remove_session` and changes of registrations (`RegistrationRecordStore`) wait for. Default: for the server's reply only.
    ///
    /// Redis replies before a write has reached its replicas or its disk. A failover or a restart that loses the
    /// write enables a disabled deployment again; if the whole record is lost, the next launch may create it
    /// again; one that loses the end of a session opens that again, for as long as it lasts. With this an administrator, and
    /// whoever signs out, learns whether the change is durable. Launches, and the approval of
    /// pending deployments, do not wait.
    ///
    /// Each such call opens a connection of its own, because `WAIT` waits for the writes of its connection. If the
    /// change is made but not acknowledged in time, the call fails with
    /// [`StoreErrorKind::NotDurable`](crate::store::StoreErrorKind::NotDurable): *the change was made, and may
    /// still be lost*. The call can be repeated until it is acknowledged. [`connect`](Self::connect) fails if the
    /// server does not support waiting. For a cluster, name its nodes in a URL.
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

    /// Connects, and checks that the server is fit and accepts writes.
    ///
    /// # Errors
    ///
    /// Fails when the URL is invalid, the server is unreachable, accepts no writes, denies access or evicts keys,
    /// and when it does not support the [durability](Self::durable_status_changes) asked for.
    pub async fn connect(self) -> Result<RedisStore, RedisConnectError> {
        let store = self.open()?;
        store.connection.open().await?;
        store.connection.check_health().await?;
        check_durability(&store).await?;
        Ok(store)
    }

    /// Creates the store without waiting for a connection, so that a tool can start without its Redis.
    ///
    /// Within a tokio runtime it connects in the background. Launches are rejected with `store_unavailable` while
    /// the server is unreachable or unfit.
    ///
    /// # Errors
    ///
    /// Fails when the URL is invalid.
    pub fn lazy(self) -> Result<RedisStore, RedisConnectError> {
        let store = self.open()?;
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let connection = Arc::downgrade(&store.connection);
            // An early connection: only a server that was seen before can be seen to have lost data.
            runtime.spawn(async move {
                while let Some(connection) = connection.upgrade() {
                    if connection.open().await.is_ok() {
                        break;
                    }
                    drop(connection);
                    tokio::time::sleep(MONITOR_CHECK_INTERVAL).await;
                }
            });
        }
        Ok(store)
    }

    fn open(self) -> Result<RedisStore, RedisConnectError> {
        let servers = self.servers?;
        let keys = Keys::new(self.prefix, servers.is_cluster());
        let settings = Settings {
            servers,
            keys: keys.clone(),
            operation_timeout: self.operation_timeout,
            allow_eviction: self.allow_eviction,
            monitor_interval: self.monitor_interval,
            clock: self.clock,
        };
        Ok(RedisStore {
            connection: Connection::new(settings, start_monitor),
            keys,
            durability: self.durability,
        })
    }
}

/// Checks that the server supports waiting for durability. A timeout is no failure here.
async fn check_durability(store: &RedisStore) -> Result<(), RedisConnectError> {
    let Some(durability) = &store.durability else {
        return Ok(());
    };
    let check = store.keys.check();
    let waited = async {
        let settings = store.connection.settings();
        let mut dedicated = DedicatedConnection::to(settings, &check).await?;
        dedicated.wait_until_durable(&check, durability).await
    };
    let error = match waited.await {
        Ok(()) | Err(CallError::NotDurable(None)) => return Ok(()),
        Err(error @ CallError::NotDurable(_)) => error,
        Err(error) => CallError::NotDurable(Some(Box::new(error))),
    };
    let source = error.into();
    Err(RedisConnectError::NotDurable { source })
}
