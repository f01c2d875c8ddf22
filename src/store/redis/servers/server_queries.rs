//! What is asked of servers beside launches: `INFO`, and the slots of a cluster.

use std::collections::BTreeMap;

#[cfg(feature = "redis-cluster")]
use redis::cluster_routing::{
    MultipleNodeRoutingInfo, ResponsePolicy, Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr,
};
use redis::{Pipeline, Value, from_redis_value};

#[cfg(feature = "redis-cluster")]
use super::cluster_slots::tag_of_each_master;
use super::transport::Transport;
#[cfg(feature = "redis-cluster")]
use crate::store::redis::data_loss::info_field;
use crate::store::redis::{call_error::CallError, data_loss::ServerInfo, reply::bulk_string};

impl Transport {
    /// The whole `INFO`; `None` if it is not allowed, or renamed.
    pub(crate) async fn info(&mut self) -> Result<Option<ServerInfo>, CallError> {
        let mut info = redis::pipe();
        info.cmd("INFO");
        let reply = self.send(&info).await.and_then(|mut replies| {
            let reply = replies.pop().unwrap_or(Value::Nil);
            reply.extract_error()
        });
        match reply {
            Ok(reply) => Ok(Some(ServerInfo::read(reply))),
            Err(error) if matches!(error.code(), Some("NOPERM" | "ERR")) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The sections `server` and `replication` of one server's `INFO`; `None` if it is not allowed.
    pub(crate) async fn info_sections(&mut self) -> Result<[Option<Vec<u8>>; 2], CallError> {
        let mut replies = self.send(&info_sections()).await?.into_iter();
        let mut section = || bulk_string(replies.next()).ok().flatten();
        Ok([section(), section()])
    }

    /// The same sections of each master of a cluster, by its address.
    pub(crate) async fn info_of_each_master(
        &mut self,
    ) -> Result<BTreeMap<String, String>, CallError> {
        let mut infos = BTreeMap::<String, String>::new();
        for reply in self.send(&info_sections()).await? {
            let Value::Map(servers) = reply.extract_error()? else {
                return Err(CallError::UnexpectedReply);
            };
            for (address, section) in servers {
                let (address, section) = (string(address)?, string(section)?);
                infos.entry(address).or_default().push_str(&section);
            }
        }
        Ok(infos)
    }

    /// A hash tag of the nonces that each master of a cluster keeps, by the first master that answers.
    #[cfg(feature = "redis-cluster")]
    pub(crate) async fn tag_of_each_master(&mut self) -> Result<Vec<&'static str>, CallError> {
        let Self::Cluster(cluster) = self else {
            return Err(CallError::UnexpectedReply);
        };
        let mut slots = redis::cmd("CLUSTER");
        slots.arg("SLOTS");
        let all = MultipleNodeRoutingInfo::AllMasters;
        let routing = RoutingInfo::MultiNode((all, Some(ResponsePolicy::OneSucceeded)));
        let reply = cluster.route_command(slots, routing).await?;
        tag_of_each_master(reply).ok_or(CallError::UnexpectedReply)
    }

    /// Never called without clusters.
    #[cfg(not(feature = "redis-cluster"))]
    pub(crate) async fn tag_of_each_master(&mut self) -> Result<Vec<&'static str>, CallError> {
        Err(CallError::UnexpectedReply)
    }

    /// The `run_id` of the cluster's master that keeps this key.
    #[cfg(feature = "redis-cluster")]
    pub(crate) async fn run_id_for(&mut self, key: &str) -> Result<String, CallError> {
        let Self::Cluster(cluster) = self else {
            return Err(CallError::UnexpectedReply);
        };
        let mut info = redis::cmd("INFO");
        info.arg("server");
        let node = SingleNodeRoutingInfo::SpecificNode(Route::with_key(key, SlotAddr::Master));
        let reply = cluster
            .route_command(info, RoutingInfo::SingleNode(node))
            .await?;
        let section = string(reply)?;
        let run_id = info_field(&section, "run_id").map(str::to_owned);
        run_id.ok_or(CallError::UnexpectedReply)
    }

    /// Never called without clusters.
    #[cfg(not(feature = "redis-cluster"))]
    pub(crate) async fn run_id_for(&mut self, _: &str) -> Result<String, CallError> {
        Err(CallError::UnexpectedReply)
    }
}

fn string(value: Value) -> Result<String, CallError> {
    from_redis_value(value).map_err(|_| CallError::UnexpectedReply)
}

/// Two commands: one for several sections needs Redis 7.0.
fn info_sections() -> Pipeline {
    let mut info = redis::pipe();
    info.cmd("INFO").arg("server");
    info.cmd("INFO").arg("replication");
    info
}
