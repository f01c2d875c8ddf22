//! All registrations of a store at one moment, by everything that they are looked up by.

use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    sync::Arc,
};

use tokio::task::yield_now;

use super::left_out::{LeftOut, MAX_RECORD_BYTES, MAX_RECORDS};
use crate::{
    identity::{ClientId, Issuer, RegistrationId},
    registration::{Registration, RegistrationError, RegistrationRecord},
    store::{IssuerMatch, LoadedRegistrations, RegistrationsRevision},
};

/// How many records are parsed before other tasks have their turn.
const PARSED_AT_ONCE: usize = 64;

/// All registrations of a store at one moment.
pub(super) struct Snapshot {
    revision: RegistrationsRevision,
    known: HashSet<ByText>,
    by_issuer: HashMap<Issuer, HashMap<ClientId, Vec<Arc<Known>>>>,
    by_login_name: HashMap<Box<str>, Arc<Known>>,
    /// The texts of those that cannot be used.
    left_out: HashSet<String>,
}

/// A record, and its registration for whoever looks it up.
pub(super) struct Known {
    pub(super) record: RegistrationRecord,
    pub(super) registration: Arc<Registration>,
}

/// A record by its text: what stays the same from one snapshot to the next is not parsed again.
struct ByText(Arc<Known>);

impl Snapshot {
    /// Reads records, and says of those that could be used before, or were not there, why they cannot be used.
    pub(super) async fn read(
        loaded: LoadedRegistrations,
        before: Option<&Self>,
    ) -> (Self, Vec<LeftOut>) {
        let mut snapshot = Self {
            revision: loaded.revision,
            known: HashSet::with_capacity(loaded.records.len()),
            by_issuer: HashMap::new(),
            by_login_name: HashMap::new(),
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
            if let Some(ByText(known)) = before.and_then(|before| before.known.get(text.as_str())) {
                read.push(Arc::clone(known));
                continue;
            }
            parsed += 1;
            if parsed.is_multiple_of(PARSED_AT_ONCE) {
                yield_now().await;
            }
            match Known::parse(&text) {
                Ok(known) => read.push(Arc::new(known)),
                Err(reason) => leave_out(&mut snapshot, text, reason),
            }
        }
        // Where two have the same login name, all instances take the same one.
        read.sort_by(|one, other| one.record.id().cmp(other.record.id()));
        for known in read {
            if let Err(reason) = snapshot.insert(&known) {
                leave_out(&mut snapshot, known.record.json().to_owned(), reason);
            }
        }
        (snapshot, reasons)
    }

    fn insert(&mut self, known: &Arc<Known>) -> Result<(), LeftOut> {
        if self.known.len() >= MAX_RECORDS {
            return Err(LeftOut::TooMany);
        }
        let id = known.record.id();
        if self.get(id).is_some() {
            let registration = id.clone();
            return Err(RegistrationError::Duplicate { registration }.into());
        }
        if let Some(name) = known.registration.login_name() {
            if self.by_login_name.contains_key(name) {
                let login_name = name.to_owned();
                return Err(RegistrationError::DuplicateLoginName { login_name }.into());
            }
            self.by_login_name.insert(name.into(), Arc::clone(known));
        }
        let of_issuer = self.by_issuer.entry(id.issuer().clone()).or_default();
        let of_pair = of_issuer.entry(id.client_id().clone()).or_default();
        of_pair.push(Arc::clone(known));
        self.known.insert(ByText(Arc::clone(known)));
        Ok(())
    }

    pub(super) fn revision(&self) -> &RegistrationsRevision {
        &self.revision
    }

    /// The records, in the order of issuer and client id.
    pub(super) fn records(&self) -> Vec<RegistrationRecord> {
        let records = self.known.iter().map(|known| known.0.record.clone());
        let mut records: Vec<_> = records.collect();
        records.sort_by(|one, other| one.id().cmp(other.id()));
        records
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn left_out(&self) -> usize {
        self.left_out.len()
    }

    pub(super) fn get(&self, id: &RegistrationId) -> Option<&RegistrationRecord> {
        let known = self.known(id.issuer(), id.client_id(), id.discriminator())?;
        Some(&known.record)
    }

    pub(super) fn find(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Option<Arc<Registration>> {
        let known = self.known(issuer, client_id, discriminator)?;
        Some(Arc::clone(&known.registration))
    }

    fn known(
        &self,
        issuer: &Issuer,
        client_id: &ClientId,
        discriminator: Option<&str>,
    ) -> Option<&Arc<Known>> {
        let of_pair = self.by_issuer.get(issuer)?.get(client_id)?;
        of_pair
            .iter()
            .find(|known| known.record.id().discriminator() == discriminator)
    }

    /// What an issuer holds. Registrations with a discriminator are reached by their login names alone.
    pub(super) fn find_by_issuer(&self, issuer: &Issuer) -> IssuerMatch {
        let of_issuer = self.by_issuer.get(issuer).into_iter();
        let mut reachable = of_issuer
            .flat_map(HashMap::values)
            .flatten()
            .filter(|known| known.record.id().discriminator().is_none());
        match (reachable.next(), reachable.next()) {
            (None, _) => IssuerMatch::None,
            (Some(one), None) => IssuerMatch::One(Arc::clone(&one.registration)),
            (Some(_), Some(_)) => IssuerMatch::Several,
        }
    }

    pub(super) fn find_by_login_name(&self, login_name: &str) -> Option<Arc<Registration>> {
        let known = self.by_login_name.get(login_name)?;
        Some(Arc::clone(&known.registration))
    }
}

impl Known {
    fn parse(text: &str) -> Result<Self, LeftOut> {
        if text.len() > MAX_RECORD_BYTES {
            return Err(LeftOut::TooLarge);
        }
        let record = RegistrationRecord::from_json(text)?;
        let registration = Arc::new(record.registration().clone());
        Ok(Self {
            record,
            registration,
        })
    }
}

impl ByText {
    fn text(&self) -> &str {
        self.0.record.json()
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
