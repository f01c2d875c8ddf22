//! Adding, changing and removing registrations, for all instances.

use super::{
    LiveRegistrations, RegistrationChangeError,
    left_out::{MAX_RECORD_BYTES, MAX_RECORDS},
};
use crate::{
    identity::RegistrationId,
    registration::{RegistrationError, RegistrationRecord, RegistrationStatus},
    store::StoreError,
};

/// How often a change is made again because somebody else was faster.
const MAX_ATTEMPTS: usize = 8;

impl LiveRegistrations {
    /// Adds a registration, which counts at once here and within seconds on all other instances.
    ///
    /// # Errors
    ///
    /// Fails when there is one with its id or login name, when it has more than 64 KiB, when there are 100,000, and when
    /// the store could not answer.
    pub async fn add(&self, record: RegistrationRecord) -> Result<(), RegistrationChangeError> {
        check_size(&record)?;
        if self.0.latest().await?.len() >= MAX_RECORDS {
            return Err(StoreError::full().into());
        }
        let added = self.0.store.add(&record).await;
        match self.and_read(added).await? {
            true => Ok(()),
            false => Err(RegistrationChangeError::AlreadyExists),
        }
    }

    /// Changes a registration: `change` gets what is kept and returns what is to be kept, again where somebody else
    /// changed it meanwhile. Its deployments stay.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, when `change` fails or returns one with another id, when another
    /// registration has its new login name, and when the store could not answer. Of the kind
    /// [`NotDurable`](crate::store::StoreErrorKind::NotDurable), the change was made and may be lost: it can be made again.
    pub async fn change(
        &self,
        id: &RegistrationId,
        change: impl Fn(&RegistrationRecord) -> Result<RegistrationRecord, RegistrationError> + Send,
    ) -> Result<RegistrationRecord, RegistrationChangeError> {
        for _ in 0..MAX_ATTEMPTS {
            let old = self.known(id).await?;
            let new = change(&old).map_err(RegistrationChangeError::Invalid)?;
            if new.id() != id {
                let registration = id.clone();
                let error = RegistrationError::IdentityChanged { registration };
                return Err(RegistrationChangeError::Invalid(error));
            }
            check_size(&new)?;
            let replaced = self.0.store.replace(&old, &new).await;
            if self.and_read(replaced).await? {
                return Ok(new);
            }
            let now = self.known(id).await?;
            if now.json() == old.json() {
                // Not its text, so it is its login name.
                return Err(RegistrationChangeError::AlreadyExists);
            }
        }
        Err(RegistrationChangeError::Conflict)
    }

    /// Approves, disables or enables a registration.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, and when the store could not answer. Of the kind
    /// [`NotDurable`](crate::store::StoreErrorKind::NotDurable), the change was made and may be lost: it can be made again.
    pub async fn set_status(
        &self,
        id: &RegistrationId,
        status: RegistrationStatus,
    ) -> Result<RegistrationRecord, RegistrationChangeError> {
        self.change(id, |record| record.with_status(status)).await
    }

    /// Removes a registration. Its deployments stay in their store, and count again if it is added again.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, and when the store could not answer.
    pub async fn remove(&self, id: &RegistrationId) -> Result<(), RegistrationChangeError> {
        for _ in 0..MAX_ATTEMPTS {
            let record = self.known(id).await?;
            let removed = self.0.store.remove(&record).await;
            if self.and_read(removed).await? {
                return Ok(());
            }
        }
        Err(RegistrationChangeError::Conflict)
    }

    async fn known(
        &self,
        id: &RegistrationId,
    ) -> Result<RegistrationRecord, RegistrationChangeError> {
        let record = self.get(id).await?;
        record.ok_or(RegistrationChangeError::Unknown)
    }

    /// Reads what was written, so that it counts here at once; a call that failed may have written, too.
    async fn and_read(&self, written: Result<bool, StoreError>) -> Result<bool, StoreError> {
        if !matches!(written, Ok(false)) {
            // What cannot be read now is read within seconds.
            let _ = self.refresh().await;
        }
        written
    }
}

fn check_size(record: &RegistrationRecord) -> Result<(), RegistrationChangeError> {
    match record.json().len() > MAX_RECORD_BYTES {
        true => Err(RegistrationChangeError::TooLarge),
        false => Ok(()),
    }
}
