//! Where Redis is, and how to connect: one server, a master that sentinels name, or a cluster.

#[cfg(feature = "redis-cluster")]
mod cluster_node;
#[cfg(feature = "redis-cluster")]
mod cluster_slots;
mod redis_servers;
mod sentinel;
mod server;
mod server_queries;
mod transport;
mod url;

pub use self::redis_servers::RedisServers;
pub(super) use self::transport::Transport;
