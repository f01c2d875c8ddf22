//! Our metrics; nothing is left of them without the feature `metrics`.
//!
//! Every label is one of our own words: a value that others choose would make a time series of its own each
//! time (unbounded cardinality), in a system that is not made for personal data.

#[cfg(any(feature = "metrics", feature = "tracing"))]
use std::time::Instant;

#[cfg(feature = "metrics")]
use ::metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

#[cfg(feature = "services")]
use crate::error::LtiError;

#[cfg(feature = "metrics")]
mod names {
    pub(super) const LOGINS: &str = "lti_logins_total";
    pub(super) const LAUNCHES: &str = "lti_launches_total";
    pub(super) const LAUNCH_DURATION: &str = "lti_launch_duration_seconds";
    pub(super) const STORE_CALLS: &str = "lti_store_calls_total";
    pub(super) const STORE_CALL_DURATION: &str = "lti_store_call_duration_seconds";
    pub(super) const KEY_SET_FETCHES: &str = "lti_key_set_fetches_total";
    pub(super) const KEY_SET_FETCH_DURATION: &str = "lti_key_set_fetch_duration_seconds";
    pub(super) const EXCHANGES: &str = "lti_exchanges_total";
    pub(super) const EXCHANGE_DURATION: &str = "lti_exchange_duration_seconds";
    pub(super) const DEPLOYMENTS_CREATED: &str = "lti_deployments_created_total";
    #[cfg(feature = "services")]
    pub(super) const DEEP_LINKING_RESPONSES: &str = "lti_deep_linking_responses_total";
    #[cfg(feature = "services")]
    pub(super) const ACCESS_TOKENS: &str = "lti_access_tokens_total";
    #[cfg(feature = "services")]
    pub(super) const ACCESS_TOKEN_FETCH_DURATION: &str = "lti_access_token_fetch_duration_seconds";
    #[cfg(feature = "services")]
    pub(super) const SERVICE_CALLS: &str = "lti_service_calls_total";
    #[cfg(feature = "services")]
    pub(super) const SERVICE_CALL_DURATION: &str = "lti_service_call_duration_seconds";
    #[cfg(feature = "services")]
    pub(super) const SERVICE_WAITS: &str = "lti_service_waits_total";
}

/// When something began.
pub(super) struct Stopwatch(#[cfg(any(feature = "metrics", feature = "tracing"))] Instant);

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self(
            #[cfg(any(feature = "metrics", feature = "tracing"))]
            Instant::now(),
        )
    }

    /// For an event.
    pub(super) fn milliseconds(&self) -> u64 {
        #[cfg(any(feature = "metrics", feature = "tracing"))]
        {
            u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
        }
        #[cfg(not(any(feature = "metrics", feature = "tracing")))]
        0
    }

    #[cfg(feature = "metrics")]
    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// Describes each metric to the recorder. Once for each tool: the recorder may be another by then.
pub(crate) fn describe() {
    #[cfg(feature = "metrics")]
    {
        let counters = [
            (names::LOGINS, "Logins, by how they ended"),
            (names::LAUNCHES, "Launches, by how they ended"),
            (
                names::STORE_CALLS,
                "Calls of the stores, by what was asked and how they ended",
            ),
            (
                names::KEY_SET_FETCHES,
                "Fetches of platforms' key sets, by how they ended",
            ),
            (
                names::EXCHANGES,
                "Requests to platforms, by what they were for and how they ended",
            ),
            (
                names::DEPLOYMENTS_CREATED,
                "Deployments that this tool created",
            ),
        ];
        for (name, text) in counters {
            describe_counter!(name, Unit::Count, text);
        }
        let histograms = [
            (
                names::LAUNCH_DURATION,
                "How long a launch took, without the handler",
            ),
            (
                names::STORE_CALL_DURATION,
                "How long a call of a store took",
            ),
            (
                names::KEY_SET_FETCH_DURATION,
                "How long a fetch of a key set took",
            ),
            (
                names::EXCHANGE_DURATION,
                "How long a request to a platform took",
            ),
        ];
        for (name, text) in histograms {
            describe_histogram!(name, Unit::Seconds, text);
        }
        #[cfg(feature = "services")]
        describe_services();
    }
}

