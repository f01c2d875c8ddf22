//! Events of the Redis store.

use crate::{observe::trace::event, redact::log_value};

/// First contact with a Redis server that no launch was recorded in before.
pub(crate) fn store_memory_began() {
    event!(
        warn,
        "Redis may have lost data: it is new here or was restarted; launches that began before are rejected"
    );
}

/// This process has seen data in Redis that is not there any more.
pub(crate) fn store_memory_lost() {
    event!(
        error,
        "Redis was replaced or restarted and may have lost data; launches that began before are rejected, and deployments may be missing"
    );
}

/// The connection to Redis is dropped; the next call reconnects.
pub(crate) fn store_connection_lost() {
    event!(warn, "the connection to Redis is given up");
}

/// Some masters of a cluster take no writes.
pub(crate) fn store_degraded(writable: usize, servers: usize) {
    event!(
        warn,
        writable = writable,
        servers = servers,
        "some masters of the Redis Cluster take no writes; launches whose nonce or deployment they keep are refused"
    );
}

/// All masters of a cluster take writes again.
pub(crate) fn store_recovered(servers: usize) {
    event!(
        info,
        servers = servers,
        "all masters of the Redis Cluster take writes again"
    );
}

/// Redis may evict nonces.
pub(crate) fn store_evicts(policy: &str) {
    event!(
        error,
        policy = log_value(policy),
        "Redis evicts keys when its memory is full; set maxmemory-policy noeviction"
    );
}

/// Redis does not say whether it evicts.
pub(crate) fn store_policy_unknown() {
    event!(
        warn,
        "Redis does not allow INFO; whether it evicts keys is unknown"
    );
}

/// Redis has evicted keys.
pub(crate) fn store_evicted_keys(keys: u64) {
    event!(
        error,
        keys = keys,
        "Redis has evicted keys; a used nonce may be among them"
    );
}

/// Redis allows no scripts.
pub(crate) fn store_scripts_missing() {
    event!(
        warn,
        "Redis allows no scripts (EVAL); quotas are held approximately, and a status is changed over a connection of its own"
    );
}

/// Redis allows no sorted sets.
pub(crate) fn store_lists_missing() {
    event!(
        warn,
        "Redis allows no sorted sets (ZADD, ZCARD, ZSCORE); new deployments are neither listed nor counted"
    );
}

/// Redis allows neither scripts nor transactions.
pub(crate) fn store_transactions_missing() {
    event!(
        warn,
        "Redis allows neither scripts nor transactions (WATCH, MULTI, EXEC); deployments can be disabled, but neither opened nor approved"
    );
}
