//! Why a stored record is left out.

use std::{error::Error, fmt};

use crate::{registration::RegistrationError, store::MAX_REGISTRATIONS};

/// The most bytes of a record.
pub(super) const MAX_RECORD_BYTES: usize = 64 * 1024;

/// Says why a stored record is left out.
#[derive(Debug)]
pub(super) enum LeftOut {
    Invalid(RegistrationError),
    TooLarge,
    TooMany,
}

impl From<RegistrationError> for LeftOut {
    fn from(error: RegistrationError) -> Self {
        Self::Invalid(error)
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::TooLarge => write!(f, "a record has more than {MAX_RECORD_BYTES} bytes"),
            Self::TooMany => write!(f, "there are more than {MAX_REGISTRATIONS} records"),
        }
    }
}

impl Error for LeftOut {}
