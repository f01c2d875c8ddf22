//! Where Redis is: one server, a master that sentinels know, or a cluster.

use std::{fmt, str::FromStr, time::Duration};

#[cfg(feature = "redis-cluster")]
use redis::cluster::{ClusterClient, ClusterClientBuilder, ClusterConfig};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, IntoConnectionInfo, RedisError,
    aio::MultiplexedConnection,
};

use super::{RedisConnectError, line::Line, sentinel::Sentinels};

/// Where Redis is: one server, a master that sentinels know, or a cluster.
///
/// | written | what it is |
/// |---|---|
/// | `redis://[user:password@]host[:port][/db]` | one server |
/// | `rediss://…` | the same over TLS (feature `redis-tls`) |
/// | `redis+sentinel://[user:password@]host[:port],host[:port]…/name[/db]` | the master that these sentinels know by that name |
/// | `redis+cluster://[user:password@]host[:port],host[:port]…` | the cluster of these nodes (feature `redis-cluster`) |
///
/// `rediss+sentinel` and `rediss+cluster` use TLS for all of it. User and password are those of the
/// servers; sentinels are asked without. What cannot be written so, such as a certificate authority of
/// one's own, is set on a client of the `redis` crate, from which this can be made as well.
#[derive(Clone)]
pub struct RedisServers(Kind);

#[derive(Clone)]
enum Kind {
    One(Client),
    Sentinels(Sentinels),
    #[cfg(feature = "redis-cluster")]
    Cluster {
        client: Box<ClusterClient>,
        /// Those of them that the URL named.
        nodes: Vec<Client>,
    },
}

impl RedisServers {
    /// The master that these sentinels know as `name`.
    ///
    /// `server` says how to talk to it: user, password, database and TLS; its address is not used.
    #[must_use]
    pub fn behind_sentinels(
        sentinels: impl IntoIterator<Item = Client>,
        name: impl Into<String>,
        server: Client,
    ) -> Self {
        prepare_tls();
        let sentinels = sentinels.into_iter().collect();
        Self(Kind::Sentinels(Sentinels::new(
            sentinels,
            name.into(),
            server,
        )))
    }

    /// Whether keys are spread over several servers.
    pub(super) fn are_many(&self) -> bool {
        match &self.0 {
            Kind::One(_) | Kind::Sentinels(_) => false,
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { .. } => true,
        }
    }

    /// Whether the server that was connected to has been replaced by another.
    pub(super) async fn have_moved(&self, at_most: Duration) -> bool {
        match &self.0 {
            Kind::Sentinels(sentinels) => sentinels.has_moved(at_most).await,
            Kind::One(_) => false,
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { .. } => false,
        }
    }

    /// Whether there is anybody to ask whether they have.
    pub(super) fn are_watched(&self) -> bool {
        matches!(self.0, Kind::Sentinels(_))
    }

    /// Connects. The deadline is the caller's; one step of it may take `at_most`.
    pub(super) async fn dial(&self, at_most: Duration) -> Result<Line, RedisError> {
        match &self.0 {
            Kind::One(client) => one(client).await.map(Line::One),
            Kind::Sentinels(sentinels) => sentinels.dial(at_most).await.map(Line::One),
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { client, .. } => {
                let config = ClusterConfig::new()
                    .set_connection_timeout(at_most)
                    .set_response_timeout(at_most);
                let cluster = client.get_async_connection_with_config(config).await?;
                Ok(Line::Cluster(cluster))
            }
        }
    }

    /// Connects to the master that keeps a key. The deadline is the caller's; one step of it may take
    /// `at_most`.
    pub(super) async fn dial_master_of(
        &self,
        key: &str,
        at_most: Duration,
    ) -> Result<MultiplexedConnection, RedisError> {
        #[cfg(not(feature = "redis-cluster"))]
        let _ = key;
        match &self.0 {
            Kind::One(client) => one(client).await,
            Kind::Sentinels(sentinels) => sentinels.dial(at_most).await,
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { nodes, .. } => {
                super::cluster_node::dial_master_of(nodes, key, at_most).await
            }
        }
    }
}

/// How many calls may lie ready for the next write to a server. Where more come at once, the others wait for
/// the room, and that costs more than the write itself: the driver's own 50 are too few for a crowd.
const READY_AT_ONCE: usize = 1_024;

