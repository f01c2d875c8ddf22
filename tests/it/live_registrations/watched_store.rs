//! A store that counts its calls, can be down or slow, and can hold what cannot be read.

use std::{
    future::pending,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tower_lti::{
    MemoryStore,
    registration::RegistrationRecord,
    store::{LoadedRegistrations, RegistrationRecordStore, RegistrationsRevision, StoreError},
};

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    Down,
    Hanging,
    /// Somebody else changes the record just before each change.
    Contended,
    /// Makes the change, and does not say so.
    Undurable,
    /// Makes the next change, and its reply is lost.
    ReplyLost,
}

/// Clones are one store.
#[derive(Clone, Default)]
pub(crate) struct WatchedStore(Arc<Inner>);

#[derive(Default)]
struct Inner {
    rows: MemoryStore,
    fault: Mutex<Fault>,
    revisions: AtomicUsize,
    loads: AtomicUsize,
    unreadable: Mutex<Vec<String>>,
}

impl WatchedStore {
    /// Over what others change, too.
    pub(crate) fn over(rows: MemoryStore) -> Self {
        Self(Arc::new(Inner {
            rows,
            ..Inner::default()
        }))
    }

    pub(crate) fn set(&self, fault: Fault) {
        *self.0.fault.lock().unwrap() = fault;
    }

    /// How often the revision was asked for.
    pub(crate) fn revisions(&self) -> usize {
        self.0.revisions.load(Ordering::SeqCst)
    }

    /// How often everything was read.
    pub(crate) fn loads(&self) -> usize {
        self.0.loads.load(Ordering::SeqCst)
    }

    /// How many copies of the store there are.
    pub(crate) fn clones(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// Lists these texts among the records.
    pub(crate) fn list_unreadable(&self, texts: &[&str]) {
        *self.0.unreadable.lock().unwrap() = texts.iter().map(|text| text.to_string()).collect();
    }

    fn fault(&self) -> Fault {
        *self.0.fault.lock().unwrap()
    }

    async fn call(&self) -> Result<(), StoreError> {
        match self.fault() {
            Fault::Down => Err(StoreError::unavailable(io::Error::other("down"))),
            Fault::Hanging => pending().await,
            Fault::None | Fault::Contended | Fault::Undurable | Fault::ReplyLost => Ok(()),
        }
    }

    fn made(&self, made: bool) -> Result<bool, StoreError> {
        match self.fault() {
            Fault::Undurable => Err(StoreError::not_durable(io::Error::other("no replica"))),
            Fault::ReplyLost => {
                self.set(Fault::None);
                Err(StoreError::unavailable(io::Error::other("no reply")))
            }
            _ => Ok(made),
        }
    }
}

impl RegistrationRecordStore for WatchedStore {
    async fn registrations_revision(&self) -> Result<RegistrationsRevision, StoreError> {
        self.0.revisions.fetch_add(1, Ordering::SeqCst);
        self.call().await?;
        let revision = self.0.rows.registrations_revision().await?;
        let unreadable = self.0.unreadable.lock().unwrap().concat();
        Ok(RegistrationsRevision::new(format!(
            "{}{unreadable}",
            revision.as_str()
        )))
    }

    async fn load_registrations(&self) -> Result<LoadedRegistrations, StoreError> {
        self.0.loads.fetch_add(1, Ordering::SeqCst);
        self.call().await?;
        let revision = self.registrations_revision().await?;
        let mut loaded = self.0.rows.load_registrations().await?;
        let unreadable = self.0.unreadable.lock().unwrap();
        loaded.records.extend(unreadable.iter().cloned());
        Ok(LoadedRegistrations { revision, ..loaded })
    }

    async fn check_registrations_writable(&self) -> Result<(), StoreError> {
        self.call().await?;
        self.0.rows.check_registrations_writable().await
    }

    async fn add_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        self.call().await?;
        let added = self.0.rows.add_registration(record).await?;
        self.made(added)
    }

    async fn replace_registration(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> Result<bool, StoreError> {
        self.call().await?;
        if self.fault() == Fault::Contended {
            let note = format!("{}", self.loads());
            let other = old.with_members([("notes", Some(&*note))]).unwrap();
            self.0.rows.replace_registration(old, &other).await?;
        }
        let replaced = self.0.rows.replace_registration(old, new).await?;
        self.made(replaced)
    }

    async fn remove_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        self.call().await?;
        let removed = self.0.rows.remove_registration(record).await?;
        self.made(removed)
    }
}
