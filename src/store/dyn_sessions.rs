//! Stores of sessions as objects.

use std::{future::Future, pin::Pin, time::Duration};

use crate::{
    deployment::{Deployment, DeploymentKey},
    session_key::{SessionKey, SessionMark, SessionScope},
    store::{FoundSession, SessionAndDeployment, SessionStore, StoreError},
};

type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A [`SessionStore`] as an object.
pub(super) trait DynSessions: Send + Sync {
    fn start<'a>(
        &'a self,
        session: &'a SessionKey,
        sealed: &'a [u8],
        ttl: Duration,
        scopes: &'a [SessionScope],
    ) -> StoreFuture<'a, Vec<Option<SessionMark>>>;

    fn find<'a>(
        &'a self,
        session: &'a SessionKey,
        scopes: &'a [SessionScope],
        renew_for: Option<Duration>,
    ) -> StoreFuture<'a, Option<FoundSession>>;

    fn update<'a>(
        &'a self,
        session: &'a SessionKey,
        sealed: &'a [u8],
        ttl: Duration,
    ) -> StoreFuture<'a, bool>;

    fn remove<'a>(&'a self, session: &'a SessionKey) -> StoreFuture<'a, ()>;

    fn mark<'a>(
        &'a self,
        scope: &'a SessionScope,
        mark: &'a SessionMark,
        ttl: Duration,
    ) -> StoreFuture<'a, ()>;
}

impl<S: SessionStore> DynSessions for S {
    fn start<'a>(
        &'a self,
        session: &'a SessionKey,
        sealed: &'a [u8],
        ttl: Duration,
        scopes: &'a [SessionScope],
    ) -> StoreFuture<'a, Vec<Option<SessionMark>>> {
        Box::pin(self.start_session(session, sealed, ttl, scopes))
    }

    fn find<'a>(
        &'a self,
        session: &'a SessionKey,
        scopes: &'a [SessionScope],
        renew_for: Option<Duration>,
    ) -> StoreFuture<'a, Option<FoundSession>> {
        Box::pin(self.find_session(session, scopes, renew_for))
    }

    fn update<'a>(
        &'a self,
        session: &'a SessionKey,
        sealed: &'a [u8],
        ttl: Duration,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.update_session(session, sealed, ttl))
    }

    fn remove<'a>(&'a self, session: &'a SessionKey) -> StoreFuture<'a, ()> {
        Box::pin(self.remove_session(session))
    }

    fn mark<'a>(
        &'a self,
        scope: &'a SessionScope,
        mark: &'a SessionMark,
        ttl: Duration,
    ) -> StoreFuture<'a, ()> {
        Box::pin(self.mark_sessions(scope, mark, ttl))
    }
}

/// A [`SessionAndDeployment`] as an object.
pub(super) trait DynSessionsAndDeployments: Send + Sync {
    fn sessions(&self) -> &dyn DynSessions;

    fn find_both<'a>(
        &'a self,
        session: &'a SessionKey,
        scopes: &'a [SessionScope],
        renew_for: Option<Duration>,
        deployment: &'a DeploymentKey,
    ) -> StoreFuture<'a, Option<(FoundSession, Option<Deployment>)>>;
}

impl<S: SessionAndDeployment> DynSessionsAndDeployments for S {
    fn sessions(&self) -> &dyn DynSessions {
        self
    }

    fn find_both<'a>(
        &'a self,
        session: &'a SessionKey,
        scopes: &'a [SessionScope],
        renew_for: Option<Duration>,
        deployment: &'a DeploymentKey,
    ) -> StoreFuture<'a, Option<(FoundSession, Option<Deployment>)>> {
        Box::pin(self.find_session_and_deployment(session, scopes, renew_for, deployment))
    }
}
