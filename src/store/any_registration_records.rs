//! A type-erased store of registrations that change while the tool runs.

use std::{future::Future, io, pin::Pin, sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{
    observe::{Operation, store_call},
    registration::RegistrationRecord,
    store::{LoadedRegistrations, RegistrationRecordStore, RegistrationsRevision, StoreError},
};

/// How long a store may take for one call.
const DEADLINE: Duration = Duration::from_secs(10);

type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Any [`RegistrationRecordStore`], with a deadline.
#[derive(Clone)]
pub(crate) struct AnyRegistrationRecords(Arc<dyn DynRegistrationRecords>);

impl AnyRegistrationRecords {
    pub(crate) fn new(store: impl RegistrationRecordStore) -> Self {
        Self(Arc::new(store))
    }

    pub(crate) async fn revision(&self) -> Result<RegistrationsRevision, StoreError> {
        ask(Operation::RegistrationsRevision, self.0.revision()).await
    }

    pub(crate) async fn load(&self) -> Result<LoadedRegistrations, StoreError> {
        ask(Operation::LoadRegistrations, self.0.load()).await
    }

    pub(crate) async fn check_writable(&self) -> Result<(), StoreError> {
        let check = self.0.check_writable();
        ask(Operation::CheckRegistrationsWritable, check).await
    }

    pub(crate) async fn add(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        ask(Operation::AddRegistration, self.0.add(record)).await
    }

    pub(crate) async fn replace(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> Result<bool, StoreError> {
        ask(Operation::ReplaceRegistration, self.0.replace(old, new)).await
    }

    pub(crate) async fn remove(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        ask(Operation::RemoveRegistration, self.0.remove(record)).await
    }
}

async fn ask<T>(operation: Operation, call: StoreFuture<'_, T>) -> Result<T, StoreError> {
    let late = |_| StoreError::unavailable(io::Error::from(io::ErrorKind::TimedOut));
    let bounded = async { timeout(DEADLINE, call).await.map_err(late)? };
    store_call(operation, bounded).await
}

trait DynRegistrationRecords: Send + Sync {
    fn revision(&self) -> StoreFuture<'_, RegistrationsRevision>;

    fn load(&self) -> StoreFuture<'_, LoadedRegistrations>;

    fn check_writable(&self) -> StoreFuture<'_, ()>;

    fn add<'a>(&'a self, record: &'a RegistrationRecord) -> StoreFuture<'a, bool>;

    fn replace<'a>(
        &'a self,
        old: &'a RegistrationRecord,
        new: &'a RegistrationRecord,
    ) -> StoreFuture<'a, bool>;

    fn remove<'a>(&'a self, record: &'a RegistrationRecord) -> StoreFuture<'a, bool>;
}

impl<S: RegistrationRecordStore> DynRegistrationRecords for S {
    fn revision(&self) -> StoreFuture<'_, RegistrationsRevision> {
        Box::pin(self.registrations_revision())
    }

    fn load(&self) -> StoreFuture<'_, LoadedRegistrations> {
        Box::pin(self.load_registrations())
    }

    fn check_writable(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.check_registrations_writable())
    }

    fn add<'a>(&'a self, record: &'a RegistrationRecord) -> StoreFuture<'a, bool> {
        Box::pin(self.add_registration(record))
    }

    fn replace<'a>(
        &'a self,
        old: &'a RegistrationRecord,
        new: &'a RegistrationRecord,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.replace_registration(old, new))
    }

    fn remove<'a>(&'a self, record: &'a RegistrationRecord) -> StoreFuture<'a, bool> {
        Box::pin(self.remove_registration(record))
    }
}
