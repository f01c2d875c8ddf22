//! The traits of the stores that a launch writes to.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use crate::{
    deployment::{
        Deployment, DeploymentId, DeploymentKey, DeploymentOutcome, DeploymentPage,
        DeploymentStatus,
    },
    identity::RegistrationId,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{StoreError, StoreHealth},
};

/// Remembers which nonces have been used.
///
/// Implements OpenID Connect Core 1.0 §15.5.2 and Security Framework 1.0 §5.1.3 step 9.
pub trait NonceStore: Send + Sync + 'static {
    /// Uses up `nonce`, and says whether this attempt was the first to do so.
    ///
    /// Of any number of concurrent calls with one nonce and different attempts, exactly one answers
    /// [`NonceUse::First`]. A call that repeats the attempt which used the nonce up answers
    /// [`NonceUse::First`] again: it is a retry after a lost reply. The nonce is remembered for at
    /// least `ttl`, and the expiry is set in the same step as the nonce itself, so that no crash
    /// leaves an entry for ever. A store that is full refuses; it never forgets a live nonce.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer or may not hold more. The launch is then turned away,
    /// never let through.
    ///
    /// A nonce whose `ttl` is over may be taken for a new one or refused. Where clocks may differ, keep
    /// it somewhat longer.
    fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> impl Future<Output = Result<NonceUse, StoreError>> + Send;

    /// Says whether used nonces are forgotten when this process ends.
    ///
    /// A store that answers `true` cannot be shared by several instances, so the tool then refuses
    /// states that it did not issue itself.
    fn is_volatile(&self) -> bool;

    /// Since when the store has forgotten nothing; `None` if it never forgets.
    ///
    /// Asked after [`consume`](Self::consume) has answered [`NonceUse::First`], and about that answer: a
    /// launch whose login is older is refused, because its nonce may have been used and forgotten. A
    /// store that can come back without its last writes, after a crash or a failover, should say when
    /// it did. The default is `None`; a store that wraps another one passes this on, and
    /// [`check`](Self::check) too.
    fn memory_began(&self) -> Option<SystemTime> {
        None
    }

    /// [`memory_began`](Self::memory_began), of the part of the store that keeps this nonce.
    ///
    /// The parts of a store that is spread over several servers forget each by itself, and a launch is
    /// judged by the one that keeps its nonce. The default is [`memory_began`](Self::memory_began); a store
    /// that wraps another one passes this on as well, or refuses some more launches than it has to.
    fn memory_began_for(&self, nonce: &OneTimeKey) -> Option<SystemTime> {
        let _ = nonce;
        self.memory_began()
    }

    /// Sees whether the store takes writes, for a health check. The default asks nothing.
    ///
    /// # Errors
    ///
    /// Fails when every launch would now be turned away with `store_unavailable`.
    fn check(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        std::future::ready(Ok(()))
    }

    /// Sees how much of the store takes writes, where it has several servers that share the nonces.
    ///
    /// [`LtiHealth`](crate::LtiHealth) asks this. The default is [`check`](Self::check), of one server; a
    /// store that wraps another one passes this on as well, or is never said to be degraded.
    ///
    /// # Errors
    ///
    /// Fails where [`check`](Self::check) does.
    fn health(&self) -> impl Future<Output = Result<StoreHealth, StoreError>> + Send {
        async { self.check().await.map(|()| StoreHealth::WHOLE) }
    }

    /// Keeps a launch that waits for its deployment for `ttl`, and says whether it does.
    ///
    /// `sealed` is opaque and holds nothing that can be read without the tool's login secret. The
    /// default keeps nothing and answers `false`; people then launch again from their course. A store
    /// that wraps another one passes all three methods about parked launches on.
    ///
    /// A ticket stands for one launch. A call for one that is taken is a retry after a lost reply, and
    /// answers `true`.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer or may not hold more.
    fn park(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send {
        let _ = (ticket, sealed, ttl);
        std::future::ready(Ok(false))
    }

    /// Returns what was parked under `ticket`, if it has not expired.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    fn parked(
        &self,
        ticket: &OneTimeKey,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send {
        let _ = ticket;
        std::future::ready(Ok(None))
    }

    /// Forgets what was parked under `ticket`, if anything was.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer; what was parked then expires by itself.
    fn unpark(&self, ticket: &OneTimeKey) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = ticket;
        std::future::ready(Ok(()))
    }
}

