//! Why a login or a launch was rejected, and what the user sees.
//!
//! A rejection is a response, never an error of the service: the inner service's error type is left
//! alone. The [`LtiError`] rides in the response's extensions, so that an outer layer can read it.
//!
//! The [`LtiErrorKind`] is finer than the [`ErrorCode`], and meant for the operator. What the page says may
//! depend on it, such as that a deployment waits for approval; except for `token_rejected`: every way in
//! which a token can be bad reads the same, so that whoever probes learns nothing from the answer. Which
//! values came, and which were expected, is the [`Detail`]; it is for logs and never stands on a page.
//!
//! Once the token is proven, the page leads back to the platform's own return address. Where content was to be chosen
//! and there is none, or what was chosen is refused, it does so by a signed response that says so. Pages of one's
//! own are made by [`LtiToolBuilder::error_response`](crate::tool::LtiToolBuilder::error_response).
//!
#![doc = include_str!("codes.md")]

mod clock_offset;
mod code;
mod detail;
mod kind;
mod lti_error;
mod request;
mod response;
mod responsible;
#[cfg(feature = "sessions")]
mod session_choice;
mod wording;

#[cfg(feature = "services")]
pub(crate) use self::lti_error::WayBackForm;
#[cfg(feature = "registration")]
pub(crate) use self::response::wants_json;
#[cfg(feature = "sessions")]
pub use self::session_choice::SessionChoice;
pub(crate) use self::{
    clock_offset::ClockOffset,
    response::{Unanswered, add_missing},
    wording::{CookieLoss, sentences},
};
pub use self::{
    code::ErrorCode, detail::Detail, kind::LtiErrorKind, lti_error::LtiError,
    responsible::Responsible,
};
pub use crate::random::RandomnessError;
