//! Registrations in memory: for tests and development, because they are lost at restart.

use std::{
    collections::{HashMap, HashSet},
    sync::PoisonError,
};

use super::{
    MemoryStore,
    sync::{Mutex, MutexGuard},
};
use crate::{
    identity::RegistrationId,
    registration::RegistrationRecord,
    store::{
        LoadedRegistrations, MAX_REGISTRATIONS, RegistrationRecordStore, RegistrationsRevision,
        StoreError,
    },
};

/// Records by their ids.
#[derive(Default)]
pub(super) struct RegistrationRows(Mutex<Rows>);

#[derive(Default)]
struct Rows {
    records: HashMap<RegistrationId, RegistrationRecord>,
    login_names: HashSet<String>,
    changes: u64,
}

impl RegistrationRows {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    fn revision(&self) -> RegistrationsRevision {
        RegistrationsRevision::new(self.changes.to_string())
    }

    fn holds(&self, record: &RegistrationRecord) -> bool {
        let kept = self.records.get(record.id());
        kept.is_some_and(|kept| kept.json() == record.json())
    }

    fn is_free(&self, login_name: Option<&str>) -> bool {
        login_name.is_none_or(|name| !self.login_names.contains(name))
    }

    fn insert(&mut self, record: &RegistrationRecord) {
        let login_name = record.registration().login_name();
        self.login_names.extend(login_name.map(str::to_owned));
        self.records.insert(record.id().clone(), record.clone());
        self.changes += 1;
    }

    fn remove(&mut self, record: &RegistrationRecord) {
        if let Some(name) = record.registration().login_name() {
            self.login_names.remove(name);
        }
        self.records.remove(record.id());
        self.changes += 1;
    }
}

impl RegistrationRecordStore for MemoryStore {
    async fn registrations_revision(&self) -> Result<RegistrationsRevision, StoreError> {
        Ok(self.registrations.rows().revision())
    }

    async fn load_registrations(&self) -> Result<LoadedRegistrations, StoreError> {
        let rows = self.registrations.rows();
        let records = rows.records.values();
        Ok(LoadedRegistrations {
            revision: rows.revision(),
            records: records.map(|record| record.json().to_owned()).collect(),
        })
    }

    async fn check_registrations_writable(&self) -> Result<(), StoreError> {
        match self.registrations.rows().records.len() < MAX_REGISTRATIONS {
            true => Ok(()),
            false => Err(StoreError::full()),
        }
    }

    async fn add_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        let mut rows = self.registrations.rows();
        if rows.holds(record) {
            return Ok(true);
        }
        let is_known = rows.records.contains_key(record.id());
        if is_known || !rows.is_free(record.registration().login_name()) {
            return Ok(false);
        }
        if rows.records.len() >= MAX_REGISTRATIONS {
            return Err(StoreError::full());
        }
        rows.insert(record);
        Ok(true)
    }

    async fn replace_registration(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> Result<bool, StoreError> {
        let mut rows = self.registrations.rows();
        let name = new.registration().login_name();
        let keeps_name = old.registration().login_name() == name;
        if !rows.holds(old) || old.id() != new.id() || !(keeps_name || rows.is_free(name)) {
            return Ok(false);
        }
        rows.remove(old);
        rows.insert(new);
        Ok(true)
    }

    async fn remove_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        let mut rows = self.registrations.rows();
        let is_kept = rows.holds(record);
        if is_kept {
            rows.remove(record);
        }
        Ok(is_kept)
    }
}
