//! Why a login or a launch was refused, and what the person sees.
//!
//! A refusal is a response, never an error of the service: the inner service's error type is left
//! alone. The [`LtiError`] rides in the response's extensions, so that an outer layer can read it.
//!
//! What the page says depends on the [`ErrorCode`] alone. The [`LtiErrorKind`] is finer and meant for
//! the operator: every way in which a token can be bad has one code, `token_rejected`, so that whoever
//! probes learns nothing from the answer.
//!
#![doc = include_str!("codes.md")]

mod clock_offset;
mod code;
mod kind;
mod page;

use std::{error::Error, fmt, sync::Arc, time::Duration};

use http::StatusCode;

pub(crate) use self::{clock_offset::ClockOffset, page::harden};
pub use self::{code::ErrorCode, kind::LtiErrorKind};

/// A login or a launch that was refused.
#[derive(Clone, Debug)]
pub struct LtiError {
    kind: LtiErrorKind,
    reference: String,
    retry_after: Option<Duration>,
    way_back: Option<String>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl LtiError {
    pub(crate) fn new(kind: LtiErrorKind) -> Self {
        Self {
            kind,
            reference: crate::random::text::<9>().unwrap_or_default(),
            retry_after: None,
            way_back: None,
            source: None,
        }
    }

    pub(crate) fn with_source(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Lets the page lead back to the platform. The address must have been checked.
    pub(crate) fn with_way_back(mut self, url: &str) -> Self {
        self.way_back = Some(url.to_owned());
        self
    }

    pub(crate) fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// What exactly went wrong, for the operator.
    #[must_use]
    pub fn kind(&self) -> LtiErrorKind {
        self.kind
    }

    /// The stable code that the answer carries.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.kind.code()
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.code().status()
    }

    /// Where the specification asks for the check that failed.
    #[must_use]
    pub fn spec_ref(&self) -> &'static str {
        self.code().spec_ref()
    }

    /// What the person at the keyboard should do next.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.kind.remedy()
    }

    /// A random reference that stands on the page and in the log, and nowhere else.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

impl From<LtiErrorKind> for LtiError {
    fn from(kind: LtiErrorKind) -> Self {
        Self::new(kind)
    }
}

impl From<crate::random::Unguessable> for LtiError {
    fn from(error: crate::random::Unguessable) -> Self {
        Self::new(LtiErrorKind::RandomnessUnavailable).with_source(error)
    }
}

impl From<crate::store::StoreError> for LtiError {
    fn from(error: crate::store::StoreError) -> Self {
        let kind = match error.kind() {
            crate::store::StoreErrorKind::Unavailable
            | crate::store::StoreErrorKind::NotDurable => LtiErrorKind::StoreUnavailable,
            crate::store::StoreErrorKind::Full => LtiErrorKind::StoreFull,
            crate::store::StoreErrorKind::QuotaReached => LtiErrorKind::DeploymentQuotaReached,
        };
        Self::new(kind).with_source(error)
    }
}

impl fmt::Display for LtiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.reason())
    }
}

impl Error for LtiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
