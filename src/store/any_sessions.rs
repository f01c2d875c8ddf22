//! A type-erased store of sessions.

use std::{any::Any, sync::Arc, time::Duration};

use crate::{
    deployment::{Deployment, DeploymentKey},
    observe::{Operation, store_call},
    session_key::{SessionKey, SessionMark, SessionScope},
    store::{
        AnyStore, FoundSession, MemoryStore, SessionStore, StoreError,
        any_store::of_key,
        circuit_breaker::CircuitBreaker,
        dyn_sessions::{DynSessions, DynSessionsAndDeployments},
    },
};

/// Any [`SessionStore`], or none.
#[derive(Clone)]
pub(crate) struct AnySessions {
    kept: Kept,
    breaker: Arc<CircuitBreaker>,
}

#[derive(Clone)]
enum Kept {
    Nowhere,
    /// In the store of the deployments.
    WithDeployments(Arc<dyn DynSessionsAndDeployments>),
    Elsewhere(Arc<dyn DynSessions>),
}

impl AnySessions {
    pub(crate) fn new(store: impl SessionStore) -> Self {
        Self {
            kept: Kept::Elsewhere(Arc::new(store)),
            breaker: Arc::new(CircuitBreaker::new()),
        }
    }

    /// The store itself, if it is one of this crate's own; other stores are given to the builder.
    pub(super) fn of_own_store(store: &dyn Any, breaker: &Arc<CircuitBreaker>) -> Self {
        Self {
            kept: Kept::in_own_store(store),
            breaker: Arc::clone(breaker),
        }
    }

    fn store(&self) -> Result<&dyn DynSessions, StoreError> {
        match &self.kept {
            Kept::Nowhere => Err(StoreError::unavailable("no store keeps sessions")),
            Kept::WithDeployments(store) => Ok(store.sessions()),
            Kept::Elsewhere(store) => Ok(&**store),
        }
    }
}

impl Kept {
    fn in_own_store(store: &dyn Any) -> Self {
        if let Some(memory) = store.downcast_ref::<MemoryStore>() {
            return Self::WithDeployments(Arc::new(memory.clone()));
        }
        #[cfg(feature = "redis")]
        if let Some(redis) = store.downcast_ref::<super::redis::RedisStore>() {
            return Self::WithDeployments(Arc::new(redis.clone()));
        }
        Self::Nowhere
    }
}

/// Sessions, and the deployment of each in the same round trip where one store keeps both.
impl AnyStore {
    /// Keeps sessions elsewhere.
    pub(crate) fn with_sessions(mut self, sessions: AnySessions) -> Self {
        self.sessions = sessions;
        self
    }

    /// Whether anything here keeps sessions.
    pub(crate) fn keeps_sessions(&self) -> bool {
        !matches!(self.sessions.kept, Kept::Nowhere)
    }

    pub(crate) async fn start_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
        scopes: &[SessionScope],
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        // The nonce is consumed by now.
        let asking = store_call(Operation::StartSession, async {
            let store = self.sessions.store()?;
            let marks = store.start(session, sealed, ttl, scopes).await?;
            all_of(scopes, marks)
        });
        self.sessions.breaker.call(asking).await
    }

    /// The session, renewed or not, and its deployment as it is now.
    pub(crate) async fn find_session(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
        deployment: &DeploymentKey,
    ) -> Result<Option<(FoundSession, Option<Deployment>)>, StoreError> {
        let asking = store_call(Operation::FindSession, async {
            let found = match &self.sessions.kept {
                Kept::WithDeployments(store) => {
                    let found = store
                        .find_both(session, scopes, renew_for, deployment)
                        .await?;
                    let Some((found, deployment_now)) = found else {
                        return Ok(None);
                    };
                    let deployment_now = deployment_now.map(|now| of_key(now, deployment));
                    (found, deployment_now.transpose()?)
                }
                Kept::Nowhere | Kept::Elsewhere(_) => {
                    let store = self.sessions.store()?;
                    let (found, deployment_now) = tokio::join!(
                        store.find(session, scopes, renew_for),
                        self.find(deployment)
                    );
                    let Some(found) = found? else {
                        return Ok(None);
                    };
                    (found, deployment_now?)
                }
            };
            let (FoundSession { sealed, marks }, deployment_now) = found;
            let marks = all_of(scopes, marks)?;
            Ok(Some((FoundSession { sealed, marks }, deployment_now)))
        });
        self.sessions.breaker.call_if_closed(asking).await
    }

    /// What is kept of a session whose deployment is not known yet.
    pub(crate) async fn peek_session(
        &self,
        session: &SessionKey,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let asking = store_call(Operation::FindSession, async {
            let found = self.sessions.store()?.find(session, &[], None).await?;
            Ok(found.map(|found| found.sealed))
        });
        self.sessions.breaker.call_if_closed(asking).await
    }

    pub(crate) async fn update_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        let asking = store_call(Operation::UpdateSession, async {
            self.sessions.store()?.update(session, sealed, ttl).await
        });
        self.sessions.breaker.call_if_closed(asking).await
    }

    pub(crate) async fn remove_session(&self, session: &SessionKey) -> Result<(), StoreError> {
        let asking = store_call(Operation::RemoveSession, async {
            self.sessions.store()?.remove(session).await
        });
        self.sessions.breaker.call(asking).await
    }

    pub(crate) async fn mark_sessions(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let asking = store_call(Operation::MarkSessions, async {
            self.sessions.store()?.mark(scope, mark, ttl).await
        });
        self.sessions.breaker.call(asking).await
    }
}

/// Rejects an answer with marks left out: sessions that were ended would go on.
fn all_of(
    scopes: &[SessionScope],
    marks: Vec<Option<SessionMark>>,
) -> Result<Vec<Option<SessionMark>>, StoreError> {
    if marks.len() == scopes.len() {
        Ok(marks)
    } else {
        let problem = "the store answered with another number of marks than was asked for";
        Err(StoreError::unavailable(problem))
    }
}
