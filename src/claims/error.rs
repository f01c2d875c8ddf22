//! Which claim was wrong.

use std::{error::Error, fmt};

use crate::json::Json;

/// A claim that LTI requires is missing or wrong. It never holds the claim's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimError {
    claim: &'static str,
    kind: ClaimErrorKind,
    problem: Problem,
}

/// What is wrong with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimErrorKind {
    /// It is missing, of another type, empty, too long, or says something else than it may.
    Invalid,
    /// The message type is not one that the layer accepts.
    MessageTypeNotAccepted,
    /// The launch names no user, which is not allowed, or names none beside a name or an e-mail
    /// address, which never is.
    AnonymousNotAllowed,
}

/// What is wrong with a claim, more exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Missing,
    Null,
    /// It is of this type.
    Type(&'static str),
    Empty,
    Blank,
    TooLong,
    NotPrintableAscii,
    /// It is of the right type, and not what it has to be.
    Unlawful,
    NotAccepted,
    Anonymous,
    AnonymousBesideIdentity,
    /// A member that it must have is missing or wrong.
    Member(&'static str),
    /// An element of it is of another type.
    Element,
}

impl ClaimError {
    pub(super) fn invalid(claim: &'static str, problem: Problem) -> Self {
        Self {
            claim,
            kind: ClaimErrorKind::Invalid,
            problem,
        }
    }

    /// Says of a claim that had to be a string with something in it what it is.
    pub(super) fn not_text(claim: &'static str, value: Option<&Json<'_>>) -> Self {
        let problem = match value {
            Some(Json::Text(text)) if text.is_empty() => Problem::Empty,
            other => Problem::of_type(other, "a string"),
        };
        Self::invalid(claim, problem)
    }

    pub(super) fn not_accepted(claim: &'static str) -> Self {
        Self {
            claim,
            kind: ClaimErrorKind::MessageTypeNotAccepted,
            problem: Problem::NotAccepted,
        }
    }

    /// `sub` is not there, or is null.
    pub(super) fn anonymous(problem: Problem) -> Self {
        Self {
            claim: "sub",
            kind: ClaimErrorKind::AnonymousNotAllowed,
            problem,
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

impl Problem {
    /// Says of a claim that is of no use what it is in place of `wanted`.
    pub(super) fn of_type(value: Option<&Json<'_>>, wanted: &'static str) -> Self {
        match value {
            None => Self::Missing,
            Some(Json::Null) => Self::Null,
            Some(other) if other.type_name() == wanted => Self::Unlawful,
            Some(other) => Self::Type(other.type_name()),
        }
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the claim {} ", self.claim)?;
        match self.problem {
            Problem::Missing => f.write_str("is missing"),
            Problem::Null => f.write_str("is null, as good as missing"),
            Problem::Type(found) => write!(f, "is {found}, which it must not be"),
            Problem::Empty => f.write_str("is an empty string"),
            Problem::Blank => f.write_str("holds nothing but spaces"),
            Problem::TooLong => f.write_str("is longer than 255 characters"),
            Problem::NotPrintableAscii => {
                f.write_str("holds a character that is not printable ASCII")
            }
            Problem::Unlawful => f.write_str("is not what it has to be"),
            Problem::NotAccepted => f.write_str("names a message that is not accepted"),
            Problem::Anonymous => f.write_str("is missing, and anonymous launches are not allowed"),
            Problem::AnonymousBesideIdentity => {
                f.write_str("is missing beside a name, an e-mail address or a picture")
            }
            Problem::Member(member) => {
                write!(
                    f,
                    "lacks its member {member}, or that is not what it has to be"
                )
            }
            Problem::Element => f.write_str("holds an element that is not a string"),
        }
    }
}

impl Error for ClaimError {}
