//! Registrations that are added, changed, disabled and removed while the tool runs.
//!
//! [`LiveRegistrations`] is what [`LtiToolBuilder::registrations`](crate::tool::LtiToolBuilder::registrations) takes. It
//! keeps a copy of all registrations in memory, asks its store every second whether anything has changed, and changes
//! them there for all instances.
//!
//! 1. A look-up is answered from the copy, and asks the store nothing.
//! 2. A change counts at once on the instance that makes it, and within two seconds on the others.
//! 3. A registration that the copy does not have is looked for in the store once more, at most five times a second for
//!    all that are not known: one that was made on another instance a moment ago is found.
//! 4. While the store does not answer, the copy counts for a minute. Then look-ups fail, for a registration may have been
//!    disabled meanwhile.
//! 5. A stored record that cannot be used is left out and logged. The others count. A
//!    [`RegistrationFile`](crate::store::RegistrationFile) counts as a whole: while it has a mistake, what it said before.
//!
//! # Examples
//!
//! ```
//! use tower_lti::{
//!     MemoryStore,
//!     live_registrations::LiveRegistrations,
//!     registration::{RegistrationRecord, RegistrationStatus},
//! };
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let registrations = LiveRegistrations::new(MemoryStore::default());
//! let record = RegistrationRecord::from_json(
//!     r#"{
//!         "issuer": "https://lms.example",
//!         "client_id": "tool-1",
//!         "authorization_endpoint": "https://lms.example/auth",
//!         "jwks_url": "https://lms.example/jwks"
//!     }"#,
//! )?;
//! let id = record.id().clone();
//! registrations.add(record).await?;
//! registrations.set_status(&id, RegistrationStatus::Disabled).await?;
//! assert_eq!(registrations.list().await?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod change;
mod change_error;
mod keeper;
mod left_out;
#[expect(clippy::module_inception, reason = "named for its type")]
mod live_registrations;
mod progress;
mod snapshot;

pub(crate) use self::snapshot::Snapshot;
pub use self::{change_error::RegistrationChangeError, live_registrations::LiveRegistrations};
