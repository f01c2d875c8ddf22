//! The port for parked launches.

use std::{future::Future, time::Duration};

use crate::{nonce::OneTimeKey, store::StoreError};

/// Keeps launches that wait until their deployment is onboarded.
///
/// Without one, users launch again from their course after onboarding.
/// [`MemoryStore`](crate::store::MemoryStore) and `RedisStore` are one; see
/// [`LtiToolBuilder::parked_launches`](crate::tool::LtiToolBuilder::parked_launches).
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
