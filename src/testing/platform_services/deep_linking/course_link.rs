//! A link in the course that launches the tool.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::claims::names;

/// A link in the course that launches the tool: one that came by deep linking, or one that a test makes. `Debug` shows its
/// id.
///
/// # Examples
///
/// ```
/// use tower_lti::testing::{CourseLink, Platform};
///
/// let platform = Platform::new("https://lms.test", "tool-1");
/// let quiz = CourseLink::new("quiz-1").titled("Cells").with_custom("chapter", "3");
///
/// let launch = platform.learner().at_link(&quiz).launch_context().build();
/// assert_eq!(launch.claims().resource_link().unwrap().title(), Some("Cells"));
/// assert_eq!(launch.claims().custom().text("chapter"), Some("3"));
/// ```
#[derive(Clone)]
pub struct CourseLink {
    pub(super) id: String,
    pub(super) item: Map<String, Value>,
    pub(super) line_item: Option<String>,
}

impl CourseLink {
    /// Creates a link with this resource link id, without title, line item and custom parameters.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            item: Map::new(),
            line_item: None,
        }
    }

    /// Sets the title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        self.item.insert("title".to_owned(), title.into());
        self
    }

    /// Sets the `target_link_uri` that its launches have.
    #[must_use]
    pub fn leading_to(mut self, url: &str) -> Self {
        self.item.insert("url".to_owned(), url.into());
        self
    }

    /// Adds a custom parameter, or replaces the one of that name.
    #[must_use]
    pub fn with_custom(mut self, name: &str, value: &str) -> Self {
        let custom = self.item.entry("custom").or_insert_with(|| json!({}));
        if let Value::Object(custom) = custom {
            custom.insert(name.to_owned(), value.into());
        }
        self
    }

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

    /// What launches say of the link itself.
    pub(in crate::testing) fn claims(&self) -> Map<String, Value> {
        let mut claims = Map::new();
        let mut resource_link = json!({"id": self.id, "title": self.title()});
        if let Some(text) = self.description() {
            resource_link["description"] = text.into();
        }
        claims.insert(names::RESOURCE_LINK.to_owned(), resource_link);
        if let Some(custom) = self.custom() {
            claims.insert(names::CUSTOM.to_owned(), custom.clone().into());
        }
        if let Some(url) = self.url() {
            claims.insert(names::TARGET_LINK_URI.to_owned(), url.into());
        }
        claims
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
