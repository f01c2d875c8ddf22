//! Why a registration was not changed.

use std::{error::Error, fmt};

use crate::{registration::RegistrationError, store::StoreError};

/// Says why a registration was not added, changed or removed.
#[derive(Debug)]
#[non_exhaustive]
pub enum RegistrationChangeError {
    /// There is another registration with the same issuer, client id and discriminator, or the same login name.
    AlreadyExists,
    /// There is no such registration.
    Unknown,
    /// Somebody else changed it meanwhile, again and again.
    Conflict,
    /// It has more than 64 KiB.
    TooLarge,
    /// What it would become cannot be used.
    Invalid(RegistrationError),
    /// The store could not answer.
    Store(StoreError),
}

impl fmt::Display for RegistrationChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyExists => "there is a registration with this id or login name",
            Self::Unknown => "there is no such registration",
            Self::Conflict => "the registration was changed by somebody else meanwhile",
            Self::TooLarge => "the registration has more than 64 KiB",
            Self::Invalid(_) => "the registration cannot be used",
            Self::Store(_) => "the store could not answer",
        })
    }
}

impl Error for RegistrationChangeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Invalid(error) => Some(error),
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for RegistrationChangeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
