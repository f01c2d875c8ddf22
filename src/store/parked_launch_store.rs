//! The port for parked launches.

use std::{future::Future, time::Duration};

use crate::{nonce::OneTimeKey, store::StoreError};

/// Keeps launches that wait until their deployment is onboarded.
///
/// Without one, users launch again from their course after onboarding.
/// [`MemoryStore`](crate::store::MemoryStore) and `RedisStore` are one; see
/// [`LtiToolBuilder::parked_launches`](crate::tool::LtiToolBuilder::parked_launches).
///
/// # Examples
///
/// ```
/// use std::{
///     collections::HashMap,
///     sync::{Arc, Mutex, MutexGuard, PoisonError},
///     time::{Duration, Instant},
/// };
/// use tower_lti::{nonce::OneTimeKey, store::{ParkedLaunchStore, StoreError}};
///
/// type Parked = HashMap<OneTimeKey, (Vec<u8>, Instant)>;
///
/// #[derive(Clone, Default)]
/// struct Waiting(Arc<Mutex<Parked>>);
///
/// impl Waiting {
///     fn alive(&self) -> MutexGuard<'_, Parked> {
///         let mut parked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         parked.retain(|_, (_, until)| *until > Instant::now());
///         parked
///     }
/// }
///
/// impl ParkedLaunchStore for Waiting {
///     async fn park_launch(&self, ticket: &OneTimeKey, sealed: &[u8], ttl: Duration) -> Result<(), StoreError> {
///         let parked = (sealed.to_vec(), Instant::now() + ttl);
///         self.alive().entry(ticket.clone()).or_insert(parked);
///         Ok(())
///     }
///
///     async fn parked_launch(&self, ticket: &OneTimeKey) -> Result<Option<Vec<u8>>, StoreError> {
///         Ok(self.alive().get(ticket).map(|(sealed, _)| sealed.clone()))
///     }
///
///     async fn remove_parked(&self, ticket: &OneTimeKey) -> Result<(), StoreError> {
///         self.alive().remove(ticket);
///         Ok(())
///     }
/// }
///
/// # #[cfg(feature = "testing")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// tower_lti::testing::contract::check_parked(&Waiting::default()).await;
/// # }
/// # #[cfg(not(feature = "testing"))] fn main() {}
/// ```
pub trait ParkedLaunchStore: Send + Sync + 'static {
    /// Keeps a launch under the key of its onboarding ticket for `ttl`.
    ///
    /// `sealed` is encrypted with the tool's login secret. A ticket belongs to one launch: a call for a
    /// ticket that exists is a retry after a lost reply, and changes nothing.
    ///
    /// The same key may be consumed in a [`NonceStore`](crate::store::NonceStore): keep the two apart.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full.
    fn park_launch(
        &self,
        ticket: &OneTimeKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Returns the launch parked under `ticket`, unless it expired or was removed.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn parked_launch(
        &self,
        ticket: &OneTimeKey,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;

    /// Removes the launch parked under `ticket`, if there is one.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable; the launch then expires.
    fn remove_parked(
        &self,
        ticket: &OneTimeKey,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}
