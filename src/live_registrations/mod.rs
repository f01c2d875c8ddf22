//! Registrations that are added, changed, disabled and removed while the tool runs.
//!
//! [`LiveRegistrations`] is what [`LtiToolBuilder::registrations`](crate::tool::LtiToolBuilder::registrations) takes. It
//! keeps a copy of all registrations in memory, asks its store every second whether anything has changed, and changes
//! them there for all instances.

mod change_error;
#[expect(clippy::module_inception, reason = "named for its type")]
mod live_registrations;

pub use self::{change_error::RegistrationChangeError, live_registrations::LiveRegistrations};
