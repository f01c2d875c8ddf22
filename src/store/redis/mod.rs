//! Nonces, deployments and sessions in Redis, shared by all instances of a tool.
//!
//! - [`RedisServers`] is where Redis runs: one server, a master behind sentinels, or a cluster; TLS needs the
//!   feature `redis-tls`, and clusters `redis-cluster`.
//! - A launch of a known deployment costs one round trip: one `SET … NX GET PX` that consumes the nonce, and two
//!   `GET`, sent together. A new deployment costs a second one. In a cluster it is two: the nonce first, then what
//!   is read with it.
//! - A request with a session (feature `sessions`) costs one round trip: a `GET` and a `PEXPIRE` of the session, and
//!   `GET`s of its marks and of its deployment. In a cluster it is two: the session first.
//! - At most once in two milliseconds a launch checks, in its own round trip, whether the server still has what was
//!   written: a `GET` of the nonce that was consumed last, and `INFO server` and `INFO replication`. Without launches
//!   this is checked every second. In a cluster a launch checks with the `GET` only, and every master is checked
//!   every second.
//! - Every call has a deadline: one second for each of two attempts. A launch makes one call, and a second one if
//!   the deployment is new. After a lost reply the call is retried on a new connection, and recognised as the same
//!   launch's; an outcome that stays unknown is an error.
//! - A connection that timed out, broke, or leads to a server that rejects writes is replaced, and sentinels or
//!   nodes are asked for the master. No restart is needed.
//!
//! # What is written
//!
//! Every key begins with the prefix (`lti` by default) and contains a SHA-256 in place of issuer, client id and
//! nonce, so that dumps and slow logs disclose nothing. Registrations themselves are no secret, and are not sealed.
//!
//! | key | value | expires |
//! |---|---|---|
//! | `lti:v1:n:<hash>` | a consumed nonce: the random id of the attempt that consumed it | a minute after its launch cannot be accepted any more |
//! | `lti:v1:d:{<hash>}:<hash>` | a deployment: JSON with its id, status, origin and time | never |
//! | `lti:v1:i:{<hash>}` | the ids of a registration's deployments | never |
//! | `lti:v1:p:<hash>` | a parked launch, encrypted | with its ticket |
//! | `lti:v1:s:<hash>` | a session, encrypted | with its idle lifetime, renewed at each request |
//! | `lti:v1:e:{<hash>}` | a mark: the sessions of a user, a deployment or a registration were ended; a random value | once no session can be older |
//! | `lti:v1:k` | the tool's own keys, encrypted, if they are kept here: a hash with a field for each | never |
//! | `lti:v1:r:{r}` | registrations that change while the tool runs, if they are kept here: a hash with their JSON by the SHA-256 of their ids | never |
//! | `lti:v1:r:{r}:names`, `lti:v1:r:{r}:revision` | their login names, and a random value that each change replaces | never |
//! | `lti:v1:m` | the epoch: which server writes here (`run_id/master_replid`), and since when it has lost no data | never |
//! | `lti:v1:check`, `lti:v1:check:{<hash>}`, `lti:v1:check:{<tag>}`, `lti:v1:check:{lti:v1:s:<hash>}`, `lti:v1:check:{r}` | written to check that writes work, and are durable | after a second |
//! | `lti:v1:check:list` | written to check that sorted sets work | at once |
//!
//! In a cluster nonces are `lti:v1:n:{<tag>}:<hash>`, with an `lti:v1:m:{<tag>}` for each of 128 hash tags. The
//! tags are spread evenly over the slots, so that up to 128 masters share the nonces.
//!
//! # What has to be allowed
//!
//! On every version of Redis and Valkey:
//!
//! ```text
//! ACL SETUSER tool on >secret ~lti:* +set +get +del +pexpire +mget +eval +zadd +zcard +zscore +zrem +zrangebylex +watch +multi +exec +wait +info +time +role +ping +select
//! ```
//!
//! With a [`prefix`](RedisStoreBuilder::prefix) of your own, write that in the place of `lti`.
//!
//! | commands | what for |
//! |---|---|
//! | `set`, `get` | launches, and all of them; without these nothing works |
//! | `eval`, `zadd`, `zcard`, `zscore` | new deployments are made, counted and listed in one step |
//! | `zrem`, `del` | deployments are removed, parked launches resumed, and sessions ended |
//! | `pexpire` | sessions are renewed; without the feature `sessions` it may be left out |
//! | `zrangebylex`, `mget` | deployments are listed |
//! | `watch`, `multi`, `exec` | a status is changed where there are no scripts, or where [`Durability`] is asked for |
//! | `wait` | [`Durability::replicas`] |
//! | `info`, `time` | whether the server evicts keys, which one it is, and what its clock says |
//! | `role` | whether the server that sentinels name is a master |
//! | `ping`, `select` | the driver, with a database other than 0 |
//!
//! The tool's own keys (`ToolKeys::stored`) need `+hgetall +hsetnx +hset +hdel` as well, and registrations that change while
//! the tool runs (`LiveRegistrations`) need `+hget +hlen +hscan +hset +hdel`. The client of a cluster
//! needs this:
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
//! - *Without `PEXPIRE`* (or `DEL`) launches work, and start sessions that are not found again (or not ended): those
//!   requests are answered with 503.
//! - *With `SET` and `GET` alone* launches work, deployments are created, and can be disabled.
//! - *Without `INFO`* eviction, a replaced server and a changed clock go unnoticed: a loss is detected by keys that are
//!   gone.
//!
//! # What Redis may lose
//!
//! Redis can lose acknowledged writes: when it evicts keys, restarts without its last writes, or fails over to a
//! replica that lags behind. Lost nonces could be used again, and so could a disabled deployment: its record is as
//! it was before, or is gone.
//!
//! - A server that evicts keys is rejected at the start, unless
//!   [`insecure_allow_evicting_policy`](RedisStoreBuilder::insecure_allow_evicting_policy) says otherwise: set
//!   `maxmemory-policy noeviction`. Whether that changes, and whether keys were evicted, is checked every
//!   minute and logged as an error.
//! - After a loss, launches whose login is older than the server's last reply before it are rejected with
//!   `state_expired`: those users start again from their course, and later logins are accepted. In a cluster a
//!   launch is judged by the server that keeps its nonce. Every restart and every failover counts as a loss.
//! - A loss is detected if the key `m` is gone or another server wrote it; if the nonce that this instance
//!   consumed last is gone; if the server is another process (`run_id`) or has another replication history
//!   (`master_replid`, and was a replica); and if its clock was set forward by more than half a minute, because
//!   nonces expire by it. A server that gets its first replica has lost nothing.
//! - An instance that finds an empty server when it first connects rejects launches whose login is older than its
//!   store.
//! - The loss of nonces that *another* instance consumed in the last second is detected by that instance, within
//!   a second.
//! - *A disabled deployment stays disabled* for as long as Redis keeps what it acknowledged. If the record
//!   is lost, the next launch of the deployment is its first one again, and by default creates it as active. After a
//!   failover or a restart without data the log has an ERROR: check the deployments then. To
//!   rule it out, let a change wait for replicas or the disk
//!   ([`durable_status_changes`](RedisStoreBuilder::durable_status_changes)), or keep deployments in a database
//!   and nonces alone in Redis: [`custom_stores`](crate::guide::custom_stores#deployments-that-outlive-redis).
//! - *A session that was ended stays ended* likewise. After a loss one that was signed out of may be found again until
//!   it expires, and so may those that were ended together. A sign-out, and a call that ends the sessions of a user, a
//!   deployment or a registration, wait for replicas or the disk, too, where
//!   [`durable_status_changes`](RedisStoreBuilder::durable_status_changes) is set.
//! - Whatever Redis loses, a launch is bound to the browser that began it: any other one is rejected.

mod builder;
mod call_error;
mod connection;
mod data_loss;
mod deployments;
mod durability;
mod error;
mod hash_tags;
mod key;
mod nonce;
mod parked;
#[cfg(feature = "registration")]
mod registrations;
mod reply;
mod servers;
#[cfg(feature = "sessions")]
mod sessions;
mod store;
#[cfg(feature = "services")]
mod tool_keys;

pub use self::{
    builder::RedisStoreBuilder, durability::Durability, error::RedisConnectError,
    servers::RedisServers, store::RedisStore,
};

#[cfg(test)]
mod tests;
