//! Nonces and deployments in Redis, shared by all instances of a tool.
//!
//! - [`RedisServers`] says where it is: one server, a master behind sentinels, or a cluster; with TLS by
//!   the feature `redis-tls`, and clusters by `redis-cluster`.
//! - A launch of a known deployment costs one round trip: one `SET … NX GET PX` that uses up the
//!   nonce, and two `GET`, sent together. A new deployment costs a second one. In a cluster it is two:
//!   the nonce first, and then what is read beside it.
//! - At most once in two milliseconds a launch asks, in its own round trip, whether the server still has what
//!   it was told: a `GET` of the nonce that was used up last, and `INFO server` and `INFO replication`. Where
//!   there are no launches, that is asked every second. In a cluster it is the `GET` alone, and every second
//!   each master is asked.
//! - Every call has a deadline of its own, one second a try and two tries at most; a launch makes one call,
//!   and another one where the deployment is new. A reply that was lost is asked for again on a fresh
//!   connection and recognised as this very launch's; an outcome that stays unknown is an error, never a
//!   guess.
//! - A connection that timed out, broke, or leads to a server that takes no writes any more is replaced,
//!   and the servers are asked anew where the master is. Nobody has to restart anything.
//!
//! # What is written
//!
//! Every key begins with the prefix (`lti` by default) and has a SHA-256 in it: no issuer, client id,
//! nonce or name of a person is in a key, so that dumps and slow logs give nothing away.
//!
//! | key | value | expires |
//! |---|---|---|
//! | `lti:v1:n:<hash>` | a nonce that was used: the attempt that used it, at random | when its launch cannot be accepted any more, and a minute |
//! | `lti:v1:d:{<hash>}:<hash>` | a deployment: JSON with its id, status, origin and time | never |
//! | `lti:v1:i:{<hash>}` | the ids of a registration's deployments | never |
//! | `lti:v1:p:<hash>` | a parked launch, sealed | with its ticket |
//! | `lti:v1:m` | which server has been writing here (`run_id/master_replid`), and since when | never |
//! | `lti:v1:check`, `lti:v1:check:{<hash>}`, `lti:v1:check:{<tag>}` | written to see whether writing works, and is durable | after a second |
//! | `lti:v1:check:list` | written to see whether there may be lists | at once |
//!
//! In a cluster nonces are `lti:v1:n:{<tag>}:<hash>`, and there is an `lti:v1:m:{<tag>}` beside those of each
//! of 128 hash tags. The tags are evenly apart among the slots, so that up to 128 masters share the nonces.
//!
//! # What has to be allowed
//!
//! On every version of Redis and Valkey:
//!
//! ```text
//! ACL SETUSER tool on >secret ~lti:* +set +get +del +mget +eval +zadd +zcard +zscore +zrem +zrangebylex +watch +multi +exec +wait +info +time +role +ping +select
//! ```
//!
//! With a [`prefix`](RedisStoreBuilder::prefix) of your own, write that in the place of `lti`.
//!
//! | commands | what for |
//! |---|---|
//! | `set`, `get` | launches, and all of them; without these nothing works |
//! | `eval`, `zadd`, `zcard`, `zscore` | new deployments are made, counted and listed in one step |
//! | `zrem`, `del` | deployments are removed, and parked launches resumed |
//! | `zrangebylex`, `mget` | deployments are listed |
//! | `watch`, `multi`, `exec` | a status is changed where there are no scripts, or where [`Durability`] is asked for |
//! | `wait` | [`Durability::replicas`] |
//! | `info`, `time` | whether the server evicts keys, which one it is, and what its clock says |
//! | `role` | whether the server that sentinels name is a master |
//! | `ping`, `select` | the driver, with a database other than 0 |
//!
//! The client of a cluster needs this as well:
//!
//! ```text
//! ACL SETUSER tool +cluster +asking
//! ```
//!
//! And [`Durability::disk`] needs this, which servers before Redis 7.2 do not know:
//!
//! ```text
//! ACL SETUSER tool +waitaof
//! ```
//!
//! The driver also tells the server its name (`CLIENT SETINFO`, from Redis 7.2 on). It may be denied: leave it
//! out, because older servers refuse a list that names it.
//!
//! # Where less is allowed
//!
//! Commands may be missing from the access list, renamed, or not offered by whoever runs the server. What is
//! missing is found out when a connection is made, and logged once for each as a warning:
//!
//! - *Without scripts* (`EVAL`, or what it uses) a new deployment is entered in its list, and its record is then
//!   written by a `SET … NX GET` of its own: there is still one record, whoever comes first. The quota is
//!   approximate: instances that create at the same moment may go beyond it by one each. A status is changed by a
//!   transaction over a connection of its own; nothing is undone by a change that comes late.
//! - *Without sorted sets* (`ZADD`) new deployments work, and are neither counted nor listed. They are listed once the
//!   server allows it: at the next launch from there, or when their status is set.
//! - *Without scripts and transactions* a deployment can be disabled, and a change of that very moment is then
//!   overwritten; to open or approve it fails with an error. So it is without scripts in a cluster that is given as
//!   a client of the `redis` crate: name its nodes in a URL.
//! - *With `SET` and `GET` alone* launches work, deployments are created, and can be disabled.
//! - *Without `INFO`* nobody knows whether the server evicts keys, was replaced by another, or has another time: what
//!   is lost is seen by what is gone.
//!
//! # What Redis may forget
//!
//! Redis can lose what it has acknowledged: when it evicts keys, when it starts anew without its last
//! writes, and when a replica that had not got them takes over. The nonces that are lost could be used
//! again, and so could a deployment that was disabled: its record is as it was before, or is gone.
//!
//! - A server that evicts is refused at the start, unless
//!   [`insecure_allow_evicting_policy`](RedisStoreBuilder::insecure_allow_evicting_policy) says otherwise: set
//!   `maxmemory-policy noeviction`. Whether that changes, and whether keys were evicted, is looked at every
//!   minute and logged as an error.
//! - Where something is lost, the store's memory counts as having begun at the last word of the server that
//!   had it, and launches whose login is older are refused with `state_expired`: people on their way begin
//!   anew, and whoever logged in since gets in. In a cluster a launch is judged by the part that keeps its
//!   nonce. So it is after every restart and every failover, because nobody can tell whether something was
//!   lost.
//! - It is taken for lost where the key `m` is gone or another server wrote it; where the nonce that this
//!   instance used up last is gone; where the server says that it is another process (`run_id`) or has the
//!   data of another history (`master_replid`, and was a replica); and where its clock was set forward by
//!   more than half a minute, because nonces expire by it. That a server got its first replica is no loss.
//! - An instance that finds an empty server when it first connects refuses the launches whose login is older
//!   than its store.
//! - The nonces that *another* instance used up in the second before a loss are known to be lost when that
//!   instance has looked, a second later at the most.
//! - *A disabled deployment stays disabled* for as long as Redis keeps what it acknowledged. Where a deployment's
//!   record is lost, the next launch from there is its first launch again, and is treated by the policy as that: it
//!   creates the deployment as active, unless the policy says otherwise. Where another server has taken over, or
//!   one came back without what it had, the log says so at level ERROR: look at the deployments then. To
//!   rule it out, let a change wait for replicas or the disk
//!   ([`durable_status_changes`](RedisStoreBuilder::durable_status_changes)), or keep deployments in a database
//!   and nonces alone in Redis: [`custom_stores`](crate::guide::custom_stores#deployments-that-outlive-redis).
//! - Before all that, a launch is bound to the browser that began it: whoever else sends it is refused
//!   whatever Redis remembers.

mod abilities;
mod builder;
mod change;
#[cfg(feature = "redis-cluster")]
mod cluster_node;
mod connection;
mod creation;
mod deployment;
mod dialling;
mod durability;
mod error;
mod fault;
mod hash_tags;
mod health;
mod inspection;
mod key;
mod line;
mod lineage;
mod looking;
#[cfg(feature = "redis-cluster")]
mod master_tags;
mod masters;
mod memory;
mod nonce;
mod own_line;
mod parked;
mod record;
mod remembered;
mod removal;
mod sentinel;
mod server_clock;
mod servers;
mod set_once;
mod share;
mod store;
mod watch;

pub use self::{
    builder::RedisStoreBuilder, durability::Durability, error::RedisConnectError,
    servers::RedisServers, store::RedisStore,
};

#[cfg(test)]
mod tests;
