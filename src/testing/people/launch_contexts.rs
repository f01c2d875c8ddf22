//! Launches by people, for unit tests of handlers.

use serde_json::Value;

use super::Person;
use crate::{
    claims::names,
    testing::{Course, CourseLink, CourseMember, LaunchContextBuilder, Platform},
};

impl Person {
    /// The launch that this person's opening the tool ends in, for a unit test of a handler. Nothing is sent.
    pub fn launch_context(&self) -> LaunchContextBuilder {
        let platform = self.platform();
        let mut launch = LaunchContextBuilder::new(platform.issuer(), platform.client_id());
        for (name, value) in self.said() {
            launch = match value {
                Some(value) => launch.claim(&name, value),
                None => launch.without_claim(&name),
            };
        }
        launch
    }
}

/// Launches by people, from the course `course-1` of the platform `https://lms.test`.
impl LaunchContextBuilder {
    /// A launch by the learner `user-1`, Lea Lerner.
    pub fn learner() -> Self {
        platform().learner().launch_context()
    }

    /// A launch by the instructor `teacher-1`, Ines Lehrer.
    pub fn instructor() -> Self {
        platform().instructor().launch_context()
    }

    /// A launch by the administrator `admin-1`, Ada Admin.
    pub fn administrator() -> Self {
        platform().administrator().launch_context()
    }

    /// Sets the user id, `sub`.
    pub fn with_id(self, user_id: &str) -> Self {
        self.claim("sub", user_id)
    }

    /// Sets the given and the family name, and an e-mail address made of them.
    pub fn named(mut self, given: &str, family: &str) -> Self {
        for (name, value) in CourseMember::learner("").named(given, family).name_claims() {
            self = self.claim(&name, value);
        }
        self
    }

    /// Sets the roles, each a short name of a role in the course, such as `Instructor` or `Instructor#TeachingAssistant`, or
    /// a URI.
    ///
    /// # Panics
    ///
    /// Panics when a short name is that of no role.
    pub fn with_roles<'a>(self, roles: impl IntoIterator<Item = &'a str>) -> Self {
        self.claim(names::ROLES, CourseMember::with_roles("", roles).roles())
    }

    /// Sets the custom parameter of this name, beside those that are there.
    pub fn custom(self, name: &str, value: &str) -> Self {
        let there = self.said(names::CUSTOM).and_then(Value::as_object);
        let mut custom = there.cloned().unwrap_or_default();
        custom.insert(name.to_owned(), value.into());
        self.claim(names::CUSTOM, custom)
    }

    /// Makes it a launch from this course.
    pub fn in_course(self, course: &Course) -> Self {
        self.claim(names::CONTEXT, course.json().clone())
    }

    /// Makes it a launch of this link, with its custom parameters.
    pub fn at_link(mut self, link: &CourseLink) -> Self {
        for (name, value) in link.claims() {
            self = self.claim(&name, value);
        }
        self
    }
}

fn platform() -> Platform {
    Platform::new("https://lms.test", "tool-1")
}
