//! Our events; nothing without the feature `tracing`.

use crate::{
    error::LtiError,
    observe::{Outcome, Telling},
};
#[cfg(feature = "tracing")]
use crate::{
    observe::span::{shown, without_query},
    redact,
};

/// A login sent the browser to its platform.
pub(crate) fn login_started() {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "tower_lti", "login started");
}

/// A login or a launch was refused. What is wrong with us, and not with what came, is an error when it
/// is news. What has proven nothing is told at DEBUG when there is too much of it.
pub(crate) fn refused(error: &LtiError, telling: Telling, is_news: impl FnOnce() -> bool) {
    #[cfg(feature = "tracing")]
    {
        macro_rules! tell {
            ($level:ident, $source:expr) => {{
                let detail = error.detail();
                tracing::$level!(
                    target: "tower_lti",
                    code = error.code().as_str(),
                    who = error.kind().responsible().as_str(),
                    reference = error.reference(),
                    issuer = detail.issuer(),
                    client_id = detail.client_id(),
                    deployment_id = detail.deployment_id(),
                    deployment = detail.deployment(),
                    field = detail.field(),
                    came = detail.came(),
                    expected = detail.expected(),
                    platform_error = detail.platform_error(),
                    hint = detail.hint(),
                    source = $source,
                    suppressed = Some(telling.suppressed).filter(|count| *count > 0),
                    "{error}"
                );
            }};
        }
        let is_ours = error.status().is_server_error();
        match (telling.is_told, is_ours) {
            (false, _) => tell!(debug, why(error)),
            (true, true) if is_news() => tell!(error, why(error)),
            (true, _) => tell!(warn, why(error)),
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (error, telling, is_news);
}

/// All that led to it, in one line.
#[cfg(feature = "tracing")]
fn why(error: &LtiError) -> Option<String> {
    std::error::Error::source(error).map(redact::causes)
}

/// A layer has a path where no launch arrives.
pub(crate) fn launch_path_unknown(path: &str, launch_path: &str) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: "tower_lti",
        path = &*shown(path),
        launch_path = &*shown(launch_path),
        "no launch URL has this path: launches will not reach the layer there"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (path, launch_path);
}

/// What looks like a launch went by a layer, and reached a handler that asks for one.
#[cfg(feature = "axum")]
pub(crate) fn launch_not_covered(path: &str, covered: &str) {
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: "tower_lti",
        path = &*shown(path),
        covered,
        "no LtiLaunchLayer covered this path; under axum's nest it has no prefix: see LtiLaunchLayer::mounted_at"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (path, covered);
}

/// A launch was let in.
pub(crate) fn launched(outcome: Outcome) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "tower_lti", outcome = outcome.as_str(), "launched");
    #[cfg(not(feature = "tracing"))]
    let _ = outcome;
}

/// A launch is proven, its deployment is not known, and somebody else decides.
pub(crate) fn deployment_missing(outcome: Outcome) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "tower_lti", outcome = outcome.as_str(), "the deployment is not known");
    #[cfg(not(feature = "tracing"))]
    let _ = outcome;
}

/// What the tool runs for a new deployment failed; the launch goes on.
pub(crate) fn created_hook_failed(error: &dyn std::error::Error) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "tower_lti", source = in_one_line(error), "the hook for a new deployment failed");
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// What says whether a launch may create its deployment failed; it then may not.
pub(crate) fn condition_failed(error: &dyn std::error::Error) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "tower_lti", source = in_one_line(error), "the condition for new deployments failed");
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// What the tool's own code says of a failure: escaped, and no more than a line of it.
#[cfg(feature = "tracing")]
fn in_one_line(error: &dyn std::error::Error) -> String {
    redact::line(&redact::without_queries(&error.to_string()), 200)
}

