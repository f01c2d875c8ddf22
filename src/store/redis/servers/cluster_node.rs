//! The node of a cluster that keeps one key, for a dedicated connection.

use std::time::Duration;

use redis::{Client, ConnectionAddr, ErrorKind, RedisError, Value, aio::MultiplexedConnection};
use tokio::time::timeout;

use super::{
    cluster_slots::SlotRange,
    server::{self, address, at_address},
};

/// Connects to the master that keeps a key, by the first of these nodes that answers.
pub(super) async fn connect_to_master_of(
    nodes: &[Client],
    key: &str,
    at_most: Duration,
) -> Result<MultiplexedConnection, RedisError> {
    let no_nodes = "no node is known but to the cluster's client; name them in a URL";
    let mut failure = RedisError::from((ErrorKind::InvalidClientConfig, no_nodes));
    for node in nodes {
        match timeout(at_most / 2, master_known_to(node, key)).await {
            Ok(Ok(master)) => return server::connect(&master).await,
            Ok(Err(error)) => failure = error,
            Err(_) => failure = (ErrorKind::Io, "a node does not answer").into(),
        }
    }
    Err(failure)
}

/// Queries one node for the master that keeps the key.
async fn master_known_to(node: &Client, key: &str) -> Result<Client, RedisError> {
    let mut connection = server::connect(node).await?;
    let (slot, ranges): (u16, Value) = redis::pipe()
        .cmd("CLUSTER")
        .arg("KEYSLOT")
        .arg(key)
        .cmd("CLUSTER")
        .arg("SLOTS")
        .query_async(&mut connection)
        .await?;
    let ranges = SlotRange::read_all(ranges).unwrap_or_default();
    let range = ranges.into_iter().find(|range| range.contains(slot));
    let no_master = "no master keeps the slot of the key";
    let range = range.ok_or(RedisError::from((ErrorKind::Io, no_master)))?;
    let host = match (range.host, address(node)) {
        (Some(host), _) => host,
        (None, ConnectionAddr::Tcp(host, _)) => host.clone(),
        (None, ConnectionAddr::TcpTls { host, .. }) => host.clone(),
        (None, _) => return Ok(node.clone()),
    };
    at_address(node, host, range.port)
}
