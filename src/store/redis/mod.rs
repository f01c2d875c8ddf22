//! `RedisStore`: nonces and deployments shared by all instances.
//!
//! | key | value | expires |
//! |---|---|---|
//! | `<prefix>:v1:n:<hash>` | the attempt that used the nonce up | with the launch, at most about 12 minutes |
//! | `<prefix>:v1:d:<hash>` | the deployment's record, JSON | never |
//!
//! The hashes are SHA-256 of issuer, client id and nonce or deployment id, so that a key holds nothing
//! readable. The prefix is `lti` unless it is set.
//!
//! A launch from a known deployment costs one round trip, `SET … NX GET PX` and `GET` sent together;
//! a new deployment costs a second one, `SET … NX GET`. Launches need the commands `SET` and `GET`
//! alone; [`remove`](crate::store::DeploymentStore::remove) needs `DEL`.
//!
//! Every call has a deadline of its own. A connection that broke or timed out is dropped, and the
//! call tried once more on a new one with the same attempt: a reply that was lost does not turn a
//! first launch into a replay. What is still unknown then is an error, never a success.

mod connection;
mod record;
mod redis_store;

pub use self::redis_store::RedisStore;
