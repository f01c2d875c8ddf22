//! Sessions in SQLite, and the marks of those that were ended together.

use std::time::{Duration, SystemTime};

use tower_lti::store::{
    FoundSession, SessionKey, SessionMark, SessionScope, SessionStore, StoreError,
};

use super::store::{SqliteStore, execute, expiry, millis};

impl SqliteStore {
    /// The marks of these scopes, in their order.
    async fn marks(&self, scopes: &[SessionScope]) -> Result<Vec<Option<SessionMark>>, StoreError> {
        let mut marks = Vec::with_capacity(scopes.len());
        for scope in scopes {
            let mark: Option<String> = sqlx::query_scalar(
                "SELECT mark FROM session_marks WHERE scope = $1 AND expires_at > $2",
            )
            .bind(scope.to_text())
            .bind(millis(SystemTime::now()))
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::unavailable)?;
            marks.push(mark.map(SessionMark::from_kept));
        }
        Ok(marks)
    }
}

impl SessionStore for SqliteStore {
    async fn start_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
        scopes: &[SessionScope],
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        // A row that is there is this very session, kept by a call whose reply was lost.
        let insert = sqlx::query(
            "INSERT INTO sessions (session, sealed, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (session) DO UPDATE
             SET sealed = excluded.sealed, expires_at = excluded.expires_at",
        );
        let insert = insert.bind(session.to_text()).bind(sealed);
        execute(&self.pool, insert.bind(expiry(ttl))).await?;
        self.marks(scopes).await
    }

    async fn find_session(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
    ) -> Result<Option<FoundSession>, StoreError> {
        // One statement reads and renews: a session that is removed in between stays removed.
        let find = sqlx::query_scalar(match renew_for {
            Some(_) => {
                "UPDATE sessions SET expires_at = $3 WHERE session = $1 AND expires_at > $2
                 RETURNING sealed"
            }
            None => "SELECT sealed FROM sessions WHERE session = $1 AND expires_at > $2",
        });
        let mut find = find.bind(session.to_text()).bind(millis(SystemTime::now()));
        if let Some(ttl) = renew_for {
            find = find.bind(expiry(ttl));
        }
        let found = find.fetch_optional(&self.pool).await;
        let sealed: Option<Vec<u8>> = found.map_err(StoreError::unavailable)?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let marks = self.marks(scopes).await?;
        Ok(Some(FoundSession { sealed, marks }))
    }

    async fn update_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        // No INSERT: it would bring back a session that was signed out of.
        let update = sqlx::query(
            "UPDATE sessions SET sealed = $2, expires_at = $3
             WHERE session = $1 AND expires_at > $4",
        );
        let update = update.bind(session.to_text()).bind(sealed);
        let update = update.bind(expiry(ttl)).bind(millis(SystemTime::now()));
        Ok(execute(&self.pool, update).await? > 0)
    }

    async fn remove_session(&self, session: &SessionKey) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM sessions WHERE session = $1").bind(session.to_text());
        execute(&self.pool, delete).await?;
        Ok(())
    }

    async fn mark_sessions(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        let set = sqlx::query(
            "INSERT INTO session_marks (scope, mark, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (scope) DO UPDATE
             SET mark = excluded.mark, expires_at = excluded.expires_at",
        );
        let set = set.bind(scope.to_text()).bind(mark.as_str());
        execute(&self.pool, set.bind(expiry(ttl))).await?;
        Ok(())
    }
}
