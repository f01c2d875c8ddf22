//! Stores that are wrong in one thing, each found by the contract.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::task::yield_now;
use tower_lti::{
    registration::RegistrationRecord,
    store::{LoadedRegistrations, RegistrationRecordStore, RegistrationsRevision, StoreError},
    testing::contract,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    /// Looks, and adds later.
    LooksFirst,
    OverwritesAtAdding,
    RefusesWhatItHolds,
    /// What is there is a change when it is added again.
    CountsWhatItHolds,
    IgnoresLoginNames,
    ReplacesWhateverIsThere,
    /// Looks, and replaces later.
    ComparesFirst,
    RemovesWhateverIsThere,
    BringsBack,
    FoldsCase,
    IgnoresTheDiscriminator,
    TrimsTexts,
    RewritesTexts,
    CountsRecordsAsRevision,
    LeavesTheRevisionAtChanges,
    ChangesTheRevisionAlways,
    KeepsLoginNamesOfTheRemoved,
    LosesOthersAtRemoval,
    TakesLoginNamesAtChanges,
    CountsChecksAsChanges,
    RefusesChecks,
}

const ALL: [Wrong; 21] = [
    Wrong::LooksFirst,
    Wrong::OverwritesAtAdding,
    Wrong::RefusesWhatItHolds,
    Wrong::CountsWhatItHolds,
    Wrong::IgnoresLoginNames,
    Wrong::ReplacesWhateverIsThere,
    Wrong::ComparesFirst,
    Wrong::RemovesWhateverIsThere,
    Wrong::BringsBack,
    Wrong::FoldsCase,
    Wrong::IgnoresTheDiscriminator,
    Wrong::TrimsTexts,
    Wrong::RewritesTexts,
    Wrong::CountsRecordsAsRevision,
    Wrong::LeavesTheRevisionAtChanges,
    Wrong::ChangesTheRevisionAlways,
    Wrong::KeepsLoginNamesOfTheRemoved,
    Wrong::LosesOthersAtRemoval,
    Wrong::TakesLoginNamesAtChanges,
    Wrong::CountsChecksAsChanges,
    Wrong::RefusesChecks,
];

/// Once all others have looked.
async fn later() {
    yield_now().await;
}

#[derive(Clone)]
struct WrongStore {
    wrong: Wrong,
    rows: Arc<Mutex<Rows>>,
}

#[derive(Default)]
struct Rows {
    /// Texts and login names by ids.
    records: HashMap<String, (String, Option<String>)>,
    removed_names: Vec<String>,
    changes: usize,
}

impl WrongStore {
    fn new(wrong: Wrong) -> Self {
        let rows = Arc::default();
        Self { wrong, rows }
    }

    fn is(&self, wrong: Wrong) -> bool {
        self.wrong == wrong
    }

    fn key(&self, record: &RegistrationRecord) -> String {
        let id = record.id();
        match self.wrong {
            Wrong::FoldsCase => format!("{id:?}").to_lowercase(),
            Wrong::IgnoresTheDiscriminator => format!("{:?}{:?}", id.issuer(), id.client_id()),
            _ => id.to_text(),
        }
    }

    fn text(&self, record: &RegistrationRecord) -> String {
        match self.wrong {
            Wrong::TrimsTexts => record.json().replace("  ", " "),
            Wrong::RewritesTexts => {
                let json: serde_json::Value = serde_json::from_str(record.json()).unwrap();
                json.to_string()
            }
            _ => record.json().to_owned(),
        }
    }

    fn is_free(&self, rows: &Rows, key: &str, name: Option<&str>) -> bool {
        let Some(name) = name.filter(|_| !self.is(Wrong::IgnoresLoginNames)) else {
            return true;
        };
        let mut others = rows.records.iter().filter(|(other, _)| *other != key);
        !others.any(|(_, (_, taken))| taken.as_deref() == Some(name))
            && !rows.removed_names.iter().any(|taken| taken == name)
    }

    fn put(&self, rows: &mut Rows, record: &RegistrationRecord) {
        let name = record.registration().login_name().map(str::to_owned);
        rows.records
            .insert(self.key(record), (self.text(record), name));
        rows.changes += 1;
    }

    fn holds(&self, rows: &Rows, record: &RegistrationRecord) -> bool {
        let kept = rows.records.get(&self.key(record));
        kept.is_some_and(|(text, _)| *text == self.text(record))
    }
}

impl RegistrationRecordStore for WrongStore {
    async fn registrations_revision(&self) -> Result<RegistrationsRevision, StoreError> {
        let mut rows = self.rows.lock().unwrap();
        if self.is(Wrong::ChangesTheRevisionAlways) {
            rows.changes += 1;
        }
        let revision = match self.wrong {
            Wrong::CountsRecordsAsRevision => rows.records.len(),
            _ => rows.changes,
        };
        Ok(RegistrationsRevision::new(revision.to_string()))
    }

