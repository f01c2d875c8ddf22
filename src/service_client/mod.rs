//! Calls to a platform's services: access token, origin, rate limits and repeats inside.
//!
//! 1. Registration and deployment are looked up for each call, and have to be open.
//! 2. The access token goes to origins alone that the registration, or a signed launch of it, names.
//! 3. A token that is refused (401) is replaced once.
//! 4. What asks to wait is waited for, within bounds; a redirect is never followed.

mod attempts;
mod call;
mod headers;
mod origins;
mod permission;
#[expect(clippy::module_inception, reason = "named for its type")]
mod service_client;
mod shared_time;
mod time_left;
mod tower_service;
mod verdict;

pub use self::service_client::ServiceClient;
pub(crate) use self::{
    call::{Answer, Repeat, ServiceCall},
    origins::SignedOrigins,
    shared_time::SharedTime,
};
