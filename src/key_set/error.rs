//! Why something is not a key set.

use std::{error::Error, fmt};

/// Something is not a key set that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeySetError {
    /// It is not a JSON object with a `keys` array.
    NotAKeySet,
    /// No key in it can verify a launch.
    NoUsableKey,
    /// It has more than 512 KiB.
    TooLarge,
}

impl fmt::Display for KeySetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAKeySet => "is not a JSON object with a `keys` array",
            Self::NoUsableKey => "holds no key that can verify a launch",
            Self::TooLarge => "has more than 512 KiB",
        })
    }
}

impl Error for KeySetError {}
