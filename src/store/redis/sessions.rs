//! Sessions in Redis: one key each, encrypted, which expires; and a key for each mark.

use std::time::Duration;

use redis::{Pipeline, Value};

use super::{
    RedisStore, call_error::CallError, connection::DedicatedConnection, durability::Durability,
    reply::bulk_string,
};
use crate::{
    deployment::{Deployment, DeploymentKey},
    session_key::{SessionKey, SessionMark, SessionScope},
    store::{FoundSession, SessionAndDeployment, SessionStore, StoreError},
};

/// Redis rejects an expiry of 0, and numbers far beyond this one.
fn milliseconds(ttl: Duration) -> u64 {
    ttl.as_millis().clamp(1, 1 << 40) as u64
}

fn mark(reply: Option<Value>) -> Result<Option<SessionMark>, CallError> {
    let text = bulk_string(reply)?.map(String::from_utf8).transpose();
    let text = text.map_err(|_| CallError::UnexpectedReply)?;
    Ok(text.map(SessionMark::from_kept))
}

fn marks(
    scopes: &[SessionScope],
    replies: &mut dyn Iterator<Item = Value>,
) -> Result<Vec<Option<SessionMark>>, CallError> {
    scopes.iter().map(|_| mark(replies.next())).collect()
}

fn is_ok(reply: Option<Value>) -> Result<(), CallError> {
    match reply {
        Some(Value::Okay) => Ok(()),
        _ => Err(CallError::UnexpectedReply),
    }
}

fn is_number(reply: Option<Value>) -> Result<(), CallError> {
    match reply {
        Some(Value::Int(_)) => Ok(()),
        _ => Err(CallError::UnexpectedReply),
    }
}

impl RedisStore {
    /// Reads a session and renews it, where that is asked for, and reads the marks of its scopes and one more key, in one round trip.
    async fn session_and(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
        also_get: Option<&str>,
    ) -> Result<Option<(FoundSession, Option<Vec<u8>>)>, CallError> {
        let key = self.keys.session(session);
        let mut commands = redis::pipe();
        commands.cmd("GET").arg(&key);
        if let Some(ttl) = renew_for {
            commands.cmd("PEXPIRE").arg(&key).arg(milliseconds(ttl));
        }
        self.add_marks(&mut commands, scopes);
        if let Some(also) = also_get {
            commands.cmd("GET").arg(also);
        }
        self.connection
            .send_retrying(&commands, |replies| {
                let sealed = bulk_string(replies.next())?;
                if renew_for.is_some() {
                    is_number(replies.next())?;
                }
                let marks = marks(scopes, replies)?;
                let also = match also_get {
                    Some(_) => bulk_string(replies.next())?,
                    None => None,
                };
                Ok(sealed.map(|sealed| (FoundSession { sealed, marks }, also)))
            })
            .await
    }

    fn add_marks(&self, commands: &mut Pipeline, scopes: &[SessionScope]) {
        for scope in scopes {
            commands.cmd("GET").arg(self.keys.session_mark(scope));
        }
    }

    async fn set_mark(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> Result<(), CallError> {
        let key = self.keys.session_mark(scope);
        let mut set = redis::cmd("SET");
        set.arg(&key).arg(mark.as_str());
        set.arg("PX").arg(milliseconds(ttl));
        let Some(durability) = &self.durability else {
            let mut commands = redis::pipe();
            commands.add_command(set);
            let written = |replies: &mut dyn Iterator<Item = Value>| is_ok(replies.next());
            return self.connection.send(&commands, written).await;
        };
        let mut dedicated = DedicatedConnection::to(self.connection.settings(), &key).await?;
        is_ok(Some(dedicated.send(&set).await?))?;
        let check = self.keys.check_of_mark(scope);
        dedicated.wait_until_durable(&check, durability).await
    }

    /// Removes a session, and waits until that is durable.
    async fn delete_durably(
        &self,
        session: &SessionKey,
        durability: &Durability,
    ) -> Result<(), CallError> {
        let key = self.keys.session(session);
        let mut dedicated = DedicatedConnection::to(self.connection.settings(), &key).await?;
        let mut delete = redis::cmd("DEL");
        delete.arg(&key);
        is_number(Some(dedicated.send(&delete).await?))?;
        let check = self.keys.check_of_session(session);
        dedicated.wait_until_durable(&check, durability).await
    }
}

impl SessionStore for RedisStore {
    async fn start_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
        scopes: &[SessionScope],
    ) -> Result<Vec<Option<SessionMark>>, StoreError> {
        let mut commands = redis::pipe();
        commands.cmd("SET").arg(self.keys.session(session));
        commands.arg(sealed).arg("PX").arg(milliseconds(ttl));
        self.add_marks(&mut commands, scopes);
        let started = |replies: &mut dyn Iterator<Item = Value>| {
            is_ok(replies.next())?;
            marks(scopes, replies)
        };
        Ok(self.connection.send_retrying(&commands, started).await?)
    }

    async fn find_session(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
    ) -> Result<Option<FoundSession>, StoreError> {
        let found = self.session_and(session, scopes, renew_for, None).await?;
        Ok(found.map(|(found, _)| found))
    }

    async fn update_session(
        &self,
        session: &SessionKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        let mut commands = redis::pipe();
        commands.cmd("SET").arg(self.keys.session(session));
        commands.arg(sealed);
        commands.arg("XX").arg("PX").arg(milliseconds(ttl));
        let updated = |replies: &mut dyn Iterator<Item = Value>| match replies.next() {
            Some(Value::Okay) => Ok(true),
            Some(Value::Nil) => Ok(false),
            _ => Err(CallError::UnexpectedReply),
        };
        Ok(self.connection.send_retrying(&commands, updated).await?)
    }

    async fn remove_session(&self, session: &SessionKey) -> Result<(), StoreError> {
        let Some(durability) = &self.durability else {
            let mut commands = redis::pipe();
            commands.cmd("DEL").arg(self.keys.session(session));
            let removed = |replies: &mut dyn Iterator<Item = Value>| is_number(replies.next());
            return Ok(self.connection.send_retrying(&commands, removed).await?);
        };
        match self.delete_durably(session, durability).await {
            // Removed twice is removed once.
            Err(error) if error.is_connection_fatal() => {
                Ok(self.delete_durably(session, durability).await?)
            }
            deleted => Ok(deleted?),
        }
    }

    async fn mark_sessions(
        &self,
        scope: &SessionScope,
        mark: &SessionMark,
        ttl: Duration,
    ) -> Result<(), StoreError> {
        match self.set_mark(scope, mark, ttl).await {
            Err(error) if error.is_connection_fatal() => {
                // A mark of its own: if the first command is executed late, it ends sessions, and brings none back.
                let mark = SessionMark::random().map_err(StoreError::unavailable)?;
                Ok(self.set_mark(scope, &mark, ttl).await?)
            }
            set => Ok(set?),
        }
    }
}

impl SessionAndDeployment for RedisStore {
    async fn find_session_and_deployment(
        &self,
        session: &SessionKey,
        scopes: &[SessionScope],
        renew_for: Option<Duration>,
        deployment: &DeploymentKey,
    ) -> Result<Option<(FoundSession, Option<Deployment>)>, StoreError> {
        let record = self.keys.deployment(deployment);
        let found = self
            .session_and(session, scopes, renew_for, Some(&record))
            .await?;
        let Some((found, record)) = found else {
            return Ok(None);
        };
        let deployment_now = record.map(|text| self.deployment(&text, deployment));
        Ok(Some((found, deployment_now.transpose()?)))
    }
}
