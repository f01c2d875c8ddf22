//! Errors of the tool's keys as a whole.

use std::{error::Error, fmt, ops::RangeInclusive, time::Duration};

use crate::{store::StoreError, tool_key::ToolKeyError};

/// The keys of a tool cannot be opened, rotated or revoked.
#[derive(Debug)]
#[non_exhaustive]
pub enum ToolKeysError {
    /// The store does not answer.
    Store(StoreError),
    /// No key of the store can be opened: they were sealed with another secret, or the store was tampered with.
    Unreadable {
        /// Their ids.
        keys: Vec<String>,
    },
    /// A key could not be made.
    Key(ToolKeyError),
    /// A key could not be sealed.
    NotSealed,
    /// There is no secret to seal keys with.
    NoSecret,
    /// No key has this id.
    UnknownKey,
    /// A time is too short or too long.
    OutOfBounds {
        /// Which one.
        setting: &'static str,
        /// What is allowed.
        allowed: RangeInclusive<Duration>,
    },
    /// Other instances changed the store each time that this one tried.
    Contended,
}

impl fmt::Display for ToolKeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(_) => f.write_str("the store of the tool's keys does not answer"),
            Self::Unreadable { keys } => write!(
                f,
                "none of the tool's {} stored keys can be opened; were they sealed with another secret?",
                keys.len(),
            ),
            Self::Key(_) => f.write_str("a key of the tool could not be made"),
            Self::NotSealed => f.write_str("a key of the tool could not be sealed"),
            Self::NoSecret => f.write_str("there is no secret to seal the tool's keys with"),
            Self::UnknownKey => f.write_str("the tool has no key of this id"),
            Self::OutOfBounds { setting, allowed } => {
                let (least, most) = (allowed.start().as_secs(), allowed.end().as_secs());
                write!(f, "`{setting}` has to be between {least} and {most} s")
            }
            Self::Contended => f.write_str("the tool's keys were changed by others all the time"),
        }
    }
}

impl Error for ToolKeysError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Key(error) => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for ToolKeysError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
