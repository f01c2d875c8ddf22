//! What can be wrong at start-up.

use std::{convert::Infallible, error::Error, fmt};

use super::fault::Fault;
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
    /// The server did not let us in, or does not allow us what we need: wrong password, or an access
    /// list that is too narrow. To try again is of no use.
    Denied(StoreError),
    /// The server evicts keys when its memory is full, by this policy. See
    /// [`allow_evicting_policy`](super::RedisStoreBuilder::allow_evicting_policy).
    Evicts(String),
    /// The server cannot wait for its replicas or its disk: it does not know or not allow `WAIT` or `WAITAOF`,
    /// or keeps no append-only file. See
    /// [`durable_status_changes`](super::RedisStoreBuilder::durable_status_changes).
    NotDurable(StoreError),
}

impl From<Fault> for RedisConnectError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Evicts(policy) => Self::Evicts(policy),
            fault if fault.is_denial() => Self::Denied(fault.into()),
            fault => Self::Unreachable(fault.into()),
        }
    }
}

impl From<Infallible> for RedisConnectError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Display for RedisConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url(_) => "the Redis URL cannot be used",
            Self::Unreachable(_) => "Redis is out of reach or takes no writes",
            Self::Denied(_) => "Redis does not let us in, or does not allow what is needed",
            Self::NotDurable(_) => "Redis cannot wait for its replicas or its disk",
            Self::Evicts(policy) => {
                return write!(
                    f,
                    "Redis evicts keys when its memory is full (maxmemory-policy {policy}), and would \
                     forget used nonces; set it to noeviction"
                );
            }
        })
    }
}

impl Error for RedisConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Url(source) => Some(&**source),
            Self::Unreachable(source) | Self::Denied(source) | Self::NotDurable(source) => {
                Some(source)
            }
            Self::Evicts(_) => None,
        }
    }
}
