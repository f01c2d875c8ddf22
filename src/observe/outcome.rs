//! How a login or a launch ended.

use crate::error::{ErrorCode, LtiError, LtiErrorKind};

/// How a login or a launch ended. The words for it are a fixed set.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// The handler got the launch.
    Launched,
    /// The handler got the launch, which made its deployment's record.
    Created,
    /// The handler got a launch that had been parked.
    Resumed,
    /// The handler got a launch whose deployment is not known.
    Forwarded,
    /// The browser was sent on: by a login to the platform, by a launch to onboarding.
    Redirected,
    /// The cookie of a launch is missing, and the browser was asked for the secret in the platform's storage.
    StorageAsked,
    /// The deployment waits for approval.
    Pending,
    /// It was rejected with this code.
    Rejected(ErrorCode),
    /// It never came to an end: the browser went away, or something panicked.
    Abandoned,
}

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Launched => "launched",
            Self::Created => "created",
            Self::Resumed => "resumed",
            Self::Forwarded => "forwarded",
            Self::Redirected => "redirected",
            Self::StorageAsked => "storage_asked",
            Self::Pending => "pending",
            Self::Rejected(code) => code.as_str(),
            Self::Abandoned => "abandoned",
        }
    }
}

impl From<&LtiError> for Outcome {
    fn from(error: &LtiError) -> Self {
        // Somebody has to act, but nothing is wrong.
        if error.kind() == LtiErrorKind::DeploymentPending {
            Self::Pending
        } else {
            Self::Rejected(error.code())
        }
    }
}

/// An error that a metric can name.
pub(crate) trait ErrorWord {
    /// One word from a fixed set.
    fn word(&self) -> &'static str;
}
