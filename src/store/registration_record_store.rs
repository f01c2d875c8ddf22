//! The port for registrations that change while the tool runs.

use std::{fmt, future::Future};

use crate::{registration::RegistrationRecord, store::StoreError};

/// The most records that a store of this crate keeps, and that are kept in memory.
pub(crate) const MAX_REGISTRATIONS: usize = 100_000;

/// Keeps registrations that change while the tool runs, for all of its instances.
///
/// [`LiveRegistrations`](crate::live_registrations::LiveRegistrations) keeps what it holds in memory and asks it for its
/// revision every second, so that nothing here is asked in a login or a launch. Every method is required, so that a store
/// which wraps another one cannot forget to forward it.
///
/// A record is known by its [`id`](RegistrationRecord::id) and has a
/// [login name](crate::registration::Registration::login_name) or none; both are unique. The rest is its
/// [`json`](RegistrationRecord::json), which is kept to the byte. `testing::contract::check_registrations` checks a store.
///
/// # Security
///
/// Compare issuers, client ids and discriminators byte for byte. Many database columns fold case or trim spaces unless
/// they are given a binary collation, and two tenants would then become one.
///
/// `examples/sqlite/registrations.rs` is one over a database; the guide has a page on it: [registrations from a
/// database](crate::guide::registrations_database).
///
/// # Examples
///
/// ```
/// use tower_lti::{live_registrations::LiveRegistrations, store::RegistrationRecordStore, tool::LtiToolBuilder};
///
/// fn with_database(
///     builder: LtiToolBuilder,
///     database: impl RegistrationRecordStore,
/// ) -> (LtiToolBuilder, LiveRegistrations) {
///     let registrations = LiveRegistrations::new(database);
///     (builder.registrations(registrations.clone()), registrations)
/// }
/// ```
pub trait RegistrationRecordStore: Send + Sync + 'static {
    /// What changes with every change: a counter, a time, a digest.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn registrations_revision(
        &self,
    ) -> impl Future<Output = Result<RegistrationsRevision, StoreError>> + Send;

    /// All records, and the revision that they are of, or one before it.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn load_registrations(
        &self,
    ) -> impl Future<Output = Result<LoadedRegistrations, StoreError>> + Send;

    /// Checks that a record could be added now: asked before a platform is told to register the tool, which cannot be
    /// taken back. Changes nothing. That the store answers is not enough where it can be read and not written.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable, full, or cannot be written.
    fn check_registrations_writable(&self) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Adds a record; `false`, and nothing changes, where there is another one with its id (issuer, client id,
    /// discriminator) or its login name. Where this very record is kept, to the byte, nothing changes either, and the
    /// answer is `true`: a call whose reply was lost, or that was not durable, can be made again.
    ///
    /// One atomic step: of several with different texts that race, one adds.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full.
    fn add_registration(
        &self,
        record: &RegistrationRecord,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Puts `new` in place of `old`, which has the same id; `false`, and nothing changes, where what is kept is not `old`
    /// to the byte, or where another record has the login name of `new`.
    ///
    /// One atomic step: of two changes to the same record, one fails.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable or full.
    fn replace_registration(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Removes a record; `false`, and nothing changes, where what is kept is not this one to the byte.
    ///
    /// # Errors
    ///
    /// Fails when the store is unavailable.
    fn remove_registration(
        &self,
        record: &RegistrationRecord,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// What changes with every change to the registrations of a store. Compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationsRevision(Box<str>);

impl RegistrationsRevision {
    /// Takes a counter, a time or a digest as text.
    pub fn new(revision: impl Into<Box<str>>) -> Self {
        Self(revision.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// All registrations of a store.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "a store makes one")]
pub struct LoadedRegistrations {
    /// The revision that they are of, or one before it.
    pub revision: RegistrationsRevision,
    /// The JSON of each record, as it was written, in no particular order. A store need not be able to read it: another
    /// release may have written it.
    pub records: Vec<String>,
}

/// Without the records, which may hold a sealed token.
impl fmt::Debug for LoadedRegistrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedRegistrations")
            .field("revision", &self.revision)
            .field("records", &self.records.len())
            .finish()
    }
}
