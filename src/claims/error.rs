//! Which claim was wrong.

use std::{error::Error, fmt};

/// A claim that LTI requires is missing or wrong. It never holds the claim's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimError {
    pub(super) claim: &'static str,
    pub(super) kind: ClaimErrorKind,
}

/// What is wrong with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimErrorKind {
    /// It is missing, of another type, empty, or too long.
    Invalid,
    /// The message type is not one that the layer accepts.
    MessageTypeNotAccepted,
    /// The launch names no user, which is not allowed, or names none beside a name or an e-mail
    /// address, which never is.
    AnonymousNotAllowed,
}

impl ClaimError {
    pub(super) fn invalid(claim: &'static str) -> Self {
        Self {
            claim,
            kind: ClaimErrorKind::Invalid,
        }
    }

    /// The claim's name.
    #[must_use]
    pub fn claim(&self) -> &'static str {
        self.claim
    }

    /// What is wrong with it.
    #[must_use]
    pub fn kind(&self) -> ClaimErrorKind {
        self.kind
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claim = self.claim;
        match self.kind {
            ClaimErrorKind::Invalid => write!(f, "the claim {claim} is missing or wrong"),
            ClaimErrorKind::MessageTypeNotAccepted => {
                write!(f, "the claim {claim} names a message that is not accepted")
            }
            ClaimErrorKind::AnonymousNotAllowed => {
                write!(
                    f,
                    "the claim {claim} is missing, and anonymous launches are not allowed"
                )
            }
        }
    }
}

impl Error for ClaimError {}
