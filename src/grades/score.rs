//! A score, to be sent.

use std::{fmt, time::SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    grades::{ActivityProgress, GradingProgress, extension::Extension},
    registration::ProductFamily,
    service_error::{ServiceError, ServiceErrorKind},
    timestamp,
};

/// Canvas' member of a score.
const CANVAS_SUBMISSION: &str = "https://canvas.instructure.com/lti/submission";

/// A score of one learner, to be sent (AGS 2.0 §3.4).
///
/// It goes as `Completed` and `FullyGraded` unless it says otherwise. Each score replaces the one before: a
/// comment, or points, that it does not have are cleared in the platform.
///
/// It is personal data: `Debug` shows none of it. It can be serialized, to be kept until it is sent.
///
/// # Examples
///
/// ```
/// use tower_lti::grades::Score;
///
/// let score = Score::of("user-7", 8.5, 10.0)?.comment("Well done");
/// assert_eq!(score.user_id(), "user-7");
/// assert!(Score::of("user-7", f64::NAN, 10.0).is_err());
/// # Ok::<(), tower_lti::services::ServiceError>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[must_use]
pub struct Score {
    pub(super) user_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) points: Option<Points>,
    pub(super) activity_progress: ActivityProgress,
    pub(super) grading_progress: GradingProgress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scoring_user_id: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "timestamp::text"
    )]
    pub(super) timestamp: Option<SystemTime>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "timestamp::text"
    )]
    pub(super) started_at: Option<SystemTime>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "timestamp::text"
    )]
    pub(super) submitted_at: Option<SystemTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) new_submission: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) extensions: Vec<Extension>,
}

/// What was given, and out of how much: one is not said without the other (AGS 2.0 §3.4.4).
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Points {
    pub(super) given: f64,
    pub(super) maximum: f64,
}

impl Score {
    /// A final grade: `given` points out of `maximum`, which need not be the line item's.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when the user id is empty, when `given` is
    /// not finite or below zero, and when `maximum` is not finite, or not above zero.
    #[doc(alias("grade", "scoreGiven"))]
    pub fn of(user_id: &str, given: f64, maximum: f64) -> Result<Self, ServiceError> {
        let mut score = Self::cleared(user_id)?;
        score.points = Some(Points { given, maximum });
        score.check_points()?;
        Ok(score)
    }

    /// A score without points: it says how far somebody is, and **clears** the points that the platform has.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when the user id is empty.
    pub fn cleared(user_id: &str) -> Result<Self, ServiceError> {
        let score = Self {
            user_id: user_id.to_owned(),
            points: None,
            activity_progress: ActivityProgress::Completed,
            grading_progress: GradingProgress::FullyGraded,
            comment: None,
            scoring_user_id: None,
            timestamp: None,
            started_at: None,
            submitted_at: None,
            new_submission: None,
            extensions: Vec::new(),
        };
        score.check_user()?;
        Ok(score)
    }

    /// The learner: the `sub` of a launch, or the `user_id` of a roster. Personal data.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The points that are given; `None` where they are cleared.
    #[must_use]
    pub fn score_given(&self) -> Option<f64> {
        self.points.map(|points| points.given)
    }

    /// Out of how many points; `None` where they are cleared.
    #[must_use]
    pub fn score_maximum(&self) -> Option<f64> {
        self.points.map(|points| points.maximum)
    }

    /// Sets how far the learner is. Default: `Completed`.
    pub fn activity_progress(mut self, progress: ActivityProgress) -> Self {
        self.activity_progress = progress;
        self
    }

    /// Sets how far the grading is. Default: `FullyGraded`; platforms may drop every other score.
    pub fn grading_progress(mut self, progress: GradingProgress) -> Self {
        self.grading_progress = progress;
        self
    }

    /// Sets the comment: plain text.
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Says that the platform should clear the comment. A score without a comment does the same by the
    /// specification, but not on every platform.
    pub fn clear_comment(self) -> Self {
        self.comment("")
    }

    /// Leaves the points out: the platform clears those that it has.
    pub fn clear_score(mut self) -> Self {
        self.points = None;
        self
    }

    /// Cuts what is given at the maximum. More than the maximum is lawful, but some platforms refuse it.
    pub fn at_most_maximum(mut self) -> Self {
        self.points = self.points.map(|points| Points {
            given: points.given.min(points.maximum),
            ..points
        });
        self
    }

    /// Names who gave the score, by their LTI user id. An empty one counts as none.
    pub fn scoring_user_id(mut self, user_id: &str) -> Self {
        self.scoring_user_id = Some(user_id.to_owned()).filter(|id| !id.is_empty());
        self
    }

    /// Sets the time of the score. Default: when it is sent, or just after the score before it of the same
    /// learner. Platforms refuse a score that is not later than the one they have.
    ///
    /// When work was handed in is [`submitted_at`](Self::submitted_at).
    pub fn timestamp(mut self, time: SystemTime) -> Self {
        self.timestamp = Some(time);
        self
    }

    /// Sets when the learner began.
    pub fn started_at(mut self, time: SystemTime) -> Self {
        self.started_at = Some(time);
        self
    }

    /// Sets when the learner handed in. To be repeated with later scores for the same work. More than a minute
    /// ahead of now it is refused before it is sent.
    pub fn submitted_at(mut self, time: SystemTime) -> Self {
        self.submitted_at = Some(time);
        self
    }

    /// Says to Canvas whether this is new work. Canvas takes each score for a submission, which changes its
    /// date and uses up an attempt, unless this is `false`. Other platforms are not told.
    pub fn new_submission(mut self, is_new: bool) -> Self {
        self.new_submission = Some(is_new);
        self
    }

    /// Adds a member for one vendor's platforms, named by a fully qualified URL (AGS 2.0 §3.1.2). Other
    /// platforms do not get it.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when the name is no such URL.
    pub fn extension(
        mut self,
        family: ProductFamily,
        name: &str,
        value: impl Into<Value>,
    ) -> Result<Self, ServiceError> {
        self.extensions
            .push(Extension::new(family, name, value.into())?);
        Ok(self)
    }

    /// All members for one vendor's platforms.
    pub(super) fn all_extensions(&self) -> impl Iterator<Item = Extension> {
        let new_submission = self.new_submission.and_then(|is_new| {
            let value = json!({"new_submission": is_new});
            Extension::new(ProductFamily::Canvas, CANVAS_SUBMISSION, value).ok()
        });
        self.extensions.iter().cloned().chain(new_submission)
    }

    pub(super) fn check_user(&self) -> Result<(), ServiceError> {
        match self.user_id.trim().is_empty() {
            true => Err(invalid("`userId` is empty")),
            false => Ok(()),
        }
    }

    pub(super) fn check_points(&self) -> Result<(), ServiceError> {
        let Some(Points { given, maximum }) = self.points else {
            return Ok(());
        };
        if !given.is_finite() || given < 0.0 {
            return Err(invalid("`scoreGiven` is not a number of zero or more"));
        }
        if !maximum.is_finite() || maximum <= 0.0 {
            return Err(invalid("`scoreMaximum` is not a number above zero"));
        }
        Ok(())
    }
}

fn invalid(detail: &str) -> ServiceError {
    ServiceError::new(ServiceErrorKind::ValueInvalid).with_detail(detail)
}

impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Score").finish_non_exhaustive()
    }
}
