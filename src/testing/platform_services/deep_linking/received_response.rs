//! A deep linking response that was taken.

use std::fmt;

use serde_json::Value;

use super::{
    CourseLink,
    judgement::{CONTENT_ITEMS, DATA, TEXTS},
};

/// A deep linking response that is right in everything, and what became of it. `Debug` shows how many items it has.
#[derive(Clone)]
pub struct ReceivedResponse {
    /// From 1 on.
    pub(super) number: usize,
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) links: Vec<CourseLink>,
}

impl ReceivedResponse {
    /// The items as they were given.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        let items = self.claims.get(CONTENT_ITEMS).and_then(Value::as_array);
        items.map_or(&[], Vec::as_slice)
    }

    /// The links that were created in the course, one for each `ltiResourceLink`, in order.
    #[must_use]
    pub fn links(&self) -> &[CourseLink] {
        &self.links
    }

    /// `data`, as the request had it.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        self.text(DATA)
    }

    /// What is shown to the user.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.text(TEXTS[0])
    }

    /// What is logged.
    #[must_use]
    pub fn log(&self) -> Option<&str> {
        self.text(TEXTS[1])
    }

    /// What is shown to the user as an error.
    #[must_use]
    pub fn error_message(&self) -> Option<&str> {
        self.text(TEXTS[2])
    }

    /// What is logged as an error.
    #[must_use]
    pub fn error_log(&self) -> Option<&str> {
        self.text(TEXTS[3])
    }

    /// The JOSE header.
    #[must_use]
    pub fn header(&self) -> &Value {
        &self.header
    }

    /// All claims.
    #[must_use]
    pub fn claims(&self) -> &Value {
        &self.claims
    }

    pub(in crate::testing) fn number(&self) -> usize {
        self.number
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }
}

impl fmt::Debug for ReceivedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedResponse")
            .field("items", &self.items().len())
            .finish_non_exhaustive()
    }
}
