//! The master behind Redis Sentinel, by majority.
//!
//! Not `redis::sentinel`: it takes the word of the first sentinel that answers, without a majority. A sentinel
//! on the wrong side of a network partition would lead us back to a deposed master, whose writes are lost.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use redis::{Client, ErrorKind, RedisError, Value, aio::MultiplexedConnection};
use tokio::{task::JoinSet, time::timeout};

use super::server::{self, address, at_address};

/// A master's address.
type Address = (String, u16);

/// Sentinels, the name of their master, and how to talk to it.
#[derive(Clone)]
pub(super) struct Sentinels {
    sentinels: Vec<Client>,
    name: Arc<str>,
    server: Client,
    /// The last known master, for when no sentinel answers.
    last: Arc<Mutex<Option<Address>>>,
}

impl Sentinels {
    pub(super) fn new(sentinels: Vec<Client>, name: String, server: Client) -> Self {
        Self {
            sentinels,
            name: name.into(),
            server,
            last: Arc::default(),
        }
    }

    /// Connects to the master.
    ///
    /// A sentinel may be out of date: the address with most votes is tried first, and only a server that
    /// reports the role of a master counts.
    pub(super) async fn connect(
        &self,
        at_most: Duration,
    ) -> Result<MultiplexedConnection, RedisError> {
        let part = at_most / 2;
        let mut told = self.votes(part).await;
        // Against a majority no other address counts: it may be a deposed master that does not know it yet.
        if told
            .first()
            .is_some_and(|(_, votes)| self.is_majority(*votes))
        {
            told.truncate(1);
        }
        let mut addresses: Vec<Address> = told.into_iter().map(|(address, _)| address).collect();
        if addresses.is_empty() {
            addresses.extend(self.last().clone());
        }
        let nowhere = "no sentinel knows a master that is one";
        let mut failure = RedisError::from((ErrorKind::Io, nowhere));
        for address in addresses {
            match self.master_at(&address).await {
                Ok(connection) => {
                    *self.last() = Some(address);
                    return Ok(connection);
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Whether a majority of the sentinels names another master than the last one.
    pub(super) async fn failed_over(&self, at_most: Duration) -> bool {
        let last = self.last().clone();
        let votes = self.votes(at_most).await;
        let elected = votes.first().filter(|(_, votes)| self.is_majority(*votes));
        elected.is_some_and(|(address, _)| last.is_some_and(|last| last != *address))
    }

    /// The addresses that sentinels name, by descending votes.
    ///
    /// All are queried at once, until a majority agrees, so that an unresponsive one delays nothing.
    async fn votes(&self, at_most: Duration) -> Vec<(Address, usize)> {
        let mut asking = JoinSet::new();
        for sentinel in &self.sentinels {
            let (sentinel, name) = (sentinel.clone(), Arc::clone(&self.name));
            asking.spawn(async move { timeout(at_most, master_address(&sentinel, &name)).await });
        }
        let mut votes: Vec<(Address, usize)> = Vec::new();
        while let Some(asked) = asking.join_next().await {
            let Ok(Ok(Ok(Some(told)))) = asked else {
                continue;
            };
            match votes.iter_mut().find(|(address, _)| *address == told) {
                Some((_, count)) => *count += 1,
                None => votes.push((told, 1)),
            }
            if votes.iter().any(|(_, count)| self.is_majority(*count)) {
                break;
            }
        }
        votes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        votes
    }

    fn is_majority(&self, votes: usize) -> bool {
        votes > self.sentinels.len() / 2
    }

    /// Connects to a server, if it is a master.
    async fn master_at(&self, (host, port): &Address) -> Result<MultiplexedConnection, RedisError> {
        let there = at_address(&self.server, host.clone(), *port)?;
        let mut connection = server::connect(&there).await?;
        let role: Result<Vec<Value>, RedisError> =
            redis::cmd("ROLE").query_async(&mut connection).await;
        match role {
            Ok(role) if role.first() == Some(&Value::BulkString(b"master".to_vec())) => {
                Ok(connection)
            }
            // Without permission for `ROLE`, the first write tells.
            Err(error) if error.code() == Some("NOPERM") => Ok(connection),
            Ok(_) => Err(RedisError::from((
                ErrorKind::Io,
                "the server is no master any more",
            ))),
            Err(error) => Err(error),
        }
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Address>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Queries a sentinel for the master's address; `None` if it does not know the name.
async fn master_address(sentinel: &Client, name: &str) -> Result<Option<Address>, RedisError> {
    let mut connection = server::connect(sentinel).await?;
    redis::cmd("SENTINEL")
        .arg("GET-MASTER-ADDR-BY-NAME")
        .arg(name)
        .query_async(&mut connection)
        .await
}

impl fmt::Debug for Sentinels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentinels = self.sentinels.iter().map(|one| address(one).to_string());
        let sentinels: Vec<_> = sentinels.collect();
        write!(f, "{} behind {}", self.name, sentinels.join(", "))
    }
}