#[cfg(all(feature = "metrics", feature = "services"))]
fn describe_services() {
    let counters = [
        (
            names::DEEP_LINKING_RESPONSES,
            "Deep linking responses: signed, or why there was none",
        ),
        (
            names::ACCESS_TOKENS,
            "Access tokens: reused, granted, or why there was none",
        ),
        (
            names::SERVICE_CALLS,
            "Calls to platforms' services, by service and class of the status",
        ),
        (
            names::SERVICE_WAITS,
            "Pauses before a call to a service was repeated, by the reason",
        ),
    ];
    for (name, text) in counters {
        describe_counter!(name, Unit::Count, text);
    }
    let histograms = [
        (
            names::ACCESS_TOKEN_FETCH_DURATION,
            "How long a request for an access token took",
        ),
        (
            names::SERVICE_CALL_DURATION,
            "How long a call to a service took, with its repeats",
        ),
    ];
    for (name, text) in histograms {
        describe_histogram!(name, Unit::Seconds, text);
    }
}

/// Counts one more.
macro_rules! count {
    ($name:ident $(, $label:literal => $value:expr)*) => {{
        #[cfg(feature = "metrics")]
        counter!(names::$name $(, $label => $value)*).increment(1);
        #[cfg(not(feature = "metrics"))]
        {
            $(let _ = || $value;)*
        }
    }};
}

/// Records how long something took.
macro_rules! record {
    ($name:ident, $began:expr $(, $label:literal => $value:expr)*) => {{
        #[cfg(feature = "metrics")]
        histogram!(names::$name $(, $label => $value)*).record($began.seconds());
        #[cfg(not(feature = "metrics"))]
        let _ = || $began;
    }};
}

pub(super) fn login(outcome: &'static str) {
    count!(LOGINS, "outcome" => outcome);
}

pub(super) fn launch(outcome: &'static str, began: &Stopwatch) {
    count!(LAUNCHES, "outcome" => outcome);
    record!(LAUNCH_DURATION, began, "outcome" => outcome);
}

pub(super) fn store_call(operation: &'static str, outcome: &'static str, began: &Stopwatch) {
    count!(STORE_CALLS, "operation" => operation, "outcome" => outcome);
    record!(STORE_CALL_DURATION, began, "operation" => operation);
}

pub(super) fn key_fetch(outcome: &'static str, began: &Stopwatch) {
    count!(KEY_SET_FETCHES, "outcome" => outcome);
    record!(KEY_SET_FETCH_DURATION, began);
}

pub(super) fn exchange(kind: &'static str, outcome: &'static str, began: &Stopwatch) {
    count!(EXCHANGES, "kind" => kind, "outcome" => outcome);
    record!(EXCHANGE_DURATION, began, "kind" => kind);
}

/// A call of this tool created the record of a deployment.
pub(crate) fn deployment_created() {
    count!(DEPLOYMENTS_CREATED);
}

/// A deep linking response was signed, or refused for this reason.
#[cfg(feature = "services")]
pub(crate) fn deep_linking_response(signed: Result<(), &LtiError>) {
    let outcome = signed.map_or_else(|error| error.code().as_str(), |()| "signed");
    count!(DEEP_LINKING_RESPONSES, "outcome" => outcome);
}

/// An access token was reused, granted, or not to be had.
#[cfg(feature = "services")]
pub(super) fn access_token(outcome: &'static str) {
    count!(ACCESS_TOKENS, "outcome" => outcome);
}

#[cfg(feature = "services")]
pub(super) fn access_token_fetch(began: &Stopwatch) {
    record!(ACCESS_TOKEN_FETCH_DURATION, began);
}

#[cfg(feature = "services")]
pub(super) fn service_call(service: &'static str, status: &'static str, began: &Stopwatch) {
    count!(SERVICE_CALLS, "service" => service, "status" => status);
    record!(SERVICE_CALL_DURATION, began, "service" => service);
}

#[cfg(feature = "services")]
pub(super) fn service_wait(service: &'static str, why: &'static str) {
    count!(SERVICE_WAITS, "service" => service, "why" => why);
}
