//! A link in the course that came by deep linking.

use std::fmt;

use serde_json::{Map, Value};

/// A link in the course that came by deep linking, and that launches the tool. `Debug` shows its id.
#[derive(Clone)]
pub struct CourseLink {
    pub(super) id: String,
    pub(super) item: Map<String, Value>,
    pub(super) line_item: Option<String>,
}

impl CourseLink {
    /// The resource link id that its launches have.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The title; the id where there is none.
    #[must_use]
    pub fn title(&self) -> &str {
        match self.text("title") {
            Some(title) if !title.trim().is_empty() => title,
            _ => &self.id,
        }
    }

    /// The text.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.text("text")
    }

    /// The `target_link_uri` that its launches have; the tool's own where there is none.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.text("url")
    }

    /// The custom parameters that its launches have.
    #[must_use]
    pub fn custom(&self) -> Option<&Map<String, Value>> {
        self.item.get("custom").and_then(Value::as_object)
    }

    /// The URL of the line item that was created with it.
    #[must_use]
    pub fn line_item(&self) -> Option<&str> {
        self.line_item.as_deref()
    }

    /// The item that it came from, as it was given.
    #[must_use]
    pub fn item(&self) -> &Map<String, Value> {
        &self.item
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.item.get(name).and_then(Value::as_str)
    }
}

impl fmt::Debug for CourseLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CourseLink")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