/// A launch could not be parked; the person launches again instead.
pub(crate) fn not_parked(error: &dyn std::error::Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", source = redact::causes(error), "a launch could not be parked");
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// A launch that was resumed could not be taken out of the store; it expires by itself.
pub(crate) fn not_unparked(error: &dyn std::error::Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", source = redact::causes(error), "a resumed launch stays parked until it expires");
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

/// The signed target differs from the login's, and the registration allows that.
pub(crate) fn target_differs(came: &str, expected: &str) {
    #[cfg(feature = "tracing")]
    {
        let came = &*crate::redact::log_value(came);
        tracing::warn!(target: "tower_lti", came, expected, "target_link_uri is not the one that the login named; the signed one is used");
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (came, expected);
}

/// A platform publishes private keys: everybody can sign for it.
pub(crate) fn private_key_published() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "a key set holds private members; the platform's key is no secret any more");
}

/// A platform's keys could not be fetched; a set that is kept goes on serving.
pub(crate) fn key_set_fetch_failed(
    url: &str,
    what: &'static str,
    cause: Option<&(dyn std::error::Error + 'static)>,
) {
    #[cfg(feature = "tracing")]
    {
        let source = cause.map(redact::causes);
        let url = &*shown(without_query(url));
        tracing::warn!(target: "tower_lti", url, source, "{what}");
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (url, what, cause);
}

/// A server's memory begins, and this process has seen none before: it is new, or was started anew.
#[cfg(feature = "redis")]
pub(crate) fn store_memory_began() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "Redis is new here, or may have forgotten something; launches that began before are refused");
}

/// A server's memory begins where this process has seen one before, or another server wrote it.
#[cfg(feature = "redis")]
pub(crate) fn store_memory_lost() {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "tower_lti", "Redis was replaced or started anew, and may have forgotten something; launches that began before are refused, and deployments may be lost, too");
}

/// The connection to Redis is given up, and made anew with the next call.
#[cfg(feature = "redis")]
pub(crate) fn store_connection_lost() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "the connection to Redis is given up");
}

/// Some masters of a cluster take no writes.
#[cfg(feature = "redis")]
pub(crate) fn store_degraded(writable: usize, servers: usize) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", writable, servers, "some masters of the Redis Cluster take no writes; launches whose nonce or deployment they keep are refused");
    #[cfg(not(feature = "tracing"))]
    let _ = (writable, servers);
}

/// All masters of a cluster take writes again.
#[cfg(feature = "redis")]
pub(crate) fn store_recovered(servers: usize) {
    #[cfg(feature = "tracing")]
    tracing::info!(target: "tower_lti", servers, "all masters of the Redis Cluster take writes again");
    #[cfg(not(feature = "tracing"))]
    let _ = servers;
}

/// Redis may evict nonces.
#[cfg(feature = "redis")]
pub(crate) fn store_evicts(policy: &str) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "tower_lti", policy = &*shown(policy), "Redis evicts keys when its memory is full; set maxmemory-policy noeviction");
    #[cfg(not(feature = "tracing"))]
    let _ = policy;
}

/// Redis does not say whether it evicts.
#[cfg(feature = "redis")]
pub(crate) fn store_policy_unknown() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "Redis does not allow INFO; whether it evicts keys is unknown");
}

/// Redis has evicted keys.
#[cfg(feature = "redis")]
pub(crate) fn store_evicted_keys(keys: u64) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "tower_lti", keys, "Redis has evicted keys; a used nonce may be among them");
    #[cfg(not(feature = "tracing"))]
    let _ = keys;
}

/// Redis allows no scripts.
#[cfg(feature = "redis")]
pub(crate) fn store_scripts_missing() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "Redis allows no scripts (EVAL); quotas are held approximately, and a status is changed over a connection of its own");
}

/// Redis allows no sorted sets.
#[cfg(feature = "redis")]
pub(crate) fn store_lists_missing() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "Redis allows no sorted sets (ZADD, ZCARD, ZSCORE); new deployments are neither listed nor counted");
}

/// Redis allows neither scripts nor transactions.
#[cfg(feature = "redis")]
pub(crate) fn store_transactions_missing() {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_lti", "Redis allows neither scripts nor transactions (WATCH, MULTI, EXEC); deployments can be disabled, but neither opened nor approved");
}
