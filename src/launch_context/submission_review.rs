//! A launch that opens a learner's submission.

use std::fmt;

use crate::{
    claims::{AgsEndpoint, ForUser, MessageType},
    launch_context::LaunchContext,
};

/// A launch that opens a learner's submission for review (`LtiSubmissionReviewRequest`): who looks, and whose it is.
/// Cheap to clone. `Debug` shows no personal data.
///
/// Such launches come in where
/// [`accept_message_type`](crate::LtiLaunchLayer::accept_message_type) lets them; with the feature `axum` it is an
/// extractor. What the user was graded for, and how, is told by `Grades::of_review` (feature `services`).
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use tower_lti::{claims::names, testing::LaunchContextBuilder};
///
/// let launch = LaunchContextBuilder::new("https://lms.test", "tool-1")
///     .claim(names::MESSAGE_TYPE, "LtiSubmissionReviewRequest")
///     .claim(names::FOR_USER, json!({"user_id": "user-2"}))
///     .build();
/// let review = launch.submission_review().expect("it is one");
/// assert_eq!(review.for_user().user_id(), "user-2");
/// ```
#[derive(Clone)]
pub struct SubmissionReview {
    launch: LaunchContext,
    for_user: ForUser,
}

impl LaunchContext {
    /// The review that this launch opens; `None` where it is another message, or does not say whose submission
    /// is looked at.
    #[must_use]
    pub fn submission_review(&self) -> Option<SubmissionReview> {
        let claims = self.claims();
        if *claims.message_type() != MessageType::SubmissionReview {
            return None;
        }
        Some(SubmissionReview {
            for_user: claims.for_user()?.clone(),
            launch: self.clone(),
        })
    }
}

impl SubmissionReview {
    /// The launch: who looks.
    #[must_use]
    pub fn launch(&self) -> &LaunchContext {
        &self.launch
    }

    /// The user whose submission it is.
    #[must_use]
    pub fn for_user(&self) -> &ForUser {
        &self.for_user
    }

    /// The line item that the submission is graded in.
    #[must_use]
    pub fn line_item(&self) -> Option<&str> {
        self.launch
            .claims()
            .ags_endpoint()
            .and_then(AgsEndpoint::lineitem)
    }
}

impl fmt::Debug for SubmissionReview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubmissionReview")
            .field("launch", &self.launch)
            .finish_non_exhaustive()
    }
}
