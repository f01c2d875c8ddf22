//! A connection to one server or to a cluster, and how commands go over it.

use std::collections::BTreeMap;

#[cfg(feature = "redis-cluster")]
use redis::{
    Arg, Cmd,
    aio::ConnectionLike,
    cluster_async::ClusterConnection,
    cluster_routing::{
        MultipleNodeRoutingInfo, ResponsePolicy, Route, RoutingInfo, SingleNodeRoutingInfo,
        SlotAddr,
    },
};
use redis::{Pipeline, RedisError, Value, aio::MultiplexedConnection, from_redis_value};

use super::{fault::Fault, set_once::text};
#[cfg(feature = "redis-cluster")]
use super::{lineage::run_id, master_tags::tag_of_each};

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
            // Not by the trait, which has a box for each call.
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
                // What is read beside a nonce has to be as it is when the nonce is used up, or later.
                let (first, rest) = chains.split_at(chains.len().min(1));
                let mut replies = all(connection, first).await?;
                replies.extend(all(connection, rest).await?);
                Ok(replies)
            }
        }
    }
}

impl Line {
    /// What one server says of itself, in the sections `server` and `replication`; nothing where that is not
    /// allowed.
    pub(super) async fn sections(&mut self) -> Result<[Option<Vec<u8>>; 2], Fault> {
        let mut replies = self.send(&sections()).await?.into_iter();
        let mut section = || text(replies.next()).ok().flatten();
        Ok([section(), section()])
    }

    /// What each master of a cluster says of itself, by its address.
    pub(super) async fn sections_of_each(&mut self) -> Result<BTreeMap<String, String>, Fault> {
        let mut of_each = BTreeMap::<String, String>::new();
        for reply in self.send(&sections()).await? {
            let Value::Map(servers) = reply.extract_error()? else {
                return Err(Fault::NotUnderstood);
            };
            for (address, told) in servers {
                let (address, told) = (string(address)?, string(told)?);
                of_each.entry(address).or_default().push_str(&told);
            }
        }
        Ok(of_each)
    }

    /// A hash tag of the nonces that each master of a cluster keeps, as the first one says that answers.
    #[cfg(feature = "redis-cluster")]
    pub(super) async fn tag_of_each_master(&mut self) -> Result<Vec<&'static str>, Fault> {
        let Self::Cluster(cluster) = self else {
            return Err(Fault::NotUnderstood);
        };
        let mut slots = redis::cmd("CLUSTER");
        slots.arg("SLOTS");
        let all = MultipleNodeRoutingInfo::AllMasters;
        let routing = RoutingInfo::MultiNode((all, Some(ResponsePolicy::OneSucceeded)));
        tag_of_each(cluster.route_command(slots, routing).await?)
    }

    /// The same: without clusters nobody asks.
    #[cfg(not(feature = "redis-cluster"))]
    pub(super) async fn tag_of_each_master(&mut self) -> Result<Vec<&'static str>, Fault> {
        Err(Fault::NotUnderstood)
    }

    /// The `run_id` of the master of a cluster that has this key.
    #[cfg(feature = "redis-cluster")]
    pub(super) async fn run_id_for(&mut self, key: &str) -> Result<String, Fault> {
        let Self::Cluster(cluster) = self else {
            return Err(Fault::NotUnderstood);
        };
        let mut info = redis::cmd("INFO");
        info.arg("server");
        let node = SingleNodeRoutingInfo::SpecificNode(Route::with_key(key, SlotAddr::Master));
        let told = cluster
            .route_command(info, RoutingInfo::SingleNode(node))
            .await?;
        let told = string(told)?;
        run_id(&told).map(str::to_owned).ok_or(Fault::NotUnderstood)
    }

    /// The same: without clusters nobody asks.
    #[cfg(not(feature = "redis-cluster"))]
    pub(super) async fn run_id_for(&mut self, _: &str) -> Result<String, Fault> {
        Err(Fault::NotUnderstood)
    }
}

fn string(value: Value) -> Result<String, Fault> {
    from_redis_value(value).map_err(|_| Fault::NotUnderstood)
}

/// Two questions, because one for several sections is of Redis 7.0.
fn sections() -> Pipeline {
    let mut info = redis::pipe();
    info.cmd("INFO").arg("server");
    info.cmd("INFO").arg("replication");
    info
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
