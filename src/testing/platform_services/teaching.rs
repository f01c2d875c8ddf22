//! The course as a teacher arranges it.

use serde_json::Value;

use super::platform_services::PlatformServices;
use crate::testing::{Course, CourseMember};

impl PlatformServices {
    /// Makes it this course, in launches and in the roster. Default: `course-1`, "Introduction to Biology".
    pub fn use_course(&self, course: &Course) {
        self.lock().course = course.clone();
    }

    /// Adds a member, or replaces the one of that id.
    pub fn enroll(&self, member: CourseMember) {
        self.lock().members.enroll(member);
    }

    /// Adds so many learners, `student-000000` and on, who are made as they are read. Replaces earlier ones.
    pub fn enroll_crowd(&self, learners: usize) {
        self.lock().members.enroll_crowd(learners);
    }

    /// Leaves the course without members.
    pub fn dismiss_all(&self) {
        self.lock().members.clear();
    }

    /// The members who were enrolled by name, in order.
    #[must_use]
    pub fn members(&self) -> Vec<CourseMember> {
        self.lock().members.named().to_vec()
    }

    /// Launches come from this resource link from now on, and so does its line item. Default: `rl-1`.
    pub fn use_resource_link(&self, id: &str, label: &str) {
        let mut state = self.lock();
        id.clone_into(&mut state.resource_link);
        let column = state.coupled;
        if let Some(column) = column.and_then(|number| state.grade_book.column_mut(number)) {
            column.json.insert("resourceLinkId".to_owned(), id.into());
            column.json.insert("label".to_owned(), label.into());
        }
    }

    /// Adds a line item as a teacher would, and returns its URL.
    ///
    /// # Panics
    ///
    /// Panics when it is no JSON object.
    #[expect(clippy::must_use_candidate, reason = "the line item is what counts")]
    pub fn add_line_item(&self, json: Value) -> String {
        let Value::Object(json) = json else {
            panic!("a line item is a JSON object");
        };
        let mut state = self.lock();
        let number = state.grade_book.add(json);
        state.line_item_url(number)
    }

    /// The line item of the resource link, which launches name.
    ///
    /// # Panics
    ///
    /// Panics after [`uncouple`](Self::uncouple).
    #[must_use]
    pub fn line_item(&self) -> String {
        let state = self.lock();
        let number = state.coupled.expect("the resource link has a line item");
        state.line_item_url(number)
    }

    /// Takes the resource link's line item away: launches name none.
    pub fn uncouple(&self) {
        let mut state = self.lock();
        if let Some(number) = state.coupled.take() {
            state.grade_book.remove(number);
        }
    }

    pub(in crate::testing) fn find_member(&self, user_id: &str) -> Option<CourseMember> {
        self.lock().members.find(user_id)
    }

    /// All line items, as they are sent.
    #[must_use]
    pub fn line_items(&self) -> Vec<Value> {
        let state = self.lock();
        let numbers = state.grade_book.columns().map(|(number, _)| number);
        numbers
            .filter_map(|number| state.line_item_json(number))
            .collect()
    }
}