/// Keeps the deployments that are known.
pub trait DeploymentStore: Send + Sync + 'static {
    /// Finds the deployment of that key.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, or holds something under the key that it cannot read.
    fn find(
        &self,
        key: &DeploymentKey,
    ) -> impl Future<Output = Result<Option<Deployment>, StoreError>> + Send;

    /// Keeps `deployment` unless its key is taken, and returns what is kept there now.
    ///
    /// One atomic step: of any number of concurrent calls for one key, exactly one answers
    /// [`DeploymentOutcome::Created`], and all of them return that one's record. What is there is
    /// never overwritten, whatever its status.
    ///
    /// `quota` is the most deployments that the registration may have for a new one to be kept; `None`
    /// is no bound. It counts what is kept now, and one that is kept already is returned whatever it
    /// says. Counting and keeping are part of the same step.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer or may not hold more, and with
    /// [`StoreErrorKind::QuotaReached`](crate::store::StoreErrorKind::QuotaReached) when the quota is
    /// reached; nothing is then half written.
    fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> impl Future<Output = Result<(Deployment, DeploymentOutcome), StoreError>> + Send;

    /// Gives the deployment another status, and returns it as it is then.
    ///
    /// For an administrator, who may open what was shut. Returns `None`, and creates nothing, where
    /// there is no such deployment; one that is removed meanwhile stays removed.
    ///
    /// A deployment that is disabled stays disabled for as long as the store keeps what it acknowledged. A
    /// store that may lose it, such as Redis without replicas or a disk, loses that with it: the deployment's
    /// next launch is its first one then.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, and with
    /// [`StoreErrorKind::NotDurable`](crate::store::StoreErrorKind::NotDurable) when the change was made and
    /// may still be lost.
    fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> impl Future<Output = Result<Option<Deployment>, StoreError>> + Send;

    /// Makes a pending deployment active, and returns it as it is then.
    ///
    /// One atomic step, for onboarding: a deployment that is disabled stays disabled, and is returned
    /// as it is. Returns `None`, and creates nothing, where there is no such deployment.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    fn approve(
        &self,
        key: &DeploymentKey,
    ) -> impl Future<Output = Result<Option<Deployment>, StoreError>> + Send;

    /// Lists the deployments of a registration, in the order of their ids byte for byte.
    ///
    /// Begins after `after`, or at the first one, and returns at most `limit`, and at most
    /// [`DeploymentPage::MAX_LEN`] whatever the limit is, so that no page holds up the launches beside it. Where
    /// there are more, the page names the last of its own as [`next`](DeploymentPage::next). With a limit of 0
    /// it is an empty page that names no next one. What is created or
    /// removed meanwhile may be missing or there; what is neither is listed once.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, or holds a record that it cannot read.
    fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> impl Future<Output = Result<DeploymentPage, StoreError>> + Send;

    /// Forgets the deployment, and says whether there was one.
    ///
    /// After this, a policy that creates deployments creates it anew at the next launch. To keep a
    /// deployment out, disable it with [`set_status`](Self::set_status) instead.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, and with
    /// [`StoreErrorKind::NotDurable`](crate::store::StoreErrorKind::NotDurable) when the removal was made and
    /// may still be lost.
    fn remove(&self, key: &DeploymentKey) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// Keeps both nonces and deployments, and answers a launch about both at once.
///
/// The default body asks one after the other; a store that can do it in one round trip should
/// provide its own.
pub trait LaunchStore: NonceStore + DeploymentStore {
    /// Finds the deployment and uses up the nonce.
    ///
    /// The deployment is as it is when the nonce is used up, or later: one that was shut before must
    /// not be returned as open. To read it beside a nonce that turns out to be used is harmless, because
    /// only *creating* waits for the nonce.
    ///
    /// # Errors
    ///
    /// Fails when either part fails; see [`NonceStore::consume`] and [`DeploymentStore::find`].
    fn consume_and_find(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
        deployment: &DeploymentKey,
    ) -> impl Future<Output = Result<(NonceUse, Option<Deployment>), StoreError>> + Send {
        async move {
            let nonce_use = self.consume(nonce, attempt, ttl).await?;
            let found = self.find(deployment).await?;
            Ok((nonce_use, found))
        }
    }
}

impl<N: NonceStore, D: DeploymentStore> NonceStore for (N, D) {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        self.0.consume(nonce, attempt, ttl).await
    }

    fn is_volatile(&self) -> bool {
        self.0.is_volatile()
    }

    fn memory_began(&self) -> Option<SystemTime> {
        self.0.memory_began()
    }

    fn memory_began_for(&self, nonce: &OneTimeKey) -> Option<SystemTime> {
        self.0.memory_began_for(nonce)
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.0.check().await
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        self.0.health().await
    }

    async fn park(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        self.0.park(ticket, sealed, ttl).await
    }

    async fn parked(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.parked(ticket).await
    }

    async fn unpark(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
        self.0.unpark(ticket).await
    }
}

impl<N: NonceStore, D: DeploymentStore> DeploymentStore for (N, D) {
    async fn find(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        self.1.find(key).await
    }

    async fn create(
        &self,
        deployment: &Deployment,
        quota: Option<usize>,
    ) -> Result<(Deployment, DeploymentOutcome), StoreError> {
        self.1.create(deployment, quota).await
    }

    async fn set_status(
        &self,
        key: &DeploymentKey,
        status: DeploymentStatus,
    ) -> Result<Option<Deployment>, StoreError> {
        self.1.set_status(key, status).await
    }

    async fn approve(&self, key: &DeploymentKey) -> Result<Option<Deployment>, StoreError> {
        self.1.approve(key).await
    }

    async fn list(
        &self,
        registration: &RegistrationId,
        after: Option<&DeploymentId>,
        limit: usize,
    ) -> Result<DeploymentPage, StoreError> {
        self.1.list(registration, after, limit).await
    }

    async fn remove(&self, key: &DeploymentKey) -> Result<bool, StoreError> {
        self.1.remove(key).await
    }
}

impl<N: NonceStore, D: DeploymentStore> LaunchStore for (N, D) {}
