//! What a store says when it cannot answer.

use std::{error::Error, fmt};

use crate::{
    error::{LtiError, LtiErrorKind},
    observe::ErrorWord,
};

/// A store could not do what it was asked.
///
/// The launch is then turned away with 503, never let through: nobody can tell whether the nonce had
/// been used before.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Why a store could not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store is out of reach, answered with an error, or answered with something that is not
    /// understood. Becomes `store_unavailable`.
    Unavailable,
    /// The store holds as much as it may, and nothing in it may be dropped. Becomes `overloaded`.
    Full,
    /// The registration has as many deployments as it may. Becomes `deployment_rejected`.
    QuotaReached,
    /// The change was made, and what it was to wait for, such as a replica or a disk, did not acknowledge it
    /// in time. It may still be lost; to make the same call again asks anew. Becomes `store_unavailable`.
    NotDurable,
}

impl StoreError {
    /// Creates the error of a store that is out of reach or answered with an error.
    #[must_use]
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: StoreErrorKind::Unavailable,
            source: Some(source.into()),
        }
    }

    /// Creates the error of a store that may not hold more.
    #[must_use]
    pub fn full() -> Self {
        Self {
            kind: StoreErrorKind::Full,
            source: None,
        }
    }

    /// Creates the error of a registration that may not have more deployments.
    #[must_use]
    pub fn quota_reached() -> Self {
        Self {
            kind: StoreErrorKind::QuotaReached,
            source: None,
        }
    }

    /// Creates the error of a change that was made, and not acknowledged by what it was to wait for.
    #[must_use]
    pub fn not_durable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: StoreErrorKind::NotDurable,
            source: Some(source.into()),
        }
    }

    /// Says which of them it is.
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
