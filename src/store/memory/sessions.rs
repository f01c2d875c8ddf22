//! Sessions in memory, until they expire.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use super::{
    MemoryStore,
    session_shares::Shares,
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
const OVERHEAD: usize = 300;

/// Sessions by their keys, and marks by their scopes.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    bytes: usize,
    next_sweep: Duration,
    sessions: HashMap<[u8; 32], Session>,
    shares: Shares,
    marks: HashMap<[u8; 32], Mark>,
}

struct Session {
    /// Shared, so that a reader copies it without the lock.
    sealed: Arc<[u8]>,
    expires: Duration,
    /// Its first scope, the registration's.
    holder: [u8; 32],
    /// The later it was started, the higher.
    number: u64,
}

struct Mark {
    mark: SessionMark,
    expires: Duration,
}

impl Sessions {
    fn start(
        &self,
        key: &SessionKey,
        sealed: &[u8],
        expires: Duration,
        scopes: &[SessionScope],
        now: Duration,
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        let mut tables = self.tables();
        tables.sweep_if_due(now);
        tables.remove(key.digest());
        tables.make_room(cost(sealed))?;
        let number = tables.shares.next_number();
        let session = Session {
            sealed: sealed.into(),
            expires,
            holder: scopes.first().map_or([0; 32], |scope| *scope.digest()),
            number,
        };
        tables.keep(*key.digest(), session);
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
        sealed: &[u8],
        expires: Duration,
        now: Duration,
    ) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        tables.sweep_if_due(now);
        let Some(before) = tables.live(key, now).map(|session| cost(&session.sealed)) else {
            return Ok(false);
        };
        tables.make_room(cost(sealed).saturating_sub(before))?;
        // It may have been the one that gave way.
        let Some(session) = tables.remove(key.digest()) else {
            return Ok(false);
        };
        let updated = Session {
            sealed: sealed.into(),
            expires,
            ..session
        };
        tables.keep(*key.digest(), updated);
        Ok(true)
    }

    fn remove(&self, key: &SessionKey) {
        self.tables().remove(key.digest());
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

    /// Keeps a session, of which there is none under this key.
    fn keep(&mut self, key: [u8; 32], session: Session) {
        let bytes = cost(&session.sealed);
        self.bytes += bytes;
        self.shares.add(session.holder, session.number, key, bytes);
        self.sessions.insert(key, session);
    }

    fn remove(&mut self, key: &[u8; 32]) -> Option<Session> {
        let session = self.sessions.remove(key)?;
        let bytes = cost(&session.sealed);
        self.bytes -= bytes;
        self.shares.remove(&session.holder, session.number, bytes);
        Some(session)
    }

    /// Makes room for so many bytes: the oldest sessions of the registration that has most give way.
    fn make_room(&mut self, bytes: usize) -> Result<(), StoreError> {
        if bytes > MAX_BYTES {
            return Err(StoreError::full());
        }
        while self.bytes + bytes > MAX_BYTES {
            let oldest = self.shares.oldest_of_largest();
            self.remove(&oldest.ok_or_else(StoreError::full)?);
        }
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
        let expired =
            |(key, session): (&[u8; 32], &Session)| (session.expires <= now).then_some(*key);
        let expired: Vec<_> = self.sessions.iter().filter_map(expired).collect();
        for key in expired {
            self.remove(&key);
        }
        self.marks.retain(|_, mark| mark.expires > now);
    }
}

fn cost(sealed: &[u8]) -> usize {
    sealed.len() + OVERHEAD
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
        let expires = now.saturating_add(ttl);
        self.sessions.start(session, sealed, expires, scopes, now)
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
        let expires = now.saturating_add(ttl);
        self.sessions.update(session, sealed, expires, now)
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
