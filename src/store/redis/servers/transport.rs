//! A connection to one server or to a cluster, and how commands are sent on it.

#[cfg(feature = "redis-cluster")]
use redis::{Arg, Cmd, aio::ConnectionLike, cluster_async::ClusterConnection};
use redis::{Pipeline, RedisError, Value, aio::MultiplexedConnection};

/// A connection that many callers use at once.
#[derive(Clone)]
pub(crate) enum Transport {
    One(MultiplexedConnection),
    #[cfg(feature = "redis-cluster")]
    Cluster(ClusterConnection),
}

impl Transport {
    /// Sends the commands, and returns the reply to each, which may be an error.
    ///
    /// One server gets them in one write. In a cluster each goes to the server of its key: the commands for the
    /// first key before the others, which are sent concurrently, and in order for each key.
    pub(crate) async fn send(&mut self, commands: &Pipeline) -> Result<Vec<Value>, RedisError> {
        match self {
            // The method of the trait allocates for each call.
            Self::One(connection) => {
                connection
                    .send_packed_commands(commands, 0, commands.len())
                    .await
            }
            #[cfg(feature = "redis-cluster")]
            Self::Cluster(connection) => {
                let commands: Vec<Cmd> = commands.cmd_iter().cloned().collect();
                let chains: Vec<&[Cmd]> = commands
                    .chunk_by(|one, next| key_of(one) == key_of(next))
                    .collect();
                // What is read with a nonce must not be older than its consumption.
                let (first, rest) = chains.split_at(chains.len().min(1));
                let mut replies = all(connection, first).await?;
                replies.extend(all(connection, rest).await?);
                Ok(replies)
            }
        }
    }
}

/// The key of a command: its second argument, or the first key of a script.
#[cfg(feature = "redis-cluster")]
fn key_of(command: &Cmd) -> Option<&[u8]> {
    let mut words = command.args_iter().filter_map(|word| match word {
        Arg::Simple(word) => Some(word),
        _ => None,
    });
    match words.next() {
        Some(b"EVAL") => words.nth(2),
        _ => words.next(),
    }
}

/// Sends chains of commands concurrently, and those of a chain in order.
#[cfg(feature = "redis-cluster")]
async fn all(cluster: &ClusterConnection, chains: &[&[Cmd]]) -> Result<Vec<Value>, RedisError> {
    let Some((first, rest)) = chains.split_first() else {
        return Ok(Vec::new());
    };
    let one = async {
        let mut cluster = cluster.clone();
        let mut replies = Vec::with_capacity(first.len());
        for command in *first {
            replies.push(cluster.req_packed_command(command).await?);
        }
        Ok(replies)
    };
    let (mut replies, others) = tokio::try_join!(one, Box::pin(all(cluster, rest)))?;
    replies.extend(others);
    Ok(replies)
}
