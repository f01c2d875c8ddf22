//! The port for sessions.

use std::{future::Future, time::Duration};

use crate::{
    session_key::{SessionKey, SessionMark, SessionScope},
    store::StoreError,
};

/// Keeps what launches have proven, sealed, for the requests after them.
///
/// [`MemoryStore`](crate::store::MemoryStore) and `RedisStore` are one. Every method is required, so that a store which
/// wraps another one cannot forget to forward it.
///
/// `examples/sqlite/sessions.rs` is one over a database; the guide shows it: [your own database](crate::guide::custom_stores).
///
/// # Examples
///
/// A store of another kind beside the one that keeps nonces and deployments:
///
/// ```
/// use tower_lti::{
///     LtiTool,
///     session::LtiSessionLayer,
///     store::{LaunchStore, SessionStore},
///     tool::{ConfigError, LtiToolBuilder},
/// };
///
/// fn build(
///     builder: LtiToolBuilder,
///     launches: impl LaunchStore,
///     sessions: impl SessionStore,
/// ) -> Result<(LtiTool, LtiSessionLayer), ConfigError> {
///     let tool = builder.store(launches).session_store(sessions).build()?;
///     let layer = LtiSessionLayer::new(tool.clone())?;
///     Ok((tool, layer))
/// }
/// ```
pub trait SessionStore: Send + Sync + 'static {
    /// Keeps a new session for `ttl`, and returns the marks of its scopes, in their order.
    ///
    /// `sealed` is encrypted with the tool's login secret. The marks are read once the session is kept, or later: one
    /// that is set meanwhile must not be missed.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full.
    fn start_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
        scopes: &[SessionScope],
    ) -> impl Future<Output = Result<Vec<Option<SessionMark>>, StoreError>> + Send;

    /// Returns a session and the marks of its scopes, and keeps it for `renew_for` from now on; without that it lives for
    /// as long as before. `None` where there is none, or where it has expired or was removed.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn find_session(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
    ) -> impl Future<Output = Result<Option<FoundSession>, StoreError>> + Send;

    /// Replaces what is kept of a session, for `ttl` from now on; `false`, and nothing is kept, where there is none.
    ///
    /// One atomic step: a session that is removed concurrently stays removed.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full.
    fn update_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Removes a session, if there is one.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable; the session may then still be there.
    fn remove_session(
        &self,
        session: &SessionKey,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends all sessions of a scope that were started before: keeps this mark for it, for at least `ttl`, in place of
    /// the one before.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full, and with
    /// [`StoreErrorKind::NotDurable`](crate::store::StoreErrorKind::NotDurable) when the mark was set but may still be
    /// lost.
    fn mark_sessions(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// A session as a store keeps it, and what has been said of its scopes since.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a store makes one")]
pub struct FoundSession {
    /// What was kept, encrypted.
    pub sealed: Vec<u8>,
    /// The marks of the scopes that were asked for, in their order.
    pub marks: Vec<Option<SessionMark>>,
}
