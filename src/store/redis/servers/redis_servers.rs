//! Where Redis is: one server, a master that sentinels know, or a cluster.

use std::{fmt, time::Duration};

#[cfg(feature = "redis-cluster")]
use redis::cluster::{ClusterClient, ClusterConfig};
use redis::{Client, RedisError, aio::MultiplexedConnection};

use super::{
    sentinel::Sentinels,
    server::{self, address},
    transport::Transport,
};

/// Where Redis is: one server, a master that sentinels know, or a cluster.
///
/// | URL | meaning |
/// |---|---|
/// | `redis://[user:password@]host[:port][/db]` | one server |
/// | `rediss://…` | the same over TLS (feature `redis-tls`) |
/// | `redis+sentinel://[user:password@]host[:port],host[:port]…/name[/db]` | the master that these sentinels know by that name |
/// | `redis+cluster://[user:password@]host[:port],host[:port]…` | the cluster of these nodes (feature `redis-cluster`) |
///
/// `rediss+sentinel` and `rediss+cluster` use TLS for all connections. User and password are those of the
/// servers; sentinels are queried without. For anything else, such as your own certificate authority, convert a
/// client of the `redis` crate.
#[derive(Clone)]
pub struct RedisServers(Kind);

#[derive(Clone)]
enum Kind {
    One(Client),
    Sentinels(Sentinels),
    #[cfg(feature = "redis-cluster")]
    Cluster {
        client: Box<ClusterClient>,
        /// The nodes named in the URL.
        nodes: Vec<Client>,
    },
}

impl RedisServers {
    /// The master that these sentinels know as `name`.
    ///
    /// `server` has the credentials, database and TLS settings; its address is not used.
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

    /// A cluster, and the nodes that a URL named.
    #[cfg(feature = "redis-cluster")]
    pub(super) fn cluster(client: ClusterClient, nodes: Vec<Client>) -> Self {
        prepare_tls();
        let client = Box::new(client);
        Self(Kind::Cluster { client, nodes })
    }

    /// Whether keys are spread over several servers.
    pub(crate) fn is_cluster(&self) -> bool {
        match &self.0 {
            Kind::One(_) | Kind::Sentinels(_) => false,
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { .. } => true,
        }
    }

    /// Whether another server has become the master since we connected.
    pub(crate) async fn failed_over(&self, at_most: Duration) -> bool {
        match &self.0 {
            Kind::Sentinels(sentinels) => sentinels.failed_over(at_most).await,
            Kind::One(_) => false,
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { .. } => false,
        }
    }

    /// Whether there are sentinels, which know of failovers.
    pub(crate) fn can_fail_over(&self) -> bool {
        matches!(self.0, Kind::Sentinels(_))
    }

    /// Connects. The deadline is the caller's; one step may take `at_most`.
    pub(crate) async fn connect(&self, at_most: Duration) -> Result<Transport, RedisError> {
        match &self.0 {
            Kind::One(client) => server::connect(client).await.map(Transport::One),
            Kind::Sentinels(sentinels) => sentinels.connect(at_most).await.map(Transport::One),
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { client, .. } => {
                let config = ClusterConfig::new()
                    .set_connection_timeout(at_most)
                    .set_response_timeout(at_most);
                let cluster = client.get_async_connection_with_config(config).await?;
                Ok(Transport::Cluster(cluster))
            }
        }
    }

    /// Connects to the master that keeps a key. The deadline is the caller's; one step may take `at_most`.
    pub(crate) async fn connect_to_master_of(
        &self,
        key: &str,
        at_most: Duration,
    ) -> Result<MultiplexedConnection, RedisError> {
        #[cfg(not(feature = "redis-cluster"))]
        let _ = key;
        match &self.0 {
            Kind::One(client) => server::connect(client).await,
            Kind::Sentinels(sentinels) => sentinels.connect(at_most).await,
            #[cfg(feature = "redis-cluster")]
            Kind::Cluster { nodes, .. } => {
                super::cluster_node::connect_to_master_of(nodes, key, at_most).await
            }
        }
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
        Self::cluster(client, Vec::new())
    }
}

/// Installs a rustls crypto provider. The driver uses the process default when it connects, and panics if there
/// is none and several to choose from.
#[cfg(feature = "redis-tls")]
fn prepare_tls() {
    use rustls::crypto::{CryptoProvider, aws_lc_rs};
    if CryptoProvider::get_default().is_none() {
        // One that was installed concurrently is as good.
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
