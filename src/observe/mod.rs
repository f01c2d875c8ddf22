//! What an operator sees: spans around logins, launches, store calls and key fetches, events,
//! and metrics.
//!
//! 1. Nothing personal and nothing secret comes here, except to be hashed.
//! 2. Values that a platform chose are escaped and cut, and stand in spans and events, never in metrics.
//! 3. Events that anybody can cause are rate-limited; metrics count all of them.
//! 4. A login or launch that is dropped early has an outcome too: `abandoned`.
//!
//! Without the features `tracing` and `metrics` nothing of it is left. The list of all spans, events
//! and metrics is a page of the [guide](crate::guide::observability).

mod error_rate_limit;
pub(crate) mod event;
mod exchange;
mod flow_span;
mod key_fetch;
mod metrics;
mod outcome;
mod rejection_rate_limit;
#[cfg(feature = "services")]
mod service_call;
mod spans;
mod store_call;
#[cfg(feature = "services")]
mod token_fetch;
mod trace;

pub(crate) use self::{
    error_rate_limit::ErrorRateLimit,
    exchange::ExchangeWatch,
    flow_span::FlowSpan,
    key_fetch::KeyFetch,
    metrics::{deployment_created, describe},
    outcome::{ErrorWord, Outcome},
    rejection_rate_limit::{LogPermit, RejectionRateLimit},
    store_call::{Operation, store_call},
    trace::in_current_span,
};
#[cfg(feature = "services")]
pub(crate) use self::{
    metrics::deep_linking_response,
    service_call::ServiceCallSpan,
    token_fetch::{TokenFetch, access_token_reused},
};
