//! One change, as the script and the transaction make it.

use crate::{registration::RegistrationRecord, store::MAX_REGISTRATIONS};

/// What is kept is to be `old`, and becomes `new`.
pub(super) struct Change<'a> {
    pub(super) old: Option<&'a RegistrationRecord>,
    pub(super) new: Option<&'a RegistrationRecord>,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Made,
    /// What is kept is not `old`, or another record has the login name of `new`.
    Refused,
    Full,
}

/// What is kept before a change.
pub(super) struct Kept {
    pub(super) record: Option<Vec<u8>>,
    /// The id that has the login name of `new`.
    pub(super) owner: Option<Vec<u8>>,
    pub(super) records: usize,
    pub(super) revision: Option<Vec<u8>>,
}

impl<'a> Change<'a> {
    /// The field of the record.
    pub(super) fn id(&self) -> &'a str {
        let record = self.new.or(self.old);
        record.map_or("", |record| record.id().hash_text())
    }

    pub(super) fn old_text(&self) -> &'a str {
        self.old.map_or("", RegistrationRecord::json)
    }

    pub(super) fn new_text(&self) -> &'a str {
        self.new.map_or("", RegistrationRecord::json)
    }

    pub(super) fn old_name(&self) -> &'a str {
        login_name(self.old)
    }

    pub(super) fn new_name(&self) -> &'a str {
        login_name(self.new)
    }

    /// The name that nobody has any more.
    pub(super) fn freed_name(&self) -> Option<&'a str> {
        let name = self.old_name();
        (!name.is_empty() && name != self.new_name()).then_some(name)
    }

    /// What the script decides, for a transaction. `None`: the change is to be made.
    pub(super) fn decide(&self, kept: &Kept, caller: &str) -> Option<Outcome> {
        if kept.revision.as_deref() == Some(caller.as_bytes()) {
            return Some(Outcome::Made);
        }
        let record = kept.record.as_deref().unwrap_or_default();
        if self.old.is_none() && record == self.new_text().as_bytes() {
            return Some(Outcome::Made);
        }
        let is_old = record == self.old_text().as_bytes();
        let owner = kept
            .owner
            .as_deref()
            .filter(|_| !self.new_name().is_empty());
        if !is_old || owner.is_some_and(|owner| owner != self.id().as_bytes()) {
            return Some(Outcome::Refused);
        }
        let is_full = self.old.is_none() && kept.records >= MAX_REGISTRATIONS;
        is_full.then_some(Outcome::Full)
    }
}

fn login_name(record: Option<&RegistrationRecord>) -> &str {
    let name = record.and_then(|record| record.registration().login_name());
    name.unwrap_or_default()
}
