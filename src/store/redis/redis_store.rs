//! The store itself: which commands are sent, and what their replies mean.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use redis::{Client, Cmd, ErrorKind, RedisError, ServerErrorKind, aio::MultiplexedConnection};

use crate::{
    deployment::{Deployment, DeploymentKey, DeploymentOutcome, DeploymentStatus},
    nonce::{Attempt, NonceKey, NonceUse},
    store::{
        DeploymentStore, LaunchStore, NonceStore, StoreError,
        redis::{connection::Connection, record},
    },
};

/// Keeps nonces and deployments in Redis 6.2 or newer, or Valkey. Cheap to clone.
///
/// See the [module docs](crate::store::redis). `Debug` does not show the URL, which may hold a
/// password.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    connection: Connection,
    prefix: String,
    /// Cleared when the server turns out to be older than 7.0, which cannot do `NX` with `GET`.
    set_nx_get: AtomicBool,
}

impl RedisStore {
    /// Connects to `redis://[user:password@]host[:port][/database]`, and tries one command.
    ///
    /// # Errors
    ///
    /// Fails when the URL cannot be used, and when Redis cannot be reached or refuses.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let store = Self::lazy(url)?;
        let key = format!("{}:v1:check", store.0.prefix);
        store
            .0
            .connection
            .run(|mut connection| {
                let mut set = redis::cmd("SET");
                set.arg(&key).arg("1").arg("PX").arg(1_000);
                async move { set.query_async::<()>(&mut connection).await }
            })
            .await?;
        Ok(store)
    }

    /// Takes the URL and connects at the first launch.
    ///
    /// # Errors
    ///
    /// Fails when the URL cannot be used.
    pub fn lazy(url: &str) -> Result<Self, StoreError> {
        let client = Client::open(url).map_err(StoreError::unavailable)?;
        Ok(Self::with_client(client))
    }

    /// Takes a client that the application already has.
    #[must_use]
    pub fn with_client(client: Client) -> Self {
        Self(Arc::new(Inner {
            connection: Connection::new(client),
            prefix: "lti".to_owned(),
            set_nx_get: AtomicBool::new(true),
        }))
    }

    /// Sets what every key begins with. Default: `lti`.
    ///
    /// Has an effect only before the store is cloned.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.prefix = prefix.into();
        }
        self
    }

    /// Sets how long one attempt at a command may take. Default: 1 s; there are at most two.
    ///
    /// Has an effect only before the store is cloned.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.connection.set_deadline(timeout);
        }
        self
    }

    fn nonce_key(&self, nonce: &NonceKey) -> String {
        format!("{}:v1:n:{}", self.0.prefix, nonce.to_text())
    }

    fn deployment_key(&self, key: &DeploymentKey) -> String {
        format!("{}:v1:d:{}", self.0.prefix, key.to_text())
    }

    /// `SET key value NX GET`, or the same in two commands on a server older than 7.0.
    async fn set_if_absent(
        &self,
        connection: &mut MultiplexedConnection,
        key: &str,
        value: &str,
        ttl: Option<Duration>,
    ) -> Result<Option<String>, RedisError> {
        if self.0.set_nx_get.load(Ordering::Relaxed) {
            match set_nx(key, value, ttl, true).query_async(connection).await {
                Err(error) if is_syntax_error(&error) => {
                    self.0.set_nx_get.store(false, Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
        let set: Option<String> = set_nx(key, value, ttl, false)
            .query_async(connection)
            .await?;
        match set {
            Some(_) => Ok(None),
            None => redis::cmd("GET").arg(key).query_async(connection).await,
        }
    }

    async fn consume_and_read(
        &self,
        connection: &mut MultiplexedConnection,
        nonce: &str,
        attempt: &str,
        ttl: Duration,
        deployment: &str,
    ) -> Result<(Option<String>, Option<String>), RedisError> {
        if self.0.set_nx_get.load(Ordering::Relaxed) {
            let mut together = redis::pipe();
            together
                .add_command(set_nx(nonce, attempt, Some(ttl), true))
                .get(deployment);
            match together.query_async(connection).await {
                Err(error) if is_syntax_error(&error) => {
                    self.0.set_nx_get.store(false, Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
        let found = redis::cmd("GET")
            .arg(deployment)
            .query_async(connection)
            .await?;
        let before = self
            .set_if_absent(connection, nonce, attempt, Some(ttl))
            .await?;
        Ok((before, found))
    }
}

fn set_nx(key: &str, value: &str, ttl: Option<Duration>, get: bool) -> Cmd {
    let mut set = redis::cmd("SET");
    set.arg(key).arg(value).arg("NX");
    if get {
        set.arg("GET");
    }
    if let Some(ttl) = ttl {
        set.arg("PX")
            .arg(u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1));
    }
    set
}

fn is_syntax_error(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(ServerErrorKind::ResponseError)
    ) && error
        .to_string()
        .to_ascii_lowercase()
        .contains("syntax error")
}

/// Nothing was there, or this very attempt wrote it and its reply was lost.
fn nonce_use(before: Option<&str>, attempt: &Attempt) -> NonceUse {
    match before {
        None => NonceUse::First,
        Some(by) if by == attempt.as_str() => NonceUse::First,
        Some(_) => NonceUse::Repeated,
    }
}

impl NonceStore for RedisStore {
    async fn consume(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let key = self.nonce_key(nonce);
        let before = self
            .0
            .connection
            .run(|mut connection| {
                let key = &key;
                async move {
                    self.set_if_absent(&mut connection, key, attempt.as_str(), Some(ttl))
                        .await
                }
            })
            .await?;
        Ok(nonce_use(before.as_deref(), attempt))
    }

    fn is_volatile(&self) -> bool {
        false
    }
}

impl DeploymentStore for RedisStore {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        let name = self.deployment_key(key);
        let found: Option<String> = self
            .0
            .connection
            .run(|mut connection| {
                let get = redis::Cmd::get(&name);
                async move { get.query_async(&mut connection).await }
            })
            .await?;
        found.map(|text| record::read(key, &text)).transpose()
    }

    async fn create(
        &self,
        deployment: &Deployment,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        let name = self.deployment_key(deployment.key());
        let record = record::write(deployment)?;
        let before = self
            .0
            .connection
            .run(|mut connection| {
                let (name, record) = (&name, &record);
                async move {
                    self.set_if_absent(&mut connection, name, record, None)
                        .await
                }
            })
            .await?;
        match before {
            None => Ok((deployment.clone(), DeploymentOutcome::Created)),
            Some(text) => Ok((
                record::read(deployment.key(), &text)?,
                DeploymentOutcome::Existing,
            )),
        }
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        let Some(deployment) = self.find(key).await? else {
            return Ok(None);
        };
        let deployment = deployment.with_status(status);
        let name = self.deployment_key(key);
        let record = record::write(&deployment)?;
        // `XX`: a record that was removed meanwhile stays removed.
        let set: Option<String> = self
            .0
            .connection
            .run(|mut connection| {
                let mut set = redis::cmd("SET");
                set.arg(&name).arg(&record).arg("XX");
                async move { set.query_async(&mut connection).await }
            })
            .await?;
        Ok(set.map(|_| deployment))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        let name = self.deployment_key(key);
        let removed: u64 = self
            .0
            .connection
            .run(|mut connection| {
                let del = redis::Cmd::del(&name);
                async move { del.query_async(&mut connection).await }
            })
            .await?;
        Ok(removed > 0)
    }
}

impl LaunchStore for RedisStore {
    async fn consume_and_find(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
        deployment: &DeploymentKey,
    ) -> Result<(NonceUse, Option<Deployment>), StoreError> {
        let nonce_name = self.nonce_key(nonce);
        let deployment_name = self.deployment_key(deployment);
        let (before, found) = self
            .0
            .connection
            .run(|mut connection| {
                let (nonce_name, deployment_name) = (&nonce_name, &deployment_name);
                async move {
                    self.consume_and_read(
                        &mut connection,
                        nonce_name,
                        attempt.as_str(),
                        ttl,
                        deployment_name,
                    )
                    .await
                }
            })
            .await?;
        let found = found
            .map(|text| record::read(deployment, &text))
            .transpose()?;
        Ok((nonce_use(before.as_deref(), attempt), found))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("prefix", &self.0.prefix)
            .finish_non_exhaustive()
    }
}
