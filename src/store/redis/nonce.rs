//! Nonces in Redis: one key each, which expires.

use std::time::{Duration, SystemTime};

use super::{
    RedisStore,
    call_error::CallError,
    connection::{AlsoGet, Owner, Reply, SetNx, SetNxReply},
    data_loss::{ConsumedNonce, EpochAnswer, EpochQuery, ServerEpoch},
    reply::bulk_string,
};
use crate::{
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{NonceStore, Persistence, StoreError, StoreHealth},
};

impl NonceStore for RedisStore {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let (nonce_use, _) = self.consume_and_get(nonce, attempt, ttl, None).await?;
        Ok(nonce_use)
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        let mut commands = redis::pipe();
        commands.cmd("GET").arg(self.keys.nonce(nonce));
        let found = self
            .connection
            .send_retrying(&commands, |replies| bulk_string(replies.next()))
            .await?;
        Ok(found.is_some())
    }

    fn persistence(&self) -> Persistence {
        Persistence::Persistent
    }

    fn no_data_loss_since(&self, nonce: &OneTimeKey) -> Option<SystemTime> {
        let partition = self.keys.partition_of(nonce);
        self.connection.guard().no_data_loss_since(partition)
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Self::health(self).await
    }
}

/// The shortest time between two launches that check the server for data loss.
const LAUNCH_CHECK_INTERVAL: Duration = Duration::from_millis(2);

/// What may be read with a nonce: the epoch key, the deployment, the canary, and two sections of `INFO`.
const READS: usize = 5;

impl RedisStore {
    /// Consumes the nonce, and in the same round trip reads the key `also_get`, and whether the server lost data.
    pub(super) async fn consume_and_get(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
        also_get: Option<&str>,
    ) -> Result<(NonceUse, Option<Vec<u8>>), StoreError> {
        let partition = self.keys.partition_of(nonce);
        let guard = self.connection.guard();
        let key = self.keys.nonce(nonce);
        let set = SetNx {
            key: &key,
            value: attempt.as_str().as_bytes(),
            ttl: Some(ttl),
        };
        let mut query = guard.query(partition, LAUNCH_CHECK_INTERVAL);
        let mut reply = self.send_consume(&set, partition, &query, also_get).await;
        let is_denied = reply.as_ref().is_err_and(CallError::is_command_unavailable);
        if query.reads_identity && is_denied {
            // `INFO` may be denied by now.
            guard.info_denied();
            query.reads_identity = false;
            reply = self.send_consume(&set, partition, &query, also_get).await;
        }
        let Reply {
            value,
            session,
            at_ms,
        } = reply?;
        let [epoch, found, canary, info, replication] = value.also;
        if let Owner::Other(_) = value.owner {
            return Ok((NonceUse::Repeated, found));
        }
        let server = guard.observe_sections(info, replication, query.asked);
        let epoch = ServerEpoch::parse(epoch.as_deref(), at_ms);
        let answer = EpochAnswer {
            epoch,
            is_foreign: epoch
                .is_some_and(|epoch| session.is_foreign(guard.is_written_by_process(&epoch))),
            is_canary_gone: query.is_canary_gone(canary.as_deref()),
            server,
            at_ms,
            consumed: Some(ConsumedNonce {
                key: &key,
                attempt: attempt.as_str(),
                ttl,
            }),
        };
        if let Some(new_epoch) = guard.judge(partition, &query, &answer) {
            self.connection
                .write_epoch_in_background(partition, new_epoch);
        }
        Ok((NonceUse::First, found))
    }

    async fn send_consume(
        &self,
        set: &SetNx<'_>,
        partition: usize,
        query: &EpochQuery,
        also_get: Option<&str>,
    ) -> Result<Reply<SetNxReply<READS>>, CallError> {
        let also_get = [
            Some(AlsoGet::Key(self.keys.epoch(partition))),
            also_get.map(AlsoGet::Key),
            query.canary_key().map(AlsoGet::Key),
            query.reads_identity.then_some(AlsoGet::Info("server")),
            query.reads_identity.then_some(AlsoGet::Info("replication")),
        ];
        set.write(&self.connection, also_get).await
    }
}
