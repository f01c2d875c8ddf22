//! One node of a cluster, for a connection of one call's own.

use std::time::Duration;

use redis::{Client, ErrorKind, RedisError, Value, aio::MultiplexedConnection};
use tokio::time::timeout;

use super::{
    sentinel::moved_to,
    servers::{address, one},
};

/// Connects to the master that keeps a key, which any of these nodes may know.
pub(super) async fn dial_master_of(
    nodes: &[Client],
    key: &str,
    at_most: Duration,
) -> Result<MultiplexedConnection, RedisError> {
    let nowhere = "no node is known but to the cluster's client; name them in a URL";
    let mut failure = RedisError::from((ErrorKind::InvalidClientConfig, nowhere));
    for node in nodes {
        match timeout(at_most / 2, master_told_by(node, key)).await {
            Ok(Ok(master)) => return one(&master).await,
            Ok(Err(error)) => failure = error,
            Err(_) => failure = (ErrorKind::Io, "a node does not answer").into(),
        }
    }
    Err(failure)
}

/// Asks one node who keeps the key.
async fn master_told_by(node: &Client, key: &str) -> Result<Client, RedisError> {
    let mut connection = one(node).await?;
    let (slot, ranges): (i64, Vec<Value>) = redis::pipe()
        .cmd("CLUSTER")
        .arg("KEYSLOT")
        .arg(key)
        .cmd("CLUSTER")
        .arg("SLOTS")
        .query_async(&mut connection)
        .await?;
    let master = ranges.into_iter().find_map(|range| master_of(slot, range));
    let nobody = "nobody keeps the slot of the key";
    let (host, port) = master.ok_or(RedisError::from((ErrorKind::Io, nobody)))?;
    // A node that does not know its own name is the one that was asked.
    let host = match (host, address(node)) {
        (Some(host), _) => host,
        (None, redis::ConnectionAddr::Tcp(host, _)) => host.clone(),
        (None, redis::ConnectionAddr::TcpTls { host, .. }) => host.clone(),
        (None, _) => return Ok(node.clone()),
    };
    moved_to(node, host, port)
}

/// Where the master of a range of slots is, if the slot is one of them: the first node behind its bounds.
fn master_of(slot: i64, range: Value) -> Option<(Option<String>, u16)> {
    let Value::Array(range) = range else {
        return None;
    };
    let [
        Value::Int(first),
        Value::Int(last),
        Value::Array(master),
        ..,
    ] = range.as_slice()
    else {
        return None;
    };
    if !(*first..=*last).contains(&slot) {
        return None;
    }
    let [host, Value::Int(port), ..] = master.as_slice() else {
        return None;
    };
    let host = match host {
        Value::BulkString(host) if !host.is_empty() => String::from_utf8(host.clone()).ok(),
        _ => None,
    };
    Some((host, u16::try_from(*port).ok()?))
}
