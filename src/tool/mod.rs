//! [`LtiTool`]: what login and launch share, built once and cheap to clone.
//!
//! A tool has the URL that launches arrive at, a [`LoginSecret`], the
//! [registrations](crate::registration) of the platforms that it trusts, a [store](crate::store) and
//! [`Limits`].

mod budgets;
mod build;
mod builder;
mod endpoints;
mod error;
mod forget_keys;
mod log_limits;
mod lti_tool;
mod process;
#[cfg(feature = "doctor")]
mod recent_refusals;
mod registration_budget;
mod rejection;
mod secrets;
#[cfg(feature = "services")]
mod service_calls;
#[cfg(any(feature = "services", feature = "sessions"))]
mod shared;
mod store_check;
mod target;
#[cfg(feature = "services")]
mod tool_keys;

#[cfg(feature = "doctor")]
pub use self::recent_refusals::RecentRefusal;
pub(crate) use self::rejection::AllowedMethods;
pub use self::{builder::LtiToolBuilder, error::ConfigError, lti_tool::LtiTool};
pub use crate::{
    limits::Limits,
    secret::{LoginSecret, LoginSecretError},
};
