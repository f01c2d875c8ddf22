//! The port for nonces.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use crate::{
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{StoreError, StoreHealth},
};

/// Keeps consumed nonces: the replay protection of launches.
///
/// Implements OpenID Connect Core 1.0 §15.5.2 and Security Framework 1.0 §5.1.3 step 9. Every method is
/// required, so that a store which wraps another one cannot forget to forward it.
///
/// # Examples
///
/// One lock is one step. Over a database it is one statement that writes unless something is there:
///
/// ```
/// use std::{
///     collections::HashMap,
///     sync::{Arc, Mutex, PoisonError},
///     time::{Duration, Instant, SystemTime},
/// };
/// use tower_lti::{
///     nonce::{Attempt, NonceUse, OneTimeKey},
///     store::{NonceStore, Persistence, StoreError, StoreHealth},
/// };
///
/// /// Who consumed a nonce, and until when that is remembered.
/// #[derive(Clone, Default)]
/// struct Nonces(Arc<Mutex<HashMap<OneTimeKey, (String, Instant)>>>);
///
/// impl NonceStore for Nonces {
///     async fn consume(
///         &self,
///         nonce: &OneTimeKey,
///         attempt: &Attempt,
///         ttl: Duration,
///     ) -> Result<NonceUse, StoreError> {
///         let mut nonces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         nonces.retain(|_, (_, until)| *until > Instant::now());
///         let mine = attempt.as_str();
///         let first = nonces.entry(nonce.clone());
///         let (by, _) = first.or_insert_with(|| (mine.to_owned(), Instant::now() + ttl));
///         // The same attempt asks again after a lost reply, and is the first again.
///         Ok(if by == mine { NonceUse::First } else { NonceUse::Repeated })
///     }
///
///     async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
///         Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(nonce))
///     }
///
///     fn persistence(&self) -> Persistence {
///         Persistence::Volatile
///     }
///
///     fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<SystemTime> {
///         None
///     }
///
///     async fn health(&self) -> Result<StoreHealth, StoreError> {
///         Ok(StoreHealth::WHOLE)
///     }
/// }
///
/// # #[cfg(feature = "testing")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// tower_lti::testing::contract::check_nonces(&Nonces::default()).await;
/// # }
/// # #[cfg(not(feature = "testing"))] fn main() {}
/// ```
pub trait NonceStore: Send + Sync + 'static {
    /// Consumes a nonce, and returns whether this attempt was the first.
    ///
    /// Of any number of concurrent calls with one nonce and different attempts, exactly one returns
    /// [`NonceUse::First`]. A repeated call with the attempt that consumed the nonce returns
    /// [`NonceUse::First`] again: it is a retry after a lost reply. The nonce is kept for at least `ttl`,
    /// and the expiry is set atomically with the nonce, so that no crash leaves an entry for ever. A full
    /// store rejects; it never evicts a live nonce.
    ///
    /// A nonce whose `ttl` is over may count as new or be rejected. Where clocks may differ, keep it
    /// somewhat longer.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full. The launch is then rejected.
    #[doc(alias("jti", "replay"))]
    fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> impl Future<Output = Result<NonceUse, StoreError>> + Send;

    /// Whether a nonce was consumed before. It consumes nothing, and is no proof that a nonce is new: another call may
    /// consume it at the same time.
    ///
    /// Asked where a launch comes without its cookie and the platform's storage is about to be asked: one that was used
    /// is told so at once.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable. The launch is then rejected.
    fn was_consumed(
        &self,
        nonce: &OneTimeKey,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Whether nonces outlive this process.
    fn persistence(&self) -> Persistence;

    /// The time since which no nonce has been lost, of the part of the store that keeps this nonce; `None`
    /// for a store that loses no acknowledged write.
    ///
    /// Called after [`consume`](Self::consume) returned [`NonceUse::First`], and about that answer: a launch
    /// whose login is older is rejected, because its nonce may have been consumed and lost. A store that can
    /// come back without its last writes, after a crash or a failover, returns when it last did. A store with
    /// several servers returns it for the server that keeps the nonce.
    fn no_data_loss_since(&self, nonce: &OneTimeKey) -> Option<SystemTime>;

    /// Checks that the store accepts writes, for [`LtiHealth`](crate::health::LtiHealth).
    ///
    /// A store that is one server, or part of this process, returns [`StoreHealth::WHOLE`].
    ///
    /// # Errors
    ///
    /// Fails if every launch would now be rejected with `store_unavailable`.
    fn health(&self) -> impl Future<Output = Result<StoreHealth, StoreError>> + Send;
}

/// Whether what a store keeps outlives the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a wrapper matches on both")]
pub enum Persistence {
    /// Lost when the process ends, and not shared with other processes.
    ///
    /// The tool then rejects logins that were begun elsewhere, or before a restart.
    Volatile,
    /// Kept when the process ends, and shared by all instances of the tool.
    Persistent,
}
