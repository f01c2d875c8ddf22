//! Nonces: one key each, which Redis itself forgets.

use std::{
    mem,
    time::{Duration, SystemTime},
};

use super::{
    RedisStore,
    set_once::{Holder, SetOnce},
};
use crate::{
    nonce::{Attempt, NonceKey, NonceUse},
    store::{NonceStore, StoreError},
};

impl NonceStore for RedisStore {
    async fn consume(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let (nonce_use, _) = self.consume_beside(nonce, attempt, ttl, None).await?;
        Ok(nonce_use)
    }

    fn is_volatile(&self) -> bool {
        false
    }

    fn memory_began(&self) -> Option<SystemTime> {
        self.connection.remembered.began()
    }

    async fn check(&self) -> Result<(), StoreError> {
        Self::check(self).await
    }

    async fn park(
        &self,
        ticket: &NonceKey,
        sealed: &[u8],
        ttl: Duration,
    ) -> Result<bool, StoreError> {
        self.write_parked(ticket, sealed, ttl).await?;
        Ok(true)
    }

    async fn parked(&self, ticket: &NonceKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_parked(ticket).await
    }

    async fn unpark(&self, ticket: &NonceKey) -> Result<(), StoreError> {
        self.delete_parked(ticket).await
    }
}

impl RedisStore {
    /// Uses the nonce up, and reads the key `beside` in the same round trip; and since when the server
    /// that said so remembers.
    pub(super) async fn consume_beside(
        &self,
        nonce: &NonceKey,
        attempt: &Attempt,
        ttl: Duration,
        beside: Option<&str>,
    ) -> Result<(NonceUse, Option<Vec<u8>>), StoreError> {
        let key = self.keys.nonce(nonce);
        let attempt = SetOnce {
            key: &key,
            value: attempt.as_str().as_bytes(),
            ttl: Some(ttl),
        };
        let memory = self.keys.memory_of(nonce);
        let mut answer = attempt
            .write(&self.connection, [Some(memory), beside])
            .await?;
        let [began, found] = mem::take(&mut answer.told.beside);
        let nonce_use = match answer.told.holder {
            Holder::Us => {
                self.connection
                    .note_memory(&answer, memory, began.as_deref());
                NonceUse::First
            }
            Holder::Another(_) => NonceUse::Repeated,
        };
        Ok((nonce_use, found))
    }
}