    async fn load_registrations(&self) -> Result<LoadedRegistrations, StoreError> {
        let revision = self.registrations_revision().await?;
        let rows = self.rows.lock().unwrap();
        let records = rows.records.values().map(|(text, _)| text.clone());
        Ok(LoadedRegistrations {
            revision,
            records: records.collect(),
        })
    }

    async fn check_registrations_writable(&self) -> Result<(), StoreError> {
        let mut rows = self.rows.lock().unwrap();
        rows.changes += usize::from(self.is(Wrong::CountsChecksAsChanges));
        match self.is(Wrong::RefusesChecks) {
            false => Ok(()),
            true => Err(StoreError::unavailable(std::io::Error::other("refused"))),
        }
    }

    async fn add_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        let (key, name) = (self.key(record), record.registration().login_name());
        let is_free = {
            let rows = self.rows.lock().unwrap();
            let is_known = rows.records.contains_key(&key);
            (!is_known || self.is(Wrong::OverwritesAtAdding)) && self.is_free(&rows, &key, name)
        };
        if self.is(Wrong::LooksFirst) {
            later().await;
        }
        let mut rows = self.rows.lock().unwrap();
        if self.holds(&rows, record) && !self.is(Wrong::RefusesWhatItHolds) {
            rows.changes += usize::from(self.is(Wrong::CountsWhatItHolds));
            return Ok(true);
        }
        let is_still_free = !rows.records.contains_key(&key) && self.is_free(&rows, &key, name);
        let lets_in = self.is(Wrong::LooksFirst) || self.is(Wrong::OverwritesAtAdding);
        if is_free && (is_still_free || lets_in) {
            self.put(&mut rows, record);
            return Ok(true);
        }
        Ok(false)
    }

    async fn replace_registration(
        &self,
        old: &RegistrationRecord,
        new: &RegistrationRecord,
    ) -> Result<bool, StoreError> {
        let (key, name) = (self.key(new), new.registration().login_name());
        let fits = {
            let rows = self.rows.lock().unwrap();
            self.holds(&rows, old)
        };
        if self.is(Wrong::ComparesFirst) {
            later().await;
        }
        let mut rows = self.rows.lock().unwrap();
        let is_there = rows.records.contains_key(&key) || self.is(Wrong::BringsBack);
        let fits = match self.wrong {
            Wrong::ComparesFirst => fits,
            Wrong::ReplacesWhateverIsThere => is_there,
            Wrong::BringsBack => {
                is_there && (self.holds(&rows, old) || !rows.records.contains_key(&key))
            }
            _ => self.holds(&rows, old),
        };
        let takes = self.is(Wrong::TakesLoginNamesAtChanges);
        if !fits || !(takes || self.is_free(&rows, &key, name)) {
            return Ok(false);
        }
        self.put(&mut rows, new);
        if self.is(Wrong::LeavesTheRevisionAtChanges) {
            rows.changes -= 1;
        }
        Ok(true)
    }

    async fn remove_registration(&self, record: &RegistrationRecord) -> Result<bool, StoreError> {
        let mut rows = self.rows.lock().unwrap();
        let whatever =
            self.is(Wrong::RemovesWhateverIsThere) && rows.records.contains_key(&self.key(record));
        if !whatever && !self.holds(&rows, record) {
            return Ok(false);
        }
        let gone = rows.records.remove(&self.key(record));
        if self.is(Wrong::KeepsLoginNamesOfTheRemoved) {
            rows.removed_names.extend(gone.and_then(|(_, name)| name));
        }
        if self.is(Wrong::LosesOthersAtRemoval) {
            rows.records.clear();
        }
        rows.changes += 1;
        Ok(true)
    }
}

// N45
// On one thread, so that all who race have looked before the first of them goes on.
#[tokio::test]
async fn the_contract_finds_every_wrong_store_of_registrations() {
    contract::check_registrations(&WrongStore::new(Wrong::Nothing)).await;
    for wrong in ALL {
        let checked = tokio::spawn(async move {
            contract::check_registrations(&WrongStore::new(wrong)).await;
        });

        let refused = checked.await.unwrap_err();

        let reason = refused.into_panic();
        let reason = reason.downcast_ref::<String>().cloned().or_else(|| {
            let reason: Option<&&str> = reason.downcast_ref();
            reason.map(|reason| (*reason).to_owned())
        });
        println!("{wrong:?}: {}", reason.unwrap());
    }
}
