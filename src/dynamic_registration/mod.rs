//! Dynamic registration: an administrator pastes one URL into the platform, and both sides know each other.
//!
//! Implements LTI Dynamic Registration 1.0, RFC 7591 and RFC 7592.

mod profile;
mod service;

pub use self::{
    profile::ToolProfile,
    service::{LtiRegistration, RegistrationAccess},
};
