//! Nonces: one key each, which Redis itself forgets.

use std::time::{Duration, SystemTime};

use super::{
    RedisStore,
    connection::Answer,
    fault::Fault,
    memory::Memory,
    set_once::{Beside, Holder, SetOnce, Written},
    share::{Asked, Heard, Used},
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
        let (nonce_use, _) = self.consume_beside(nonce, attempt, ttl, None).await?;
        Ok(nonce_use)
    }

    fn persistence(&self) -> Persistence {
        Persistence::Persistent
    }

    fn no_data_loss_since(&self, nonce: &OneTimeKey) -> Option<SystemTime> {
        self.connection
            .remembered
            .share_began(self.keys.share_of(nonce))
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Self::health(self).await
    }
}

/// How often launches look at the server beside their nonce, at the most.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// What is read beside a nonce: since when the server remembers, the deployment, the nonce that was used up
/// last, and two sections of what the server says of itself.
const BESIDE: usize = 5;

impl RedisStore {
    /// Uses the nonce up, and reads the key `beside` in the same round trip; and what tells whether the
    /// server that said so has forgotten something.
    pub(super) async fn consume_beside(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
        beside: Option<&str>,
    ) -> Result<(NonceUse, Option<Vec<u8>>), StoreError> {
        let share = self.keys.share_of(nonce);
        let key = self.keys.nonce(nonce);
        let once = SetOnce {
            key: &key,
            value: attempt.as_str().as_bytes(),
            ttl: Some(ttl),
        };
        let mut asked = self.connection.remembered.ask(share, BETWEEN_LOOKS);
        let mut answer = self.consume_and_look(&once, share, &asked, beside).await;
        if asked.which && answer.as_ref().is_err_and(Fault::is_command_refused) {
            // It may be that question that is not allowed any more.
            self.connection.remembered.is_silent();
            asked.which = false;
            answer = self.consume_and_look(&once, share, &asked, beside).await;
        }
        let answer = answer?;
        let Answer { told, by, at_ms } = answer;
        let [memory, found, last, server, replication] = told.beside;
        if let Holder::Another(_) = told.holder {
            return Ok((NonceUse::Repeated, found));
        }
        let remembered = &self.connection.remembered;
        let server = remembered.hear_of_server(server, replication, asked.at);
        let memory = Memory::read(memory.as_deref(), at_ms);
        let heard = Heard {
            memory,
            is_anothers: memory.is_some_and(|memory| by.is_anothers(remembered.is_its(&memory))),
            is_last_gone: asked.is_last_gone(last.as_deref()),
            server,
            at_ms,
            used: Some(Used {
                key: &key,
                attempt: attempt.as_str(),
                ttl,
            }),
        };
        if let Some(begins) = remembered.hear(share, &asked, &heard) {
            self.connection.begin_memory(share, begins);
        }
        Ok((NonceUse::First, found))
    }

    async fn consume_and_look(
        &self,
        once: &SetOnce<'_>,
        share: usize,
        asked: &Asked,
        beside: Option<&str>,
    ) -> Result<Answer<Written<BESIDE>>, Fault> {
        let beside = [
            Some(Beside::Key(self.keys.memory(share))),
            beside.map(Beside::Key),
            asked.last_key().map(Beside::Key),
            asked.which.then_some(Beside::Info("server")),
            asked.which.then_some(Beside::Info("replication")),
        ];
        once.write(&self.connection, beside).await
    }
}
