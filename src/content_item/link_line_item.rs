//! The line item of a link.

use serde_json::{Map, Value};

use crate::{
    content_item::{
        ItemError,
        builder::{self, extensible},
        rule::Rule,
        rules,
    },
    grades::{LineItemDraft, ReviewSettings, points_to_json},
    service_error::ServiceError,
};

/// The line item of a link: the column of the grade book that comes with it (Deep Linking 2.0 §3.2).
///
/// Whether the platform made it is seen at launch, and in the list of line items: what is set here as
/// [`resource_id`](Self::resource_id) and [`tag`](Self::tag) is found by
/// [`LineItems::resource_id`](crate::grades::LineItems::resource_id) and
/// [`LineItems::tag`](crate::grades::LineItems::tag).
///
/// # Examples
///
/// ```
/// use tower_lti::deep_linking::LinkLineItem;
///
/// let quiz = LinkLineItem::new(10.0)?.resource_id("quiz-1").tag("grade");
/// assert!(LinkLineItem::new(0.0).is_err());
///
/// // The same line item, for a platform that makes none of its own.
/// let draft = quiz.to_draft("Quiz 1");
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct LinkLineItem {
    members: Map<String, Value>,
    score_maximum: f64,
    review: Option<ReviewSettings>,
}

extensible!(LinkLineItem);

impl LinkLineItem {
    /// Starts a line item in which `score_maximum` points can be reached.
    ///
    /// # Errors
    ///
    /// Fails when the maximum is not finite, or not above zero.
    pub fn new(score_maximum: f64) -> Result<Self, ItemError> {
        let points = points_to_json(score_maximum);
        let points = builder::checked("scoreMaximum", Rule::Points, points);
        let line_item = Self {
            members: Map::new(),
            score_maximum,
            review: None,
        };
        Ok(line_item.with("scoreMaximum", points.map_err(in_line_item)?))
    }

    /// Sets what the column is called. Default: the title of the link. An empty one counts as none.
    pub fn label(self, label: &str) -> Self {
        self.with_text("label", label)
    }

    /// Sets the tool's own id of what is graded. An empty one counts as none.
    pub fn resource_id(self, id: &str) -> Self {
        self.with_text("resourceId", id)
    }

    /// Sets what tells several line items of one resource apart. An empty one counts as none.
    pub fn tag(self, tag: &str) -> Self {
        self.with_text("tag", tag)
    }

    /// Wishes that learners see their grades, or do not. The platform decides.
    pub fn grades_released(self, released: bool) -> Self {
        self.with("gradesReleased", released)
    }

    /// Asks for submission review: the platform then opens the tool on a learner's submission.
    ///
    /// # Errors
    ///
    /// Fails when the settings name a URL that is no fully qualified http or https one.
    pub fn submission_review(mut self, settings: ReviewSettings) -> Result<Self, ItemError> {
        let review = builder::checked("submissionReview", rules::REVIEW_RULE, settings.to_json());
        let review = review.map_err(in_line_item)?;
        self.review = Some(settings);
        Ok(self.with("submissionReview", review))
    }

    /// The same line item as one that the tool creates itself, but for extensions. Where it has no label, it gets the
    /// title of the link, as platforms do it.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](crate::services::ServiceErrorKind::ValueInvalid) when it has no label and the
    /// title is blank.
    pub fn to_draft(&self, title: &str) -> Result<LineItemDraft, ServiceError> {
        let text = |name| self.members.get(name).and_then(Value::as_str);
        let label = text("label").filter(|label| !label.trim().is_empty());
        let mut draft = LineItemDraft::new(label.unwrap_or(title), self.score_maximum)?
            .resource_id(text("resourceId").unwrap_or_default())
            .tag(text("tag").unwrap_or_default());
        if let Some(released) = self.members.get("gradesReleased").and_then(Value::as_bool) {
            draft = draft.grades_released(released);
        }
        if let Some(review) = &self.review {
            draft = draft.submission_review(review.clone());
        }
        Ok(draft)
    }

    pub(super) fn into_json(self) -> Value {
        Value::Object(self.members)
    }

    fn with_text(mut self, name: &str, text: &str) -> Self {
        self.members.remove(name);
        match text.is_empty() {
            true => self,
            false => self.with(name, text),
        }
    }
}

fn in_line_item(error: ItemError) -> ItemError {
    error.in_member("lineItem")
}
