//! Sessions in memory, until they expire.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use super::{
    MemoryStore,
    sync::{Mutex, MutexGuard},
};
use crate::{
    deployment::{Deployment, DeploymentKey},
    session_key::{SessionKey, SessionMark, SessionScope},
    store::{FoundSession, SessionAndDeployment, SessionStore, StoreError},
};

/// The capacity for sessions, in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The capacity for marks.
const MAX_MARKS: usize = 100_000;

/// The time between two removals of what has expired.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);

/// What a session takes beside its bytes, about.
const OVERHEAD: usize = 200;

/// Sessions by their keys, and marks by their scopes.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    bytes: usize,
    next_sweep: Duration,
    sessions: HashMap<[u8; 32], Session>,
    marks: HashMap<[u8; 32], Mark>,
}

struct Session {
    /// Shared, so that a reader copies it without the lock.
    sealed: Arc<[u8]>,
    expires: Duration,
}

struct Mark {
    mark: SessionMark,
    expires: Duration,
}

impl Sessions {
    fn start(
        &self,
        key: &SessionKey,
        session: Session,
        scopes: &[SessionScope],
        now: Duration,
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        let mut tables = self.tables();
        tables.sweep_if_due(now);
        tables.keep(key, session)?;
        Ok(tables.marks_of(scopes, now))
    }

    fn find(
        &self,
        key: &SessionKey,
        scopes: &[SessionScope],
        now: Duration,
        renew_for: Option<Duration>,
    ) -> Option<FoundSession> {
        let mut tables = self.tables();
        let session = tables.live(key, now)?;
        if let Some(ttl) = renew_for {
            session.expires = now.saturating_add(ttl);
        }
        let sealed = Arc::clone(&session.sealed);
        let marks = tables.marks_of(scopes, now);
        drop(tables);
        Some(FoundSession {
            sealed: sealed.to_vec(),
            marks,
        })
    }

    fn update(
        &self,
        key: &SessionKey,
        session: Session,
        now: Duration,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        tables.sweep_if_due(now);
        if tables.live(key, now).is_none() {
            return Ok(false);
        }
        tables.keep(key, session)?;
        Ok(true)
    }

    fn remove(&self, key: &SessionKey) {
        let mut tables = self.tables();
        if let Some(session) = tables.sessions.remove(key.digest()) {
            tables.bytes -= session.cost();
        }
    }

    fn mark(&self, scope: &SessionScope, mark: Mark, now: Duration) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.sweep_if_due(now);
        if tables.marks.len() >= MAX_MARKS && !tables.marks.contains_key(scope.digest()) {
            return Err(StoreError::full());
        }
        tables.marks.insert(*scope.digest(), mark);
        Ok(())
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn live(&mut self, key: &SessionKey, now: Duration) -> Option<&mut Session> {
        let session = self.sessions.get_mut(key.digest())?;
        (session.expires > now).then_some(session)
    }

    /// Keeps a session in place of the one with its key, within the capacity.
    fn keep(&mut self, key: &SessionKey, session: Session) -> Result<(), StoreError> {
        let before = self.sessions.get(key.digest()).map_or(0, Session::cost);
        let bytes = self.bytes - before + session.cost();
        if bytes > MAX_BYTES {
            return Err(StoreError::full());
        }
        self.bytes = bytes;
        self.sessions.insert(*key.digest(), session);
        Ok(())
    }

    fn marks_of(&self, scopes: &[SessionScope], now: Duration) -> Vec<Option<SessionMark>> {
        let mark = |scope: &SessionScope| {
            let mark = self.marks.get(scope.digest())?;
            (mark.expires > now).then(|| mark.mark.clone())
        };
        scopes.iter().map(mark).collect()
    }

    /// Removes what has expired, once per interval.
    fn sweep_if_due(&mut self, now: Duration) {
        if now < self.next_sweep {
            return;
        }
        self.next_sweep = now.saturating_add(SWEEP_INTERVAL);
        self.sessions.retain(|_, session| session.expires > now);
        self.marks.retain(|_, mark| mark.expires > now);
        self.bytes = self.sessions.values().map(Session::cost).sum();
    }
}

impl Session {
    fn new(sealed: &[u8], now: Duration, ttl: Duration) -> Self {
        Self {
            sealed: sealed.into(),
            expires: now.saturating_add(ttl),
        }
    }

    fn cost(&self) -> usize {
        self.sealed.len() + OVERHEAD
    }
}

impl SessionStore for MemoryStore {
    async fn start_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
        scopes: &[SessionScope],
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        let now = self.clock.monotonic();
        let new = Session::new(sealed, now, ttl);
        self.sessions.start(session, new, scopes, now)
    }

    async fn find_session(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
    ) -> Result<Option<FoundSession>, StoreError> {
        let now = self.clock.monotonic();
        Ok(self.sessions.find(session, scopes, now, renew_for))
    }

    async fn update_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        let now = self.clock.monotonic();
        let updated = Session::new(sealed, now, ttl);
        self.sessions.update(session, updated, now)
    }

    async fn remove_session(&self, session: &SessionKey) -> Result<(), StoreError> {
        self.sessions.remove(session);
        Ok(())
    }

    async fn mark_sessions(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let now = self.clock.monotonic();
        let mark = Mark {
            mark: mark.clone(),
            expires: now.saturating_add(ttl),
        };
        self.sessions.mark(scope, mark, now)
    }
}

impl SessionAndDeployment for MemoryStore {
    async fn find_session_and_deployment(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
        deployment: &DeploymentKey,
    ) -> Result<Option<(FoundSession, Option<Deployment>)>, StoreError> {
        let now = self.clock.monotonic();
        let found = self.sessions.find(session, scopes, now, renew_for);
        Ok(found.map(|found| (found, self.deployments.find(deployment))))
    }
}
