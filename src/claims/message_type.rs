//! What kind of message a launch is.

use std::fmt;

/// What kind of message a launch is (LTI Core 1.3 §5.3.1).
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageType {
    /// `LtiResourceLinkRequest`: somebody follows a link in a course.
    #[doc(alias("basic-lti-launch-request", "LtiResourceLinkRequest"))]
    ResourceLink,
    /// `LtiDeepLinkingRequest`: somebody chooses content to put into a course.
    #[doc(alias("ContentItemSelectionRequest", "LtiDeepLinkingRequest"))]
    DeepLinking,
    /// `LtiSubmissionReviewRequest`: somebody looks at a learner's submission.
    #[doc(alias = "LtiSubmissionReviewRequest")]
    SubmissionReview,
    /// Any other, as it is spelt.
    Other(Box<str>),
}

impl MessageType {
    /// Reads a message type; upper and lower case differ.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match text {
            "LtiResourceLinkRequest" => Self::ResourceLink,
            "LtiDeepLinkingRequest" => Self::DeepLinking,
            "LtiSubmissionReviewRequest" => Self::SubmissionReview,
            other => Self::Other(other.into()),
        }
    }

    /// The message type as it is in a token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ResourceLink => "LtiResourceLinkRequest",
            Self::DeepLinking => "LtiDeepLinkingRequest",
            Self::SubmissionReview => "LtiSubmissionReviewRequest",
            Self::Other(other) => other,
        }
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Its name, if it is one word; what else a platform may have put there is not shown.
impl fmt::Debug for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.as_str();
        let is_word = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        f.write_str(if is_word { name } else { "Other(..)" })
    }
}
