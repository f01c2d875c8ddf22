//! A connection to one server or to a cluster, and how commands go over it.

#[cfg(feature = "redis-cluster")]
use redis::{Arg, Cmd, cluster_async::ClusterConnection};
use redis::{
    Pipeline, RedisError, Value,
    aio::{ConnectionLike, MultiplexedConnection},
};

/// A connection that many callers use at once.
#[derive(Clone)]
pub(super) enum Line {
    One(MultiplexedConnection),
    #[cfg(feature = "redis-cluster")]
    Cluster(ClusterConnection),
}

impl Line {
    /// Sends the commands, and returns the reply to each, which may be an error.
    ///
    /// One server gets them in one write. In a cluster each goes to the server of its key: first those
    /// about the first key, and then the others, all at once but for those about one key.
    pub(super) async fn send(&mut self, commands: &Pipeline) -> Result<Vec<Value>, RedisError> {
        match self {
            Self::One(connection) => {
                connection
                    .req_packed_commands(commands, 0, commands.len())
                    .await
            }
            #[cfg(feature = "redis-cluster")]
            Self::Cluster(connection) => {
                let commands: Vec<Cmd> = commands.cmd_iter().cloned().collect();
                let chains: Vec<&[Cmd]> = commands
                    .chunk_by(|one, next| key_of(one) == key_of(next))
                    .collect();
                // What is read beside a nonce has to be as it is when the nonce is used up, or later.
                let (first, rest) = chains.split_at(chains.len().min(1));
                let mut replies = all(connection, first).await?;
                replies.extend(all(connection, rest).await?);
                Ok(replies)
            }
        }
    }
}

/// The key that a command is about: its second word, or the first key of a script.
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

/// Sends chains of commands side by side.
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
