//! Nonces and deployments in Redis, shared by all instances of a tool.
//!
//! - [`RedisServers`] says where it is: one server, a master behind sentinels, or a cluster; with TLS by
//!   the feature `redis-tls`, and clusters by `redis-cluster`.
//! - A launch of a known deployment costs one round trip: one `SET … NX GET PX` that uses up the
//!   nonce, and two `GET`, sent together. A new deployment costs a second one. In a cluster it is two:
//!   the nonce first, and then what is read beside it.
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
//! | `lti:v1:m` | which server has been writing here, and since when | never |
//! | `lti:v1:check` | written to see whether writing works | after a second |
//!
//! In a cluster nonces are `lti:v1:n:{<tag>}:<hash>`, and there is an `lti:v1:m:{<tag>}` beside those of each
//! of 128 hash tags. The tags are evenly apart among the slots, so that up to 128 masters share the nonces.
//!
//! # What has to be allowed
//!
//! ```text
//! ACL SETUSER tool on >secret ~lti:* +set +get +del +mget +eval +zadd +zcard +zscore +zrem +zrangebylex +info +role +ping +select +client|setinfo
//! ```
//!
//! With `+set +get` alone launches work, too. Without `+eval` and the sorted sets new deployments are neither
//! counted against their quota nor listed, and cannot be changed; without `+info` nobody knows whether the
//! server evicts keys or was replaced by another. Both are logged as warnings. A cluster's client also needs
//! `+cluster` and `+asking`.
//!
//! # What Redis may forget
//!
//! Redis can lose what it has acknowledged: when it evicts keys, when it starts anew without its last
//! writes, and when a replica that had not got them takes over. The nonces that are lost could be used
//! again.
//!
//! - A server that evicts is refused at the start, unless
//!   [`allow_evicting_policy`](RedisStoreBuilder::allow_evicting_policy) says otherwise: set
//!   `maxmemory-policy noeviction`. Whether that changes, and whether keys were evicted, is looked at every
//!   minute and logged as an error.
//! - Where the key `m` is gone, or another server wrote it, the store's memory counts as having begun just
//!   now, and launches whose login is older are refused with `state_expired`: people on their way begin
//!   anew. So it is after every restart and every failover, because nobody can tell whether something was
//!   lost. Within a cluster this is seen where a server comes back empty, and not where a replica takes
//!   over.
//! - Before all that, a launch is bound to the browser that began it: whoever else sends it is refused
//!   whatever Redis remembers.

mod builder;
mod connection;
mod deployment;
mod dialling;
mod error;
mod fault;
mod hash_tags;
mod inspection;
mod key;
mod line;
mod memory;
mod nonce;
mod parked;
mod record;
mod sentinel;
mod servers;
mod set_once;
mod store;
mod watch;

pub use self::{
    builder::RedisStoreBuilder, error::RedisConnectError, servers::RedisServers, store::RedisStore,
};

#[cfg(test)]
mod tests;
