//! A line item, to be created or changed.

use std::{fmt, time::SystemTime};

use serde_json::{Map, Value, json};

use crate::{
    grades::{LineItem, ReviewSettings, extension::Extension, number},
    registration::ProductFamily,
    service_error::{ServiceError, ServiceErrorKind},
    timestamp,
};

/// A line item, to be created or changed (AGS 2.0 §3.2).
///
/// # Examples
///
/// ```
/// use tower_lti::grades::LineItemDraft;
///
/// let quiz = LineItemDraft::new("Quiz 1", 10.0)?.resource_id("quiz-1");
/// assert!(LineItemDraft::new("Quiz 1", 0.0).is_err());
/// # Ok::<(), tower_lti::services::ServiceError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct LineItemDraft {
    members: Map<String, Value>,
    extensions: Vec<Extension>,
}

impl LineItemDraft {
    /// Starts a line item of this label, in which `score_maximum` points can be reached.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when the label is blank, and when the maximum
    /// is not finite, or not above zero.
    pub fn new(label: &str, score_maximum: f64) -> Result<Self, ServiceError> {
        let empty = Self {
            members: Map::new(),
            extensions: Vec::new(),
        };
        empty.label(label)?.score_maximum(score_maximum)
    }

    /// What the platform has, to be changed.
    pub(super) fn of(item: &LineItem) -> Self {
        Self {
            members: item.members().clone(),
            extensions: Vec::new(),
        }
    }

    /// Sets what the column is called.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when it is blank.
    pub fn label(self, label: &str) -> Result<Self, ServiceError> {
        if label.trim().is_empty() {
            return Err(invalid("`label` is blank"));
        }
        Ok(self.with("label", json!(label)))
    }

    /// Sets the points that can be reached.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) when they are not finite, or not above zero.
    pub fn score_maximum(self, points: f64) -> Result<Self, ServiceError> {
        if !points.is_finite() || points <= 0.0 {
            return Err(invalid("`scoreMaximum` is not a number above zero"));
        }
        Ok(self.with("scoreMaximum", number::to_json(points)))
    }

    /// Sets the tool's own id of what is graded. An empty one counts as none.
    pub fn resource_id(self, id: &str) -> Self {
        self.with_text("resourceId", id)
    }

    /// Sets what tells several line items of one resource apart. An empty one counts as none.
    pub fn tag(self, tag: &str) -> Self {
        self.with_text("tag", tag)
    }

    /// Sets the resource link that it belongs to, by an id that came in a launch from the same course. An empty
    /// one counts as none. It cannot be changed later.
    pub fn resource_link_id(self, id: &str) -> Self {
        self.with_text("resourceLinkId", id)
    }

    /// Sets from when on work can be handed in.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) outside of the years 1 to 9999.
    pub fn start(self, time: SystemTime) -> Result<Self, ServiceError> {
        self.with_time("startDateTime", time)
    }

    /// Sets until when work can be handed in.
    ///
    /// # Errors
    ///
    /// Fails with [`ValueInvalid`](ServiceErrorKind::ValueInvalid) outside of the years 1 to 9999.
    pub fn end(self, time: SystemTime) -> Result<Self, ServiceError> {
        self.with_time("endDateTime", time)
    }

    /// Wishes that learners see their grades, or do not. The platform decides.
    pub fn grades_released(self, released: bool) -> Self {
        self.with("gradesReleased", json!(released))
    }

    /// Asks for submission review: the platform then opens the tool on a learner's submission.
    pub fn submission_review(self, settings: ReviewSettings) -> Self {
        let value = settings.to_json();
        self.with("submissionReview", value)
    }

    /// Leaves a member out, such as `endDateTime`: the platform then forgets it. Label and maximum stay.
    pub fn without(mut self, member: &str) -> Self {
        if !matches!(member, "label" | "scoreMaximum") {
            self.members.remove(member);
        }
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

    /// The line item as it is sent to a platform of this family.
    pub(super) fn to_json(&self, family: &ProductFamily) -> Value {
        let mut members = self.members.clone();
        for extension in &self.extensions {
            extension.add_to(&mut members, family);
        }
        Value::Object(members)
    }

    pub(super) fn into_members(self) -> Map<String, Value> {
        self.members
    }

    /// A text that it names, and that is not blank.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        let text = self.members.get(member)?.as_str()?;
        Some(text).filter(|text| !text.trim().is_empty())
    }

    fn with(mut self, member: &str, value: Value) -> Self {
        self.members.insert(member.to_owned(), value);
        self
    }

    fn with_text(self, member: &str, text: &str) -> Self {
        match text.is_empty() {
            true => self.without(member),
            false => self.with(member, json!(text)),
        }
    }

    fn with_time(self, member: &str, time: SystemTime) -> Result<Self, ServiceError> {
        match timestamp::write(time) {
            Some(text) => Ok(self.with(member, json!(text))),
            None => Err(invalid(&format!(
                "`{member}` is outside of the years 1 to 9999"
            ))),
        }
    }
}

impl fmt::Debug for LineItemDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineItemDraft").finish_non_exhaustive()
    }
}

fn invalid(detail: &str) -> ServiceError {
    ServiceError::new(ServiceErrorKind::ValueInvalid).with_detail(detail)
}
