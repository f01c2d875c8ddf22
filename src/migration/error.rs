//! Why former ids are not believed.

use std::{error::Error, fmt};

/// Why the ids that a launch had under LTI 1.1 are not believed. The launch itself is as good as any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MigrationError {
    /// The launch has no claim `lti1p1`: the platform was never on LTI 1.1 with this tool, or does not tell.
    NoClaim,
    /// The claim names no consumer key: some platforms tell former user ids only.
    NoConsumerKey,
    /// The claim is not signed. The specification leaves that to the platform.
    NotSigned,
    /// None of the given consumers has the claim's consumer key.
    UnknownConsumer,
    /// The consumer moved to another registration or deployment than the launch's.
    OtherPlace,
    /// The consumer names no registration or deployment that it moved to, and was not said to be
    /// [`believed_anywhere`](super::ToolConsumer::believed_anywhere).
    PlaceNeeded,
    /// The signature was not made for this token with a secret of the given consumers.
    WrongSignature,
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoClaim => "the launch has no lti1p1 claim",
            Self::NoConsumerKey => "the lti1p1 claim names no consumer key",
            Self::NotSigned => "the lti1p1 claim has no oauth_consumer_key_sign",
            Self::UnknownConsumer => "no consumer has the key of the lti1p1 claim",
            Self::OtherPlace => "the consumer moved to another registration or deployment",
            Self::PlaceNeeded => {
                "the consumer names no registration or deployment that it moved to"
            }
            Self::WrongSignature => {
                "oauth_consumer_key_sign was not made for this token with the consumer's secret"
            }
        })
    }
}

impl Error for MigrationError {}
