//! Events of what is asked of platforms: key sets, access tokens, services.

use std::error::Error;

#[cfg(feature = "services")]
use crate::{
    deployment::DeploymentKey,
    identity::RegistrationId,
    observe::{LogPermit, trace},
    service_error::{ActionBy, ServiceError},
};
use crate::{
    observe::trace::event,
    redact::{self, causes, log_value},
};

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

/// A part of a `Link` header is no link: the list may end too early.
#[cfg(feature = "services")]
pub(crate) fn link_left_out() {
    event!(
        warn,
        "a part of a platform's Link header is no link, and was left out"
    );
}

/// A platform publishes private keys: anybody can sign for it.
pub(crate) fn private_key_published() {
    event!(
        warn,
        "a key set holds private members; the platform's key is no secret any more"
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
