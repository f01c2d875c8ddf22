//! Events of logins and launches.

use std::error::Error;

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

/// A launch was let in: its browser was proven by a cookie, or by the platform's storage.
pub(crate) fn launched(outcome: Outcome, without_cookies: bool) {
    let binding = without_cookies.then_some("storage");
    event!(
        info,
        outcome = outcome.as_str(),
        binding = binding,
        "launched"
    );
}

/// A launch came without its cookie, and its browser was asked for the secret in the platform's storage.
pub(crate) fn storage_asked() {
    event!(debug, "the platform's storage is asked");
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

/// An error of the application's own code: escaped, and no more than a line of it.
fn one_line(error: &dyn Error) -> String {
    redact::line(&redact::without_queries(&error.to_string()), 200)
}
