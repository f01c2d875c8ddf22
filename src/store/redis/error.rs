//! What can be wrong at start-up.

use std::{error::Error, fmt};

use crate::store::StoreError;

/// A [`RedisStore`](super::RedisStore) could not be set up.
#[derive(Debug)]
#[non_exhaustive]
pub enum RedisConnectError {
    /// The URL is not one that can be connected to; the URL itself is not repeated, because it may
    /// hold a password.
    Url(Box<dyn Error + Send + Sync>),
    /// The server was out of reach, or took no writes.
    Unreachable(StoreError),
}

impl fmt::Display for RedisConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url(_) => "the Redis URL cannot be used",
            Self::Unreachable(_) => "Redis is out of reach or takes no writes",
        })
    }
}

impl Error for RedisConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Url(source) => Some(&**source),
            Self::Unreachable(source) => Some(source),
        }
    }
}
