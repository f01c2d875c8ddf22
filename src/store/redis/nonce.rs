//! Nonces: one key each, which Redis itself forgets.

use std::time::Duration;

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
    /// Uses the nonce up, and reads the key `beside` in the same round trip.
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
            ttl,
        };
        let (holder, beside) = attempt.write(&self.connection, beside).await?;
        let nonce_use = match holder {
            Holder::Us => NonceUse::First,
            Holder::Another(_) => NonceUse::Repeated,
        };
        Ok((nonce_use, beside))
    }
}
