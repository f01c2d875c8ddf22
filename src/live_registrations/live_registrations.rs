//! The registrations in memory, and their store.

use std::sync::Arc;

use crate::{
    identity::{ClientId, Issuer, RegistrationId},
    live_registrations::RegistrationChangeError,
    registration::{Registration, RegistrationError, RegistrationRecord, RegistrationStatus},
    store::{IssuerMatch, RegistrationRecordStore, RegistrationStore, StoreError},
};

/// All registrations in memory, and the store that all instances share them in. Cheap to clone.
#[derive(Clone)]
pub struct LiveRegistrations(Arc<Inner>);

struct Inner;

impl LiveRegistrations {
    /// Registrations from a store.
    #[must_use]
    pub fn new(store: impl RegistrationRecordStore) -> Self {
        let _ = store;
        Self(Arc::new(Inner))
    }

    /// Adds a registration, which counts at once here and within seconds on all other instances.
    ///
    /// # Errors
    ///
    /// Fails when there is one with its id or login name, and when the store could not answer.
    pub async fn add(&self, record: RegistrationRecord) -> Result<(), RegistrationChangeError> {
        let _ = (&self.0, record);
        todo!()
    }

    /// Changes a registration: `change` gets what is kept and returns what is to be kept, again where somebody else
    /// changed it meanwhile. Its deployments stay.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, when `change` fails, and when the store could not answer.
    pub async fn change(
        &self,
        id: &RegistrationId,
        change: impl Fn(&RegistrationRecord) -> Result<RegistrationRecord, RegistrationError> + Send,
    ) -> Result<RegistrationRecord, RegistrationChangeError> {
        let _ = (id, change);
        todo!()
    }

    /// Approves, disables or enables a registration.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, and when the store could not answer.
    pub async fn set_status(
        &self,
        id: &RegistrationId,
        status: RegistrationStatus,
    ) -> Result<RegistrationRecord, RegistrationChangeError> {
        let _ = (id, status);
        todo!()
    }

    /// Removes a registration. Its deployments stay in their store, and count again if it is added again.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, and when the store could not answer.
    pub async fn remove(&self, id: &RegistrationId) -> Result<(), RegistrationChangeError> {
        let _ = id;
        todo!()
    }

    /// One record, as the store has it now.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn get(&self, id: &RegistrationId) -> Result<Option<RegistrationRecord>, StoreError> {
        let _ = id;
        todo!()
    }

    /// All records, as the store has them now, in the order of issuer and client id.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer.
    pub async fn list(&self) -> Result<Vec<RegistrationRecord>, StoreError> {
        todo!()
    }
}

impl RegistrationStore for LiveRegistrations {
    async fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        let _ = (issuer, client_id, discriminator);
        todo!()
    }

    async fn find_by_issuer(&self, issuer: &Issuer) -> Result<IssuerMatch, StoreError> {
        let _ = issuer;
        todo!()
    }

    async fn find_by_login_name(
        &self,
        login_name: &str,
    ) -> Result<Option<Arc<Registration>>, StoreError> {
        let _ = login_name;
        todo!()
    }
}

impl std::fmt::Debug for LiveRegistrations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LiveRegistrations(..)")
    }
}
