//! The platform's public keys, as launches see them.

mod algorithms;
mod outages;
mod rotation;
