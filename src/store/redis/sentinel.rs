//! The master that sentinels know.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use redis::{Client, ConnectionAddr, ErrorKind, RedisError, Value, aio::MultiplexedConnection};
use tokio::{task::JoinSet, time::timeout};

use super::servers::{address, one};

/// A master's address.
type Address = (String, u16);

/// Sentinels, the name of their master, and how to talk to it.
#[derive(Clone)]
pub(super) struct Sentinels {
    sentinels: Vec<Client>,
    name: Arc<str>,
    server: Client,
    /// Where the master was last, for when no sentinel answers.
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
    /// One sentinel may be behind the others: what most of them say is tried first, and an address
    /// counts only if the server there says that it is a master.
    pub(super) async fn dial(
        &self,
        at_most: Duration,
    ) -> Result<MultiplexedConnection, RedisError> {
        let part = at_most / 2;
        let mut told = self.votes(part).await;
        // Where most of them agree, no other will do: it may have been a master, and not know better yet.
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

    /// Whether most of the sentinels say that the master is elsewhere by now.
    pub(super) async fn has_moved(&self, at_most: Duration) -> bool {
        let last = self.last().clone();
        let votes = self.votes(at_most).await;
        let elected = votes.first().filter(|(_, votes)| self.is_majority(*votes));
        elected.is_some_and(|(address, _)| last.is_some_and(|last| last != *address))
    }

    /// Where the sentinels say that the master is, what most of them say first.
    ///
    /// All are asked at once, and no more is waited for once most of them agree, so that one that does
    /// not answer holds nobody up.
    async fn votes(&self, at_most: Duration) -> Vec<(Address, usize)> {
        let mut asking = JoinSet::new();
        for sentinel in &self.sentinels {
            let (sentinel, name) = (sentinel.clone(), Arc::clone(&self.name));
            asking.spawn(async move { timeout(at_most, ask(&sentinel, &name)).await });
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

    /// Connects to the server there, if it is a master.
    async fn master_at(&self, (host, port): &Address) -> Result<MultiplexedConnection, RedisError> {
        let there = moved_to(&self.server, host.clone(), *port)?;
        let mut connection = one(&there).await?;
        let role: Result<Vec<Value>, RedisError> =
            redis::cmd("ROLE").query_async(&mut connection).await;
        match role {
            Ok(role) if role.first() == Some(&Value::BulkString(b"master".to_vec())) => {
                Ok(connection)
            }
            // Who may not ask is told by the first write.
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

/// The same server's settings at another address: who we are, the database and TLS.
pub(super) fn moved_to(client: &Client, host: String, port: u16) -> Result<Client, RedisError> {
    let server = client.get_connection_info();
    let there = match server.addr() {
        ConnectionAddr::TcpTls {
            insecure,
            tls_params,
            ..
        } => ConnectionAddr::TcpTls {
            host,
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        _ => ConnectionAddr::Tcp(host, port),
    };
    Client::open(server.clone().set_addr(there))
}

/// Asks a sentinel where the master is; `None` if it does not know the name.
async fn ask(sentinel: &Client, name: &str) -> Result<Option<Address>, RedisError> {
    let mut connection = one(sentinel).await?;
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
