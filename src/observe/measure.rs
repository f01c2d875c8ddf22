//! Our metrics; nothing without the feature `metrics`.
//!
//! Every label is a word of ours. What others chose would make a time series for each value, and
//! would stand in systems that nobody expects it in.

#[cfg(feature = "metrics")]
use std::time::Instant;

#[cfg(feature = "metrics")]
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

#[cfg(feature = "metrics")]
mod names {
    pub(super) const LOGINS: &str = "lti_logins_total";
    pub(super) const LAUNCHES: &str = "lti_launches_total";
    pub(super) const LAUNCH_DURATION: &str = "lti_launch_duration_seconds";
    pub(super) const STORE_CALLS: &str = "lti_store_calls_total";
    pub(super) const STORE_CALL_DURATION: &str = "lti_store_call_duration_seconds";
    pub(super) const KEY_SET_FETCHES: &str = "lti_key_set_fetches_total";
    pub(super) const KEY_SET_FETCH_DURATION: &str = "lti_key_set_fetch_duration_seconds";
    pub(super) const DEPLOYMENTS_CREATED: &str = "lti_deployments_created_total";
}

/// When something began.
pub(super) struct Stopwatch(#[cfg(feature = "metrics")] Instant);

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self(
            #[cfg(feature = "metrics")]
            Instant::now(),
        )
    }

    #[cfg(feature = "metrics")]
    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// Tells the recorder what each metric is. Once for each tool, because the recorder may be another.
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
        ];
        for (name, text) in histograms {
            describe_histogram!(name, Unit::Seconds, text);
        }
    }
}

pub(super) fn login(outcome: &'static str) {
    #[cfg(feature = "metrics")]
    counter!(names::LOGINS, "outcome" => outcome).increment(1);
    #[cfg(not(feature = "metrics"))]
    let _ = outcome;
}

pub(super) fn launch(outcome: &'static str, began: &Stopwatch) {
    #[cfg(feature = "metrics")]
    {
        counter!(names::LAUNCHES, "outcome" => outcome).increment(1);
        histogram!(names::LAUNCH_DURATION, "outcome" => outcome).record(began.seconds());
    }
    #[cfg(not(feature = "metrics"))]
    let _ = (outcome, began);
}

pub(super) fn store_call(operation: &'static str, outcome: &'static str, began: &Stopwatch) {
    #[cfg(feature = "metrics")]
    {
        counter!(names::STORE_CALLS, "operation" => operation, "outcome" => outcome).increment(1);
        histogram!(names::STORE_CALL_DURATION, "operation" => operation).record(began.seconds());
    }
    #[cfg(not(feature = "metrics"))]
    let _ = (operation, outcome, began);
}

pub(super) fn key_fetch(outcome: &'static str, began: &Stopwatch) {
    #[cfg(feature = "metrics")]
    {
        counter!(names::KEY_SET_FETCHES, "outcome" => outcome).increment(1);
        histogram!(names::KEY_SET_FETCH_DURATION).record(began.seconds());
    }
    #[cfg(not(feature = "metrics"))]
    let _ = (outcome, began);
}

/// A call of this tool made the record of a deployment.
pub(crate) fn deployment_created() {
    #[cfg(feature = "metrics")]
    counter!(names::DEPLOYMENTS_CREATED).increment(1);
}
