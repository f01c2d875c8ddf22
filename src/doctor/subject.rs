//! What a finding is about.

use std::fmt;

use crate::{identity::RegistrationId, redact};

/// The most characters of an issuer or a client id in the text form.
const MAX_CHARS: usize = 255;

/// What a finding is about: a registration, and where it stands in its file; all of them together; or the tool itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    registration: Option<RegistrationId>,
    entry: Option<usize>,
    line: Option<usize>,
    is_list: bool,
}

impl Subject {
    pub(super) fn of_registration(id: &RegistrationId) -> Self {
        Self {
            registration: Some(id.clone()),
            ..Self::default()
        }
    }

    /// All registrations: their file, or their store.
    pub(super) fn of_list(line: Option<usize>) -> Self {
        Self {
            line,
            is_list: true,
            ..Self::default()
        }
    }

    pub(super) fn of_entry(entry: usize, line: usize) -> Self {
        Self {
            entry: Some(entry),
            line: Some(line),
            is_list: true,
            ..Self::default()
        }
    }

    pub(super) fn with_registration(mut self, id: &RegistrationId) -> Self {
        self.registration = Some(id.clone());
        self
    }

    pub(super) fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The registration, where it can be read.
    #[must_use]
    pub fn registration(&self) -> Option<&RegistrationId> {
        self.registration.as_ref()
    }

    /// The number of its entry in the file, from one.
    #[must_use]
    pub fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// The line of the file, from one: where the entry begins, or where the mistake is.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// Whether both are about one registration, one entry, or the tool itself.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.registration == other.registration
            && self.entry == other.entry
            && self.is_list == other.is_list
    }
}

/// The heading of the text form.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match (self.entry, self.line) {
            (Some(entry), Some(line)) => format!("entry {entry}, line {line}"),
            (Some(entry), None) => format!("entry {entry}"),
            (None, Some(line)) => format!("line {line}"),
            (None, None) => String::new(),
        };
        match &self.registration {
            Some(id) => {
                let issuer = redact::line(id.issuer().as_str(), MAX_CHARS);
                let client_id = redact::line(id.client_id().as_str(), MAX_CHARS);
                write!(f, "registration {client_id} at {issuer}")?;
                if let Some(name) = id.discriminator() {
                    write!(f, " ({})", redact::line(name, MAX_CHARS))?;
                }
                match place.is_empty() {
                    true => Ok(()),
                    false => write!(f, " ({place})"),
                }
            }
            None if !self.is_list => f.write_str("the tool itself"),
            None if place.is_empty() => f.write_str("the registrations"),
            None => write!(f, "the registrations, {place}"),
        }
    }
}
