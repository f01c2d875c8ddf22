//! Calls to platforms' services: access tokens, origins, rate limits, and what is kept of a launch.

mod assertions;
mod world;
