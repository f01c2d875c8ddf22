//! A line item, as the platform has it.

use std::{fmt, time::SystemTime};

use serde_json::{Map, Value};

use crate::{grades::number, timestamp};

/// A line item, as the platform has it: a column of its grade book (AGS 2.0 §3.2). `Debug` shows its id alone.
#[derive(Clone, PartialEq)]
pub struct LineItem {
    id: String,
    members: Map<String, Value>,
}

impl LineItem {
    /// Reads an object, if it has an id.
    pub(super) fn read(mut members: Map<String, Value>) -> Option<Self> {
        match members.remove("id") {
            Some(Value::String(id)) if !id.trim().is_empty() => Some(Self { id, members }),
            _ => None,
        }
    }

    /// Its URL, which names it. It may change now and then, the specification says.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the column is called.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.text("label")
    }

    /// The points that can be reached.
    #[must_use]
    pub fn score_maximum(&self) -> Option<f64> {
        number::from_json(self.members.get("scoreMaximum")?)
    }

    /// The resource link that it belongs to.
    #[must_use]
    pub fn resource_link_id(&self) -> Option<&str> {
        self.text("resourceLinkId")
    }

    /// The tool's own id of what is graded.
    #[must_use]
    pub fn resource_id(&self) -> Option<&str> {
        self.text("resourceId")
    }

    /// What tells several line items of one resource apart.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.text("tag")
    }

    /// From when on work can be handed in. Whether the platform knows of it at all is whether there is such a
    /// [`member`](Self::member).
    #[must_use]
    pub fn start(&self) -> Option<SystemTime> {
        timestamp::read(self.text("startDateTime")?)
    }

    /// Until when work can be handed in.
    #[must_use]
    pub fn end(&self) -> Option<SystemTime> {
        timestamp::read(self.text("endDateTime")?)
    }

    /// Whether learners see their grades.
    #[must_use]
    pub fn grades_released(&self) -> Option<bool> {
        self.members.get("gradesReleased")?.as_bool()
    }

    /// Any member but the id, known or not, as the platform has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// All members but the id.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// A text that is there, and not blank.
    fn text(&self, name: &str) -> Option<&str> {
        let text = self.members.get(name)?.as_str()?;
        Some(text).filter(|text| !text.trim().is_empty())
    }
}

impl fmt::Debug for LineItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineItem")
            .field("id", &crate::redact::url(&self.id))
            .finish_non_exhaustive()
    }
}
