//! The URLs of Redis servers.

use std::str::FromStr;

#[cfg(feature = "redis-cluster")]
use redis::cluster::ClusterClientBuilder;
use redis::{Client, IntoConnectionInfo};

use super::redis_servers::RedisServers;
use crate::store::redis::error::RedisConnectError;

impl FromStr for RedisServers {
    type Err = RedisConnectError;

    fn from_str(url: &str) -> Result<Self, RedisConnectError> {
        let (scheme, rest) = url.split_once("://").ok_or(invalid("it has no scheme"))?;
        match scheme {
            "redis+sentinel" => sentinels("redis", rest),
            "rediss+sentinel" => sentinels("rediss", rest),
            "redis+cluster" => cluster("redis", rest),
            "rediss+cluster" => cluster("rediss", rest),
            _ => Ok(Self::from(open(url)?)),
        }
    }
}

impl TryFrom<&str> for RedisServers {
    type Error = RedisConnectError;

    fn try_from(url: &str) -> Result<Self, RedisConnectError> {
        url.parse()
    }
}

impl TryFrom<String> for RedisServers {
    type Error = RedisConnectError;

    fn try_from(url: String) -> Result<Self, RedisConnectError> {
        url.parse()
    }
}

impl TryFrom<&String> for RedisServers {
    type Error = RedisConnectError;

    fn try_from(url: &String) -> Result<Self, RedisConnectError> {
        url.parse()
    }
}

fn invalid(why: &'static str) -> RedisConnectError {
    RedisConnectError::InvalidUrl { source: why.into() }
}

fn open(url: impl IntoConnectionInfo) -> Result<Client, RedisConnectError> {
    Client::open(url).map_err(|error| RedisConnectError::InvalidUrl {
        source: error.into(),
    })
}

/// Splits `user:password@host,host/path` into a pair of URLs for each host, without and with credentials, and
/// the path.
fn hosts<'a>(
    scheme: &'a str,
    rest: &'a str,
) -> (impl Iterator<Item = (String, String)> + 'a, &'a str) {
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (credentials, hosts) = match authority.rsplit_once('@') {
        Some((credentials, hosts)) => (Some(credentials), hosts),
        None => (None, authority),
    };
    let addresses = hosts.split(',').map(move |host| {
        let plain = format!("{scheme}://{host}");
        let authorized = credentials.map_or_else(
            || plain.clone(),
            |credentials| format!("{scheme}://{credentials}@{host}"),
        );
        (plain, authorized)
    });
    (addresses, path)
}

fn sentinels(scheme: &str, rest: &str) -> Result<RedisServers, RedisConnectError> {
    let (addresses, path) = hosts(scheme, rest);
    let (name, db) = path.split_once('/').unwrap_or((path, ""));
    if name.is_empty() {
        return Err(invalid("it does not name the master"));
    }
    let mut sentinels = Vec::new();
    let mut server = None;
    for (plain, authorized) in addresses {
        sentinels.push(open(plain)?);
        server = Some(format!("{authorized}/{db}"));
    }
    let server = server.ok_or(invalid("it names no sentinel"))?;
    Ok(RedisServers::behind_sentinels(
        sentinels,
        name,
        open(server)?,
    ))
}

#[cfg(feature = "redis-cluster")]
fn cluster(scheme: &str, rest: &str) -> Result<RedisServers, RedisConnectError> {
    let (addresses, path) = hosts(scheme, rest);
    if !path.is_empty() {
        return Err(invalid("a cluster has one database alone"));
    }
    let addresses: Vec<_> = addresses.map(|(_, authorized)| authorized).collect();
    let nodes = addresses.iter().map(|address| open(address.as_str()));
    let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
    let client = ClusterClientBuilder::new(addresses)
        .build()
        .map_err(|error| RedisConnectError::InvalidUrl {
            source: error.into(),
        })?;
    Ok(RedisServers::cluster(client, nodes))
}

#[cfg(not(feature = "redis-cluster"))]
fn cluster(_: &str, _: &str) -> Result<RedisServers, RedisConnectError> {
    Err(invalid("clusters need the feature `redis-cluster`"))
}
