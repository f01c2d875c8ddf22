//! What can be wrong at start-up.

use std::{convert::Infallible, error::Error, fmt};

use super::call_error::CallError;
use crate::store::StoreError;

/// A [`RedisStore`](super::RedisStore) could not be set up.
#[derive(Debug)]
#[non_exhaustive]
pub enum RedisConnectError {
    /// Invalid URL. The URL itself is not repeated, because it may hold a password.
    InvalidUrl {
        /// What is wrong with it.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server is unreachable, or accepts no writes.
    Unreachable {
        /// The failed call.
        source: StoreError,
    },
    /// Authentication failed, or the access list (ACL) lacks a required command. A retry does not help.
    Denied {
        /// The failed call.
        source: StoreError,
    },
    /// The server evicts keys when its memory is full. See
    /// [`insecure_allow_evicting_policy`](super::RedisStoreBuilder::insecure_allow_evicting_policy).
    EvictsKeys {
        /// The server's `maxmemory-policy`.
        policy: String,
    },
    /// The server cannot wait for its replicas or its disk: `WAIT` or `WAITAOF` is unknown or not allowed, or
    /// there is no append-only file. See
    /// [`durable_status_changes`](super::RedisStoreBuilder::durable_status_changes).
    NotDurable {
        /// The failed call.
        source: StoreError,
    },
}

impl From<CallError> for RedisConnectError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Evicts(policy) => Self::EvictsKeys { policy },
            error if error.is_access_denied() => Self::Denied {
                source: error.into(),
            },
            error => Self::Unreachable {
                source: error.into(),
            },
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
            Self::InvalidUrl { .. } => "the Redis URL cannot be used",
            Self::Unreachable { .. } => "Redis is out of reach or takes no writes",
            Self::Denied { .. } => "Redis does not let us in, or does not allow what is needed",
            Self::NotDurable { .. } => "Redis cannot wait for its replicas or its disk",
            Self::EvictsKeys { policy } => {
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
            Self::InvalidUrl { source } => Some(&**source),
            Self::Unreachable { source }
            | Self::Denied { source }
            | Self::NotDurable { source } => Some(source),
            Self::EvictsKeys { .. } => None,
        }
    }
}
