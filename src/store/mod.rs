//! Where registrations, nonces and deployments are kept.
//!
//! A *registration* is a platform that the tool trusts. A *deployment* is one installation of the tool at a
//! platform. A *nonce* is issued at each login and consumed by its launch, once: this is the replay
//! protection. Small traits are the ports for them:
//!
//! 1. [`RegistrationStore`]: read only.
//! 2. [`NonceStore`]: consumes nonces.
//! 3. [`DeploymentStore`]: finds, creates and changes deployments.
//! 4. [`ParkedLaunchStore`]: keeps launches that wait for onboarding. Optional.
//! 5. `KeyStore` (feature `services`): keeps the tool's own keys, sealed. Optional.
//! 6. `SessionStore` (feature `sessions`): keeps what launches have proven, for the requests after them. Optional.
//! 7. `RegistrationRecordStore` (feature `registration`): keeps registrations that change while the tool runs. Optional.
//!
//! [`LaunchStore`] joins the second and the third, so that a store which keeps both answers a launch in one
//! round trip. [`MemoryStore`] and [`RedisStore`](redis::RedisStore) do, and park launches, too. A pair
//! `(nonces, deployments)` joins two stores of different kinds.
//!
//! A store of your own is checked by `testing::contract` (feature `testing`). A
//! complete one over a database is in `examples/sqlite/store.rs`.

#[cfg(feature = "services")]
mod any_key_store;
mod any_parked_launches;
#[cfg(feature = "registration")]
mod any_registration_records;
mod any_registrations;
#[cfg(feature = "sessions")]
mod any_sessions;
mod any_store;
mod circuit_breaker;
mod deployment_store;
#[cfg(feature = "sessions")]
mod dyn_sessions;
mod error;
mod health;
#[cfg(feature = "services")]
mod key_store;
mod launch_store;
mod memory;
mod nonce_store;
mod parked_launch_store;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "registration")]
mod registration_file;
#[cfg(feature = "registration")]
mod registration_record_store;
mod registration_store;
#[cfg(feature = "sessions")]
mod session_and_deployment;
#[cfg(feature = "sessions")]
mod session_store;

#[cfg(feature = "services")]
pub(crate) use self::any_key_store::AnyKeyStore;
#[cfg(feature = "registration")]
pub(crate) use self::any_registration_records::AnyRegistrationRecords;
#[cfg(feature = "sessions")]
pub(crate) use self::any_sessions::AnySessions;
#[cfg(feature = "services")]
pub use self::key_store::{KeyStore, StoredKey};
#[cfg(feature = "registration")]
pub(crate) use self::registration_record_store::MAX_REGISTRATIONS;
#[cfg(feature = "sessions")]
use self::session_and_deployment::SessionAndDeployment;
#[cfg(feature = "sessions")]
pub use self::session_store::{FoundSession, SessionStore};
pub(crate) use self::{
    any_parked_launches::AnyParkedLaunches, any_registrations::AnyRegistrations,
    any_store::AnyStore,
};
pub use self::{
    deployment_store::DeploymentStore,
    error::{StoreError, StoreErrorKind},
    health::StoreHealth,
    launch_store::LaunchStore,
    memory::MemoryStore,
    nonce_store::{NonceStore, Persistence},
    parked_launch_store::ParkedLaunchStore,
    registration_store::{IssuerMatch, RegistrationStore},
};
#[cfg(feature = "registration")]
pub use self::{
    registration_file::RegistrationFile,
    registration_record_store::{
        LoadedRegistrations, RegistrationRecordStore, RegistrationsRevision,
    },
};
#[cfg(feature = "sessions")]
pub use crate::session_key::{SessionKey, SessionMark, SessionScope};