/// Connects to one server. The deadlines are the caller's, so the driver's own are off.
pub(super) async fn one(client: &Client) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
        .set_pipeline_buffer_size(READY_AT_ONCE);
    client
        .get_multiplexed_async_connection_with_config(&config)
        .await
}

impl FromStr for RedisServers {
    type Err = RedisConnectError;

    fn from_str(url: &str) -> Result<Self, RedisConnectError> {
        let (scheme, rest) = url.split_once("://").ok_or(no_url("it has no scheme"))?;
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

impl From<Client> for RedisServers {
    fn from(client: Client) -> Self {
        prepare_tls();
        Self(Kind::One(client))
    }
}

#[cfg(feature = "redis-cluster")]
impl From<ClusterClient> for RedisServers {
    fn from(client: ClusterClient) -> Self {
        prepare_tls();
        Self(Kind::Cluster {
            client: Box::new(client),
            nodes: Vec::new(),
        })
    }
}

fn no_url(why: &'static str) -> RedisConnectError {
    RedisConnectError::InvalidUrl { source: why.into() }
}

fn open(url: impl IntoConnectionInfo) -> Result<Client, RedisConnectError> {
    Client::open(url).map_err(|error| RedisConnectError::InvalidUrl {
        source: error.into(),
    })
}

/// `user:password@host,host/path`, taken apart: each host as an address with who we are, and the path.
fn hosts<'a>(
    scheme: &'a str,
    rest: &'a str,
) -> (impl Iterator<Item = (String, String)> + 'a, &'a str) {
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (who, hosts) = match authority.rsplit_once('@') {
        Some((who, hosts)) => (Some(who), hosts),
        None => (None, authority),
    };
    let addresses = hosts.split(',').map(move |host| {
        let plain = format!("{scheme}://{host}");
        let known = who.map_or_else(|| plain.clone(), |who| format!("{scheme}://{who}@{host}"));
        (plain, known)
    });
    (addresses, path)
}

fn sentinels(scheme: &str, rest: &str) -> Result<RedisServers, RedisConnectError> {
    let (addresses, path) = hosts(scheme, rest);
    let (name, db) = path.split_once('/').unwrap_or((path, ""));
    if name.is_empty() {
        return Err(no_url("it does not name the master"));
    }
    let mut sentinels = Vec::new();
    let mut server = None;
    for (plain, known) in addresses {
        sentinels.push(open(plain)?);
        server = Some(format!("{known}/{db}"));
    }
    let server = server.ok_or(no_url("it names no sentinel"))?;
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
        return Err(no_url("a cluster has one database alone"));
    }
    let addresses: Vec<_> = addresses.map(|(_, known)| known).collect();
    let nodes = addresses.iter().map(|address| open(address.as_str()));
    let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
    let client = ClusterClientBuilder::new(addresses)
        .build()
        .map_err(|error| RedisConnectError::InvalidUrl {
            source: error.into(),
        })?;
    prepare_tls();
    Ok(RedisServers(Kind::Cluster {
        client: Box::new(client),
        nodes,
    }))
}

#[cfg(not(feature = "redis-cluster"))]
fn cluster(_: &str, _: &str) -> Result<RedisServers, RedisConnectError> {
    Err(no_url("clusters need the feature `redis-cluster`"))
}

/// The driver asks rustls for the provider of this process when it connects, and panics where there is
/// none and no single one to choose.
#[cfg(feature = "redis-tls")]
fn prepare_tls() {
    use rustls::crypto::{CryptoProvider, aws_lc_rs};
    if CryptoProvider::get_default().is_none() {
        // Where somebody else was quicker, theirs is as good.
        let _ = aws_lc_rs::default_provider().install_default();
    }
}

#[cfg(not(feature = "redis-tls"))]
fn prepare_tls() {}

impl fmt::Debug for RedisServers {
    /// The addresses alone: neither user nor password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::One(client) => write!(f, "one at {}", address(client)),
            Kind::Sentinels(sentinels) => write!(f, "{sentinels:?}"),
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { .. } => f.write_str("a cluster"),
        }
    }
}

pub(super) fn address(client: &Client) -> &ConnectionAddr {
    client.get_connection_info().addr()
}
