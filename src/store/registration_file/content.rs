//! What a registration file says, once all of it has been checked.

use std::{fs, io, path::Path, sync::Arc};

use super::array_text::ArrayText;
use crate::{
    digest::Digest,
    registration::{RegistrationError, RegistrationRecord, Registrations},
    store::RegistrationsRevision,
};

/// The most bytes of a file.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// A file that can be used as a whole.
pub(super) struct Content {
    pub(super) text: String,
    pub(super) records: Vec<RegistrationRecord>,
    pub(super) revision: RegistrationsRevision,
}

impl Content {
    pub(super) fn read(path: &Path) -> Result<Self, RegistrationError> {
        let text = read_text(path).map_err(|source| RegistrationError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(text)
    }

    pub(super) fn parse(text: String) -> Result<Self, RegistrationError> {
        match parse_all(&text) {
            Ok(records) => Ok(Self {
                revision: RegistrationsRevision::new(Digest::of([&text]).to_text()),
                text,
                records,
            }),
            // With the line in the file.
            Err(error) => Err(Registrations::from_json(&text).err().unwrap_or(error)),
        }
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > MAX_BYTES {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    fs::read_to_string(path)
}

fn parse_all(text: &str) -> Result<Vec<RegistrationRecord>, RegistrationError> {
    let array = ArrayText::read(text).map_err(|source| RegistrationError::Json { source })?;
    let mut list = Registrations::default();
    let mut records = Vec::with_capacity(array.elements().len());
    for element in array.elements() {
        let record = RegistrationRecord::from_json(element)?;
        list.add_shared(Arc::clone(record.shared()))?;
        records.push(record);
    }
    Ok(records)
}
