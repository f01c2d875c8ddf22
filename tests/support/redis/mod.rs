//! Redis servers of a test's own: alone, behind sentinels, or as a cluster. Needs nothing else of `support`.

pub(crate) mod cluster;
pub(crate) mod eventually;
pub(crate) mod folder;
pub(crate) mod port;
pub(crate) mod sentinels;
pub(crate) mod server;
pub(crate) mod signal;

pub(crate) use self::server::RedisServer;
