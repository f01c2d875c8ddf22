//! A type-erased store of sessions.

use std::time::Duration;

use crate::{
    deployment::{Deployment, DeploymentKey},
    session_key::{SessionKey, SessionMark, SessionScope},
    store::{AnyStore, FoundSession, SessionStore, StoreError},
};

/// Any [`SessionStore`], or none.
#[derive(Clone)]
pub(crate) struct AnySessions(());

impl AnySessions {
    pub(crate) fn new(_store: impl SessionStore) -> Self {
        todo!()
    }
}

/// Sessions, and the deployment of each in the same round trip where one store keeps both.
impl AnyStore {
    /// Keeps sessions elsewhere.
    pub(crate) fn with_sessions(self, _sessions: AnySessions) -> Self {
        todo!()
    }

    /// Whether anything here keeps sessions.
    pub(crate) fn keeps_sessions(&self) -> bool {
        todo!()
    }

    pub(crate) async fn start_session(
        &self,
        _session: &SessionKey,
        _sealed: &[u8],
        _ttl: Duration,
        _scopes: &[SessionScope],
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        todo!()
    }

    /// The session, renewed, and its deployment as it is now.
    pub(crate) async fn find_session(
        &self,
        _session: &SessionKey,
        _scopes: &[SessionScope],
        _ttl: Duration,
        _deployment: &DeploymentKey,
    ) -> Result<Option<(FoundSession, Option<Deployment>)>, StoreError> {
        todo!()
    }

    pub(crate) async fn update_session(
        &self,
        _session: &SessionKey,
        _sealed: &[u8],
        _ttl: Duration,
    ) -> Result<bool, StoreError> {
        todo!()
    }

    pub(crate) async fn remove_session(&self, _session: &SessionKey) -> Result<(), StoreError> {
        todo!()
    }

    pub(crate) async fn mark_sessions(
        &self,
        _scope: &SessionScope,
        _mark: &SessionMark,
        _ttl: Duration,
    ) -> Result<(), StoreError> {
        todo!()
    }
}
