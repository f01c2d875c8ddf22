//! Records that are new to every store, and its calls, which have to answer.

use crate::{
    registration::RegistrationRecord,
    store::{RegistrationRecordStore, RegistrationsRevision},
    testing::contract::fixtures::{answered, attempt, done},
};

/// A name that is new to every store.
pub(super) fn name() -> String {
    format!("contract-{}", attempt().as_str())
}

/// The record of a client id, with further members.
pub(super) fn record_at(issuer: &str, client_id: &str, members: &str) -> RegistrationRecord {
    let json = format!(
        "{{\"issuer\": \"{issuer}\", \"client_id\": \"{client_id}\",\n  \"authorization_endpoint\": \
         \"https://contract.example/auth\", \"jwks_url\": \"https://contract.example/jwks\"{members}}}",
    );
    done(
        RegistrationRecord::from_json(&json),
        "making a registration",
    )
}

pub(super) fn record(client_id: &str, members: &str) -> RegistrationRecord {
    record_at("https://contract.example", client_id, members)
}

pub(super) fn noted(client_id: &str, note: &str) -> RegistrationRecord {
    record(client_id, &format!(", \"notes\": \"{note}\""))
}

pub(super) fn named(client_id: &str, login_name: &str) -> RegistrationRecord {
    record(client_id, &format!(", \"login_name\": \"{login_name}\""))
}

pub(super) async fn add<S: RegistrationRecordStore>(
    store: &S,
    record: &RegistrationRecord,
) -> bool {
    answered(store.add_registration(record).await, "add_registration")
}

pub(super) async fn replace<S: RegistrationRecordStore>(
    store: &S,
    old: &RegistrationRecord,
    new: &RegistrationRecord,
) -> bool {
    let replaced = store.replace_registration(old, new).await;
    answered(replaced, "replace_registration")
}

pub(super) async fn remove<S: RegistrationRecordStore>(
    store: &S,
    record: &RegistrationRecord,
) -> bool {
    let removed = store.remove_registration(record).await;
    answered(removed, "remove_registration")
}

pub(super) async fn revision<S: RegistrationRecordStore>(store: &S) -> RegistrationsRevision {
    let revision = store.registrations_revision().await;
    answered(revision, "registrations_revision")
}

/// Whether the store holds this very text, once.
pub(super) async fn holds<S: RegistrationRecordStore>(
    store: &S,
    record: &RegistrationRecord,
) -> bool {
    let loaded = answered(store.load_registrations().await, "load_registrations");
    let texts = loaded.records.iter();
    let times = texts.filter(|text| *text == record.json()).count();
    assert!(times < 2, "a record must be listed once");
    times == 1
}
