//! A course that people launch from.

use std::fmt;

use serde_json::{Map, Value, json};

/// A course that people launch from: the claim `context`. `Debug` shows its id.
///
/// # Examples
///
/// ```
/// use tower_lti::testing::{Course, Platform};
///
/// let platform = Platform::new("https://lms.test", "tool-1");
/// let chemistry = Course::new("chem-1").labelled("CHEM1").titled("Chemistry for beginners");
///
/// let launch = platform.learner().in_course(&chemistry).launch_context().build();
/// assert_eq!(launch.claims().context().unwrap().id(), "chem-1");
/// assert_eq!(launch.claims().context().unwrap().title(), Some("Chemistry for beginners"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct Course {
    id: String,
    json: Map<String, Value>,
}

impl Course {
    /// A course with this id, whose label and title are the id as well.
    pub fn new(id: &str) -> Self {
        let mut course = Self {
            id: id.to_owned(),
            json: Map::new(),
        };
        let offering = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering";
        for (name, value) in [
            ("id", json!(id)),
            ("label", json!(id)),
            ("title", json!(id)),
            ("type", json!([offering])),
        ] {
            course.json.insert(name.to_owned(), value);
        }
        course
    }

    /// The course that is there until another one is set: `course-1`, "Introduction to Biology".
    pub(super) fn biology() -> Self {
        Self::new("course-1")
            .labelled("BIO1")
            .titled("Introduction to Biology")
    }

    /// Sets the title, such as `Introduction to Biology`.
    pub fn titled(self, title: &str) -> Self {
        self.with("title", title)
    }

    /// Sets the label, such as `BIO1`.
    pub fn labelled(self, label: &str) -> Self {
        self.with("label", label)
    }

    /// Sets a member of its JSON, such as `type`.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.json.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a member of its JSON out, such as `title`, which no platform has to send.
    pub fn without(mut self, name: &str) -> Self {
        self.json.remove(name);
        self
    }

    /// The id that launches have.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn json(&self) -> &Map<String, Value> {
        &self.json
    }

    /// As rosters have it (NRPS 2.0 §2.2).
    pub(super) fn without_type(&self) -> Map<String, Value> {
        self.clone().without("type").json
    }
}

impl fmt::Debug for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Course").field("id", &self.id).finish()
    }
}
