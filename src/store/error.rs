//! Errors of stores.

use std::{error::Error, fmt};

use crate::{
    error::{LtiError, LtiErrorKind},
    observe::ErrorWord,
};

/// A store could not do what it was asked.
///
/// The launch is then rejected with 503, because its nonce may have been consumed before.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Why a store failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store cannot be reached, or answered with an error or something unexpected. Becomes
    /// `store_unavailable`.
    Unavailable,
    /// The store is at its capacity, and may evict nothing. Becomes `overloaded`.
    Full,
    /// The registration has reached its quota of deployments. Becomes `deployment_rejected`.
    QuotaReached,
    /// The change was made, but a replica or the disk did not acknowledge it in time: it may still be lost.
    /// The same call can be retried. Becomes `store_unavailable`.
    NotDurable,
}

impl StoreError {
    /// Creates the error of a store that cannot be reached or answered with an error.
    #[must_use]
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: StoreErrorKind::Unavailable,
            source: Some(source.into()),
        }
    }

    /// Creates the error of a store at its capacity.
    #[must_use]
    pub fn full() -> Self {
        Self {
            kind: StoreErrorKind::Full,
            source: None,
        }
    }

    /// Creates the error of a registration that has reached its quota of deployments.
    #[must_use]
    pub fn quota_reached() -> Self {
        Self {
            kind: StoreErrorKind::QuotaReached,
            source: None,
        }
    }

    /// Creates the error of a change that was made, but not acknowledged as durable.
    #[must_use]
    pub fn not_durable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: StoreErrorKind::NotDurable,
            source: Some(source.into()),
        }
    }

    /// Why the store failed.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl ErrorWord for StoreError {
    fn word(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::Unavailable => "unavailable",
            StoreErrorKind::Full => "full",
            StoreErrorKind::QuotaReached => "quota_reached",
            StoreErrorKind::NotDurable => "not_durable",
        }
    }
}

impl From<StoreError> for LtiError {
    fn from(error: StoreError) -> Self {
        let kind = match error.kind {
            StoreErrorKind::Unavailable | StoreErrorKind::NotDurable => {
                LtiErrorKind::StoreUnavailable
            }
            StoreErrorKind::Full => LtiErrorKind::StoreFull,
            StoreErrorKind::QuotaReached => LtiErrorKind::DeploymentQuotaReached,
        };
        Self::from(kind).with_source(error)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::Unavailable => "the store could not answer",
            StoreErrorKind::Full => "the store may not hold more",
            StoreErrorKind::QuotaReached => "the registration may not have more deployments",
            StoreErrorKind::NotDurable => {
                "the change was made, and not acknowledged in time as durable; it may still be lost"
            }
        })
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
