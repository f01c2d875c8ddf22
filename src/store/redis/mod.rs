//! Nonces and deployments in Redis, shared by all instances of a tool.
//!
//! - A launch of a known deployment costs one round trip: one `SET … NX GET PX` that uses up the
//!   nonce, and one `GET` of the deployment, sent together. A new deployment costs a second one.
//! - The commands are `SET` and `GET`, and `EVAL` to create, change or remove a deployment, with `GET`, `SET`,
//!   `DEL`, `ZADD`, `ZCARD`, `ZREM` and `ZSCORE` inside. An access list must allow all of them.
//! - Every key begins with the prefix (`lti` by default) and has a SHA-256 in it: no issuer, client id,
//!   nonce or name of a person is ever written, so that dumps and slow logs give nothing away.
//! - Every call has a deadline of its own, one second a try and two tries at most. A reply that was
//!   lost is asked for again on a fresh connection and recognised as this very launch's; an outcome
//!   that stays unknown is an error, never a guess.
//! - Redis may lose what it has acknowledged, at a failover or when it evicts keys. Set
//!   `maxmemory-policy noeviction`, and turn persistence on.
//!
//! For `rediss://`, turn on a TLS feature of the `redis` crate, such as `tokio-rustls-comp`.

mod connection;
mod deployment;
mod error;
mod fault;
mod key;
mod nonce;
mod parked;
mod record;
mod set_once;
mod store;

pub use self::{error::RedisConnectError, store::RedisStore};

#[cfg(test)]
mod tests;
