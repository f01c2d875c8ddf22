//! Calls to platforms' services: access tokens, origins, rate limits, and what is kept of a launch.

mod assertions;
mod cache;
mod caller;
mod changed_registrations;
mod kept_endpoints;
mod origins;
mod refused_tokens;
mod repeats;
mod scripted;
mod token_answers;
pub(crate) mod world;
