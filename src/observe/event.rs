//! Our events.

use std::error::Error;

#[cfg(feature = "services")]
use crate::{
    deployment::DeploymentKey,
    identity::RegistrationId,
    service_error::{ActionBy, ServiceError},
};
use crate::{
    error::LtiError,
    observe::{
        LogPermit, Outcome,
        trace::{self, event},
    },
    redact::{self, causes, log_value},
};

/// A login sent the browser to its platform.
pub(crate) fn login_started() {
    event!(debug, "login started");
}

/// A login or a launch was rejected: at ERROR where the tool or its store is at fault, at most once in ten
/// seconds for each code; at DEBUG above the rate limit for requests that have proven nothing; else at WARN.
pub(crate) fn rejected(error: &LtiError, permit: LogPermit, permits_error: impl FnOnce() -> bool) {
    macro_rules! log {
        ($level:ident) => {{
            let detail = error.detail();
            event!(
                $level,
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
                source = error.source().map(|source| causes(source)),
                suppressed = Some(permit.suppressed).filter(|count| *count > 0),
                "{error}"
            );
        }};
    }
    if !trace::IS_ENABLED {
        return;
    }
    if !permit.is_granted {
        log!(debug);
    } else if error.status().is_server_error() && permits_error() {
        log!(error);
    } else {
        log!(warn);
    }
}

/// A call to a service failed: at ERROR where the tool or its store is at fault, at most once in ten seconds
/// for each code; at DEBUG above the rate limit; else at WARN. What the platform said is left out but for its code.
#[cfg(feature = "services")]
pub(crate) fn service_call_failed(
    error: &ServiceError,
    service: &'static str,
    deployment: &DeploymentKey,
    permit: LogPermit,
    permits_error: impl FnOnce() -> bool,
) {
    macro_rules! log {
        ($level:ident) => {{
            event!(
                $level,
                code = error.code(),
                action_by = error.action_by().as_str(),
                reference = error.reference(),
                service = service,
                issuer = log_value(deployment.registration().issuer().as_str()),
                client_id = log_value(deployment.registration().client_id().as_str()),
                deployment = deployment.to_text(),
                status = error.platform_status().map(|status| status.as_u16()),
                platform_error = error.platform_code(),
                clock_offset = error.clock_offset(),
                source = error.source().map(|source| causes(source)),
                suppressed = Some(permit.suppressed).filter(|count| *count > 0),
                "{error}"
            );
        }};
    }
    if !trace::IS_ENABLED {
        return;
    }
    if !permit.is_granted {
        log!(debug);
    } else if error.action_by() == ActionBy::ToolOperator
        && error.status().is_server_error()
        && permits_error()
    {
        log!(error);
    } else {
        log!(warn);
    }
}

/// A request for an access token failed; each call that waited for it says so, too.
#[cfg(feature = "services")]
pub(crate) fn no_access_token(error: &ServiceError, registration: &RegistrationId) {
    event!(
        debug,
        code = error.code(),
        reference = error.reference(),
        issuer = log_value(registration.issuer().as_str()),
        client_id = log_value(registration.client_id().as_str()),
        status = error.platform_status().map(|status| status.as_u16()),
        platform_error = error.platform_code(),
        source = error.source().map(causes),
        "a request for an access token failed"
    );
}

/// A layer has a path where no launch arrives.
pub(crate) fn launch_path_unknown(path: &str, launch_path: &str) {
    event!(
        error,
        path = log_value(path),
        launch_path = log_value(launch_path),
        "no launch URL has this path: launches will not reach the layer there"
    );
}

/// What looks like a launch passed a layer by, and reached a handler that asks for one.
#[cfg(feature = "axum")]
pub(crate) fn launch_not_covered(path: &str, covered: &str) {
    event!(
        error,
        path = log_value(path),
        covered = covered,
        "no LtiLaunchLayer covered this path; under axum's nest it has no prefix: see LtiLaunchLayer::mounted_at"
    );
}

/// A launch was let in.
pub(crate) fn launched(outcome: Outcome) {
    event!(info, outcome = outcome.as_str(), "launched");
}

/// A launch is proven, its deployment is not known, and the handler or an onboarding page decides.
pub(crate) fn deployment_missing(outcome: Outcome) {
    event!(
        info,
        outcome = outcome.as_str(),
        "the deployment is not known"
    );
}

/// The application's hook for a new deployment failed; the launch goes on.
pub(crate) fn created_hook_failed(error: &dyn Error) {
    event!(
        error,
        source = one_line(error),
        "the hook for a new deployment failed"
    );
}

/// The application's condition for a new deployment failed; the deployment is not created.
pub(crate) fn condition_failed(error: &dyn Error) {
    event!(
        error,
        source = one_line(error),
        "the condition for new deployments failed"
    );
}

/// An error of the application's own code: escaped, and no more than a line of it.
fn one_line(error: &dyn Error) -> String {
    redact::line(&redact::without_queries(&error.to_string()), 200)
}

/// A part of a `Link` header is no link: the list may end too early.
#[cfg(feature = "services")]
pub(crate) fn link_left_out() {
    event!(
        warn,
        "a part of a platform's Link header is no link, and was left out"
    );
}

/// A launch could not be parked; the user launches again instead.
pub(crate) fn not_parked(error: &dyn Error) {
    event!(warn, source = causes(error), "a launch could not be parked");
}

