//! Why a signature was not verified.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use crate::{
    error::{LtiError, LtiErrorKind},
    key_set::{FetchError, KeySet, SignatureAlgorithm, no_key_verifies::NoKeyVerifies},
};

/// Why none of the keys of a set verifies a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// No key of that id is published.
    UnknownKey,
    /// The key of that id does not fit the algorithm.
    UnfitKey,
    /// The signature is wrong.
    BadSignature,
}

/// Why a signature was not verified, with all that led to it.
#[derive(Clone, Debug)]
pub(crate) enum VerifyError {
    /// None of the platform's keys verifies it.
    Rejected(Mismatch, NoKeyVerifies),
    /// That cannot be decided now: the key set is out of reach, or it may have changed and is not asked
    /// for again yet.
    Unavailable {
        retry_after: Duration,
        cause: Arc<dyn Error + Send + Sync>,
    },
    /// The answer is no key set and none is cached.
    Invalid(Arc<FetchError>),
}

impl VerifyError {
    pub(super) fn rejected(
        mismatch: Mismatch,
        key_id: &str,
        algorithm: SignatureAlgorithm,
        keys: &KeySet,
    ) -> Self {
        Self::Rejected(mismatch, NoKeyVerifies::of(key_id, algorithm, keys))
    }
}

/// Keeps the whole cause: the launch's error leads down to what the HTTP client said.
impl From<VerifyError> for LtiError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Rejected(mismatch, cause) => {
                let kind = match mismatch {
                    Mismatch::UnknownKey => LtiErrorKind::KeyUnknown,
                    Mismatch::UnfitKey => LtiErrorKind::KeyUnfit,
                    Mismatch::BadSignature => LtiErrorKind::SignatureWrong,
                };
                Self::new(kind).with_source(cause)
            }
            VerifyError::Invalid(cause) => {
                Self::new(LtiErrorKind::KeySetInvalid).with_shared_source(cause)
            }
            VerifyError::Unavailable { retry_after, cause } => {
                Self::new(LtiErrorKind::KeySetUnavailable)
                    .with_shared_source(cause)
                    .with_retry_after(retry_after)
            }
        }
    }
}

/// The platform has just changed its keys, so that it may have changed them again.
#[derive(Debug)]
pub(super) struct KeysJustChanged {
    pub(super) ago: Duration,
    pub(super) asked_again_in: Duration,
}

impl fmt::Display for KeysJustChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ago, again) = (self.ago.as_secs(), self.asked_again_in.as_secs());
        write!(
            f,
            "the platform's keys had changed when they were fetched {ago} s ago; they are fetched again in \
             {again} s at the earliest"
        )
    }
}

impl Error for KeysJustChanged {}
