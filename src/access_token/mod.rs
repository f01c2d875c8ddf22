//! Access tokens of platforms: OAuth 2.0 client credentials with a signed assertion.
//!
//! 1. One token for each registration, token endpoint, deployment and set of scopes: no two tenants share one.
//! 2. One request, however many calls wait for its outcome, and whoever of them is cancelled (single flight).
//! 3. A token is renewed ahead of time, in the background, and dropped before it expires.
//! 4. After a failure there is a pause: one second, then twice as long each time, at most ten.
//! 5. Each request has an assertion of its own; none is sent twice.
//! 6. No token leaves this crate but in the `Authorization` header of a call.
//!
//! Implements Security Framework 1.0 §4.1 and §7, and RFC 7523.

#[expect(clippy::module_inception, reason = "named for its type")]
mod access_token;
mod answer;
mod asker;
mod assertion;
mod cache;
mod clock_offset;
mod flights;
mod identity;
mod kept_tokens;
mod landing;
mod lifetime;
mod outcome;
mod pause;
mod request;
mod token_request;
#[cfg(feature = "doctor")]
mod trial;

use self::outcome::Outcome;
pub(crate) use self::{
    access_token::AccessToken, asker::Asker, cache::AccessTokens, token_request::TokenRequest,
};
#[cfg(feature = "doctor")]
pub(crate) use self::{asker::Unanswered, clock_offset::exact_clock_offset, trial::Trial};