/// A resumed launch could not be removed from the store; it expires by itself.
pub(crate) fn not_unparked(error: &dyn Error) {
    event!(
        warn,
        source = causes(error),
        "a resumed launch stays parked until it expires"
    );
}

/// The signed target differs from the login's, and the registration allows that.
pub(crate) fn target_differs(came: &str, expected: &str) {
    event!(
        warn,
        came = log_value(came),
        expected = expected,
        "target_link_uri is not the one that the login named; the signed one is used"
    );
}

/// A platform publishes private keys: anybody can sign for it.
pub(crate) fn private_key_published() {
    event!(
        warn,
        "a key set holds private members; the platform's key is no secret any more"
    );
}

/// The store of the tool's own keys does not answer; those that are known go on.
#[cfg(feature = "services")]
pub(crate) fn tool_keys_not_read(error: &dyn Error) {
    event!(
        error,
        source = causes(error),
        "the tool's keys could not be read from their store; those that are known go on"
    );
}

/// The store of the tool's own keys answers again.
#[cfg(feature = "services")]
pub(crate) fn tool_keys_read_again() {
    event!(info, "the tool's keys are read from their store again");
}

/// A stored key of the tool cannot be opened; the others go on.
#[cfg(feature = "services")]
pub(crate) fn tool_key_unreadable(kid: &str) {
    event!(
        error,
        kid = log_value(kid),
        "a stored key of the tool cannot be opened: forged, damaged, or sealed with another secret"
    );
}

/// A platform's keys could not be fetched; a set that is cached goes on serving.
pub(crate) fn key_set_fetch_failed(
    url: &str,
    what: &'static str,
    cause: Option<&(dyn Error + 'static)>,
) {
    event!(
        warn,
        url = log_value(&redact::url(url)),
        source = cause.map(causes),
        "{what}"
    );
    let _ = what;
}

/// A request to a platform is over.
pub(crate) fn exchange(
    kind: &'static str,
    method: &str,
    url: impl FnOnce() -> String,
    outcome: &'static str,
    status: Option<u16>,
    bytes: usize,
    milliseconds: impl FnOnce() -> u64,
) {
    event!(
        debug,
        kind = kind,
        method = method,
        url = url(),
        outcome = outcome,
        status = status,
        milliseconds = milliseconds(),
        bytes = bytes,
        "exchange"
    );
}

/// First contact with a Redis server that no launch was recorded in before.
#[cfg(feature = "redis")]
pub(crate) fn store_memory_began() {
    event!(
        warn,
        "Redis may have lost data: it is new here or was restarted; launches that began before are rejected"
    );
}

/// This process has seen data in Redis that is not there any more.
#[cfg(feature = "redis")]
pub(crate) fn store_memory_lost() {
    event!(
        error,
        "Redis was replaced or restarted and may have lost data; launches that began before are rejected, and deployments may be missing"
    );
}

/// The connection to Redis is dropped; the next call reconnects.
#[cfg(feature = "redis")]
pub(crate) fn store_connection_lost() {
    event!(warn, "the connection to Redis is given up");
}

/// Some masters of a cluster take no writes.
#[cfg(feature = "redis")]
pub(crate) fn store_degraded(writable: usize, servers: usize) {
    event!(
        warn,
        writable = writable,
        servers = servers,
        "some masters of the Redis Cluster take no writes; launches whose nonce or deployment they keep are refused"
    );
}

/// All masters of a cluster take writes again.
#[cfg(feature = "redis")]
pub(crate) fn store_recovered(servers: usize) {
    event!(
        info,
        servers = servers,
        "all masters of the Redis Cluster take writes again"
    );
}

/// Redis may evict nonces.
#[cfg(feature = "redis")]
pub(crate) fn store_evicts(policy: &str) {
    event!(
        error,
        policy = log_value(policy),
        "Redis evicts keys when its memory is full; set maxmemory-policy noeviction"
    );
}

/// Redis does not say whether it evicts.
#[cfg(feature = "redis")]
pub(crate) fn store_policy_unknown() {
    event!(
        warn,
        "Redis does not allow INFO; whether it evicts keys is unknown"
    );
}

/// Redis has evicted keys.
#[cfg(feature = "redis")]
pub(crate) fn store_evicted_keys(keys: u64) {
    event!(
        error,
        keys = keys,
        "Redis has evicted keys; a used nonce may be among them"
    );
}

/// Redis allows no scripts.
#[cfg(feature = "redis")]
pub(crate) fn store_scripts_missing() {
    event!(
        warn,
        "Redis allows no scripts (EVAL); quotas are held approximately, and a status is changed over a connection of its own"
    );
}

/// Redis allows no sorted sets.
#[cfg(feature = "redis")]
pub(crate) fn store_lists_missing() {
    event!(
        warn,
        "Redis allows no sorted sets (ZADD, ZCARD, ZSCORE); new deployments are neither listed nor counted"
    );
}

/// Redis allows neither scripts nor transactions.
#[cfg(feature = "redis")]
pub(crate) fn store_transactions_missing() {
    event!(
        warn,
        "Redis allows neither scripts nor transactions (WATCH, MULTI, EXEC); deployments can be disabled, but neither opened nor approved"
    );
}
