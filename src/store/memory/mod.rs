//! `MemoryStore`: nonces, deployments, parked launches and sessions in memory.

mod deployments;
mod nonces;
mod parked;
#[cfg(feature = "registration")]
mod registrations;
#[cfg(feature = "sessions")]
mod session_shares;
#[cfg(feature = "sessions")]
mod sessions;
mod sync;
#[cfg(feature = "services")]
mod tool_keys;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use self::{deployments::Deployments, nonces::Nonces, parked::Parked};
use crate::{
    clock::{Clock, SystemClock},
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    identity::RegistrationId,
    instance::Peers,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{
        DeploymentStore, LaunchStore, NonceStore, ParkedLaunchStore, Persistence, StoreError,
        StoreHealth,
    },
};

/// The default capacity for nonces.
const NONCE_CAPACITY: usize = 1_000_000;

/// The default capacity for deployments.
const DEPLOYMENT_CAPACITY: usize = 100_000;

/// Keeps nonces and deployments in memory: for tests, development and tools of a single instance.
///
/// All of it is lost when the process ends, and none of it shared with other processes; clones of a store
/// share their contents. A live nonce is never evicted, because its launch could then be replayed: a full
/// store fails with [`StoreErrorKind::Full`](crate::store::StoreErrorKind::Full) until some expire. A nonce takes 100 to 200 bytes.
///
/// | content | capacity | set by |
/// |---|---|---|
/// | nonces | 1,000,000 | [`with_capacity`](Self::with_capacity) |
/// | deployments, of all registrations together | 100,000 | [`with_deployment_capacity`](Self::with_deployment_capacity) |
/// | parked launches | 64 MiB | |
/// | sessions (feature `sessions`) | 64 MiB, and 100,000 marks of those ended together | |
/// | registrations (feature `registration`) | 100,000 | |
///
/// Beyond its capacity the store fails with `Full`, and the launch with `overloaded`. Existing deployments go on
/// working. Sessions give way instead: the oldest one of the registration that has most of them.
///
/// # Examples
///
/// ```
/// use tower_lti::MemoryStore;
///
/// let store = MemoryStore::default()
///     .with_capacity(10_000)
///     .with_deployment_capacity(500);
/// assert_eq!(store.nonce_count(), 0);
/// ```
///
/// A tool of a single instance: logins that began before a restart are rejected, and that is said by name.
///
/// ```
/// # #[cfg(feature = "reqwest")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tower_lti::{LoginSecret, LtiTool, MemoryStore, registration::Registrations};
///
/// let tool = LtiTool::builder()
///     .launch_url("https://tool.example/lti/launch")
///     .login_secret(LoginSecret::generate()?)
///     .insecure_allow_volatile_store()
///     .registrations(Registrations::default())
///     .store(MemoryStore::default())
///     .build()?;
/// # let _ = tool;
/// # Ok(()) }
/// # #[cfg(not(feature = "reqwest"))] fn main() {}
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    nonces: Arc<Nonces>,
    deployments: Arc<Deployments>,
    parked: Arc<Parked>,
    #[cfg(feature = "sessions")]
    sessions: Arc<sessions::Sessions>,
    #[cfg(feature = "services")]
    tool_keys: Arc<tool_keys::ToolKeyRows>,
    #[cfg(feature = "registration")]
    registrations: Arc<registrations::RegistrationRows>,
    peers: Peers,
}

impl MemoryStore {
    /// Sets the clock by which nonces expire. The returned store is empty.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock) -> Self {
        Self::new(
            Arc::new(clock),
            self.nonces.capacity(),
            self.deployments.capacity(),
        )
    }

    /// Sets the capacity for nonces. The returned store is empty.
    ///
    /// Default: 1,000,000, enough for 1,600 launches a second at a lifetime of ten minutes.
    #[must_use]
    pub fn with_capacity(self, nonces: usize) -> Self {
        Self::new(self.clock, nonces, self.deployments.capacity())
    }

    /// Sets the capacity for deployments, of all registrations together. The returned store is empty.
    ///
    /// Default: 100,000. Creating more fails with [`StoreErrorKind::Full`](crate::store::StoreErrorKind::Full),
    /// and the launch with `overloaded` (503). The quota of a single registration is set by
    /// [`Limits::deployments_per_registration`](crate::tool::Limits::deployments_per_registration).
    ///
    /// # Examples
    ///
    /// ```
    /// use tower_lti::MemoryStore;
    ///
    /// let store = MemoryStore::default().with_deployment_capacity(1_000_000);
    /// assert_eq!(store.deployment_count(), 0);
    /// ```
    #[must_use]
    pub fn with_deployment_capacity(self, deployments: usize) -> Self {
        Self::new(self.clock, self.nonces.capacity(), deployments)
    }

    fn new(clock: Arc<dyn Clock>, nonces: usize, deployments: usize) -> Self {
        Self {
            clock,
            nonces: Arc::new(Nonces::new(nonces)),
            deployments: Arc::new(Deployments::new(deployments)),
            parked: Arc::default(),
            #[cfg(feature = "sessions")]
            sessions: Arc::default(),
            #[cfg(feature = "services")]
            tool_keys: Arc::default(),
            #[cfg(feature = "registration")]
            registrations: Arc::default(),
            peers: Peers::default(),
        }
    }

    /// The tools that share this store and its clones.
    pub(crate) fn peers(&self) -> Peers {
        self.peers.clone()
    }

    /// How many nonces are stored, including expired ones not yet removed.
    #[must_use]
    pub fn nonce_count(&self) -> usize {
        self.nonces.count()
    }

    /// How many deployments are stored.
    #[must_use]
    pub fn deployment_count(&self) -> usize {
        self.deployments.count()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(
            Arc::new(SystemClock::new()),
            NONCE_CAPACITY,
            DEPLOYMENT_CAPACITY,
        )
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("nonces", &self.nonces.count())
            .field("deployments", &self.deployments.count())
            .finish_non_exhaustive()
    }
}

impl NonceStore for MemoryStore {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        self.nonces
            .consume(nonce, attempt, self.clock.monotonic(), ttl)
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        Ok(self.nonces.was_consumed(nonce, self.clock.monotonic()))
    }

    fn persistence(&self) -> Persistence {
        Persistence::Volatile
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

impl DeploymentStore for MemoryStore {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        Ok(self.deployments.find(key))
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        self.deployments.create(deployment, quota)
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        Ok(self.deployments.set_status(key, status))
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        Ok(self.deployments.approve(key))
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        Ok(self.deployments.list(registration, after, limit))
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        Ok(self.deployments.remove(key))
    }
}

impl LaunchStore for MemoryStore {}

impl ParkedLaunchStore for MemoryStore {
    async fn park_launch(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<(), StoreError> {
        self.parked
            .park(ticket, sealed, self.clock.monotonic(), ttl)
    }

    async fn parked_launch(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.parked.find(ticket, self.clock.monotonic()))
    }

    async fn remove_parked(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        self.parked.remove(ticket);
        Ok(())
    }
}

#[cfg(all(test, tower_lti_loom))]
mod interleavings;
#[cfg(test)]
mod tests;
