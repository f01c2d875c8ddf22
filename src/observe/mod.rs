//! What an operator sees: spans around logins, launches, store calls and key fetches, events,
//! and metrics.
//!
//! 1. Nothing personal and nothing secret is handed to this room, except to be hashed.
//! 2. What a platform chose is escaped and cut, and stands in spans and events alone.
//! 3. What anybody can cause is rate-limited, and counted all the same.
//! 4. Whatever ends early is seen too: it is `abandoned`.
//!
//! Without the features `tracing` and `metrics` nothing of it is left. The list of all spans, events
//! and metrics is a page of the [guide](crate::guide::observability).

pub(crate) mod event;
mod key_fetch;
mod measure;
mod outcome;
mod span;
mod store_call;
mod telling;
mod trouble;
mod visit;

pub(crate) use self::{
    key_fetch::KeyFetch,
    measure::{deployment_created, describe},
    outcome::{ErrorWord, Outcome},
    span::in_current_span,
    store_call::{Operation, store_call},
    telling::{Refusals, Telling},
    trouble::Troubles,
    visit::Visit,
};
