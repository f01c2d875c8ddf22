//! All registrations of a store at one moment, by everything that they are looked up by.

use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    sync::Arc,
};

use tokio::task::yield_now;

use super::left_out::{LeftOut, MAX_RECORD_BYTES};
use crate::{
    identity::{ClientId, Issuer, RegistrationId},
    registration::{Registration, RegistrationRecord, RegistrationStatus, Registrations},
    store::{LoadedRegistrations, MAX_REGISTRATIONS, RegistrationsRevision},
};

/// How many records are parsed before other tasks have their turn.
const PARSED_AT_ONCE: usize = 64;

/// All registrations of a store at one moment.
pub(crate) struct Snapshot {
    revision: RegistrationsRevision,
    registrations: Registrations,
    by_id: HashMap<RegistrationId, RegistrationRecord>,
    by_client_id: HashMap<ClientId, Vec<Arc<Registration>>>,
    /// How many wait to be approved.
    pending: usize,
    by_text: HashSet<ByText>,
    /// The texts of those that cannot be used.
    left_out: HashSet<String>,
}

/// A record by its text: what stays the same from one snapshot to the next is not parsed again.
struct ByText(RegistrationRecord);

impl Snapshot {
    /// Reads records, and says of those that could be used before, or were not there, why they cannot be used.
    pub(super) async fn read(
        loaded: LoadedRegistrations,
        before: Option<&Self>,
    ) -> (Self, Vec<LeftOut>) {
        let mut snapshot = Self {
            revision: loaded.revision,
            registrations: Registrations::default(),
            by_id: HashMap::with_capacity(loaded.records.len()),
            by_client_id: HashMap::with_capacity(loaded.records.len()),
            pending: 0,
            by_text: HashSet::with_capacity(loaded.records.len()),
            left_out: HashSet::new(),
        };
        let mut reasons = Vec::new();
        let mut leave_out = |snapshot: &mut Self, text: String, reason: LeftOut| {
            let is_new = !before.is_some_and(|before| before.left_out.contains(&text));
            reasons.extend(is_new.then_some(reason));
            snapshot.left_out.insert(text);
        };
        let (mut read, mut parsed) = (Vec::with_capacity(loaded.records.len()), 0_usize);
        for text in loaded.records {
            let known = before.and_then(|before| before.by_text.get(text.as_str()));
            if let Some(ByText(known)) = known {
                read.push(known.clone());
                continue;
            }
            parsed += 1;
            if parsed.is_multiple_of(PARSED_AT_ONCE) {
                yield_now().await;
            }
            match parse(&text) {
                Ok(record) => read.push(record),
                Err(reason) => leave_out(&mut snapshot, text, reason),
            }
        }
        // Where two have the same login name, all instances take the same one.
        read.sort_by(|one, other| one.id().cmp(other.id()));
        for record in read {
            if let Err(reason) = snapshot.insert(&record) {
                leave_out(&mut snapshot, record.json().to_owned(), reason);
            }
        }
        (snapshot, reasons)
    }

    fn insert(&mut self, record: &RegistrationRecord) -> Result<(), LeftOut> {
        if self.by_id.len() >= MAX_REGISTRATIONS {
            return Err(LeftOut::TooMany);
        }
        let (id, registration) = (record.id(), record.shared());
        self.registrations.add_shared(Arc::clone(registration))?;
        let of_client = self.by_client_id.entry(id.client_id().clone()).or_default();
        of_client.push(Arc::clone(registration));
        self.by_id.insert(id.clone(), record.clone());
        self.pending += usize::from(registration.status() == RegistrationStatus::Pending);
        self.by_text.insert(ByText(record.clone()));
        Ok(())
    }

    pub(super) fn revision(&self) -> &RegistrationsRevision {
        &self.revision
    }

    pub(super) fn registrations(&self) -> &Registrations {
        &self.registrations
    }

    /// The records, in the order of issuer and client id.
    pub(super) fn records(&self) -> Vec<RegistrationRecord> {
        let mut records: Vec<_> = self.by_id.values().cloned().collect();
        records.sort_by(|one, other| one.id().cmp(other.id()));
        records
    }

    pub(crate) fn get(&self, id: &RegistrationId) -> Option<&RegistrationRecord> {
        self.by_id.get(id)
    }

    /// Whether it has this record, to the byte.
    pub(super) fn holds(&self, record: &RegistrationRecord) -> bool {
        self.get(record.id())
            .is_some_and(|kept| kept.json() == record.json())
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn left_out(&self) -> usize {
        self.left_out.len()
    }
}

/// Look-ups that copy nothing.
impl Snapshot {
    /// The registrations of an issuer, in no particular order.
    pub(crate) fn of_issuer(&self, issuer: &Issuer) -> impl Iterator<Item = &Arc<Registration>> {
        self.registrations.of_issuer(issuer)
    }

    /// The registrations with a client id, whatever their issuers.
    pub(crate) fn of_client_id(&self, client_id: &ClientId) -> &[Arc<Registration>] {
        let of_client = self.by_client_id.get(client_id);
        of_client.map_or(&[], Vec::as_slice)
    }

    /// The registration that has a login name.
    pub(crate) fn of_login_name(&self, login_name: &str) -> Option<&Arc<Registration>> {
        self.registrations.find_by_login_name(login_name)
    }

    /// How many registrations wait to be approved.
    pub(crate) fn pending(&self) -> usize {
        self.pending
    }
}

fn parse(text: &str) -> Result<RegistrationRecord, LeftOut> {
    if text.len() > MAX_RECORD_BYTES {
        return Err(LeftOut::TooLarge);
    }
    Ok(RegistrationRecord::from_json(text)?)
}

impl ByText {
    fn text(&self) -> &str {
        self.0.json()
    }
}

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        self.text()
    }
}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for ByText {}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(issuer: &str, client_id: &str, members: &str) -> String {
        format!(
            r#"{{"issuer": "{issuer}", "client_id": "{client_id}", "authorization_endpoint":
            "https://lms.example/auth", "jwks_url": "https://lms.example/jwks"{members}}}"#
        )
    }

    // REG-13, S26.
    #[tokio::test]
    async fn registrations_are_found_by_issuer_client_id_and_login_name() {
        let apart = r#", "discriminator": "b", "login_name": "b", "status": "pending""#;
        let records = vec![
            registration("https://a.example", "1", ""),
            registration("https://a.example", "1", apart),
            registration("https://b.example", "1", r#", "login_name": "other""#),
            registration("https://b.example", "2", r#", "status": "pending""#),
            "no record".to_owned(),
        ];
        let revision = RegistrationsRevision::new("1");

        let (all, _) = Snapshot::read(LoadedRegistrations { revision, records }, None).await;

        let issuer = |name: &str| all.of_issuer(&Issuer::from(name)).count();
        assert_eq!(issuer("https://a.example"), 2);
        assert_eq!(issuer("https://a.example/"), 0);
        let client = |id: &str| all.of_client_id(&ClientId::from(id)).len();
        assert_eq!((client("1"), client("2"), client("3")), (3, 1, 0));
        let named = all.of_login_name("b").unwrap();
        assert_eq!(named.id().discriminator(), Some("b"));
        assert!(all.of_login_name("B").is_none());
        assert_eq!((all.len(), all.pending()), (4, 2));
    }
}
