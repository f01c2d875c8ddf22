//! A master, its replica, and three sentinels that watch over both.

use std::time::Duration;

use super::{RedisServer, eventually::eventually, server::PATIENCE};

/// What the sentinels call the master.
const NAME: &str = "mymaster";

pub(crate) struct Sentinels {
    pub(crate) master: RedisServer,
    pub(crate) replica: RedisServer,
    pub(crate) sentinels: Vec<RedisServer>,
}

impl Sentinels {
    /// Starts all five, and waits until they know each other.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// The same, with settings for the master and its replica.
    pub(crate) async fn with(settings: &[&str]) -> Self {
        let master = RedisServer::with(settings).await;
        let replica = master.replica().await;
        let config = format!(
            "sentinel monitor {NAME} 127.0.0.1 {} 2\n\
             sentinel down-after-milliseconds {NAME} 1000\n\
             sentinel failover-timeout {NAME} 5000\n",
            master.port()
        );
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            sentinels.push(RedisServer::sentinel(&config).await);
        }
        for sentinel in &sentinels {
            eventually("a sentinel that knows all others", PATIENCE, async || {
                let info: String = sentinel.ask("INFO sentinel").await;
                info.contains("slaves=1,sentinels=3").then_some(())
            })
            .await;
        }
        Self {
            master,
            replica,
            sentinels,
        }
    }

    pub(crate) fn url(&self) -> String {
        let hosts = self.sentinels.iter();
        let hosts: Vec<_> = hosts
            .map(|sentinel| format!("127.0.0.1:{}", sentinel.port()))
            .collect();
        format!("redis+sentinel://{}/{NAME}", hosts.join(","))
    }

    /// Waits until a server says that it is a master.
    pub(crate) async fn is_promoted(server: &RedisServer) {
        has_role(server, "master").await;
    }

    /// Waits until a server says that it is a replica.
    pub(crate) async fn is_demoted(server: &RedisServer) {
        has_role(server, "slave").await;
    }
}

async fn has_role(server: &RedisServer, role: &str) {
    let line = format!("role:{role}\r\n");
    let what = format!("a server as {role}");
    eventually(&what, Duration::from_secs(30), async || {
        let info: String = server.ask("INFO replication").await;
        info.contains(&line).then_some(())
    })
    .await;
}
