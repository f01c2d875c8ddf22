//! Adding, changing and removing registrations, for all instances.

use super::{LiveRegistrations, RegistrationChangeError, left_out::MAX_RECORD_BYTES};
use crate::{
    identity::RegistrationId,
    registration::{RegistrationError, RegistrationRecord, RegistrationStatus},
    store::{MAX_REGISTRATIONS, StoreError, StoreErrorKind},
};

/// How often a change is made again because somebody else was faster.
const MAX_ATTEMPTS: usize = 8;

impl LiveRegistrations {
    /// Checks that a registration could be added now; changes nothing.
    ///
    /// # Errors
    ///
    /// Fails when there are 100,000, and when the store could not answer or cannot be written.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        if self.0.latest().await?.len() >= MAX_REGISTRATIONS {
            return Err(StoreError::full());
        }
        self.0.store.check_writable().await
    }

    /// Adds a registration, which counts at once here and within seconds on all other instances. One that is kept to the
    /// byte is added already: the call can be made again.
    ///
    /// # Errors
    ///
    /// Fails when there is another one with its id or login name, when it has more than 64 KiB, when there are 100,000, and
    /// when the store could not answer. Of the kind [`NotDurable`](crate::store::StoreErrorKind::NotDurable), it was added,
    /// counts, and may be lost: it can be added again.
    pub async fn add(&self, record: RegistrationRecord) -> Result<(), RegistrationChangeError> {
        check_size(&record)?;
        let all = self.0.latest().await?;
        if all.len() >= MAX_REGISTRATIONS && !all.holds(&record) {
            return Err(StoreError::full().into());
        }
        let mut added = self.and_read(self.0.store.add(&record).await).await;
        let is_unclear = |error: &StoreError| error.kind() == StoreErrorKind::Unavailable;
        if added.as_ref().is_err_and(is_unclear)
            && self.0.with_progress(|progress| progress.holds(&record))
        {
            // It was added, and the reply was lost: that it lasts is asked for once more.
            added = self.and_read(self.0.store.add(&record).await).await;
        }
        match added? {
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

    /// Removes a registration. Its deployments stay in their store and count again, with the status that they have, if one
    /// with the same id is added: by whoever registers under that client id. Its sessions that have not expired do, too.
    /// The [guide](crate::guide::live_registrations) says how both are ended.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, and when the store could not answer. Of the kind
    /// [`NotDurable`](crate::store::StoreErrorKind::NotDurable), it was removed and may come back after a failover: any later
    /// change that succeeds makes the removal last, too.
    pub async fn remove(&self, id: &RegistrationId) -> Result<(), RegistrationChangeError> {
        let mut record = self.known(id).await?;
        for _ in 0..MAX_ATTEMPTS {
            let removed = self.and_read(self.0.store.remove(&record).await).await;
            let unclear = match removed {
                Ok(true) => return Ok(()),
                Ok(false) => None,
                Err(error) if error.kind() == StoreErrorKind::Unavailable => Some(error),
                Err(error) => return Err(error.into()),
            };
            match (self.get(id).await, unclear) {
                (Ok(Some(now)), None) => record = now,
                // Somebody else removed it first.
                (Ok(None), None) => return Ok(()),
                // Removed, and the reply was lost.
                (Ok(None), Some(error)) => return Err(StoreError::not_durable(error).into()),
                (_, Some(error)) | (Err(error), None) => return Err(error.into()),
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
