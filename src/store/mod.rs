//! Where used nonces and deployments are kept.
//!
//! Three small traits say what a launch needs from the outside world:
//!
//! 1. [`RegistrationStore`]: which platforms are trusted.
//!    It is only ever read.
//! 2. [`NonceStore`]: which nonces have been used.
//! 3. [`DeploymentStore`]: which deployments are known, and their status.
//!
//! [`LaunchStore`] joins the last two, so that a store which keeps both can answer a launch in one
//! round trip. [`MemoryStore`] and [`RedisStore`](redis::RedisStore) do; a pair `(nonces,
//! deployments)` joins two stores of different kinds.
//!
//! Every store must pass the contract suite of the `testing` feature. One that is written over a
//! database from end to end is in `examples/sqlite/store.rs`.

mod any_registrations;
mod erased;
mod error;
mod health;
mod launch_store;
mod memory;
#[cfg(feature = "redis")]
pub mod redis;
mod registration_store;
mod stall;

pub(crate) use self::{any_registrations::AnyRegistrations, erased::AnyStore};
pub use self::{
    error::{StoreError, StoreErrorKind},
    health::StoreHealth,
    launch_store::{DeploymentStore, LaunchStore, NonceStore},
    memory::MemoryStore,
    registration_store::{IssuerMatch, RegistrationStore},
};
