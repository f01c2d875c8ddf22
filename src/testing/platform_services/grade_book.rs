//! The grade book: line items, and what was recorded for each user.

use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value};

/// What the grade book has of one user for one line item. `Debug` shows the progress.
#[derive(Clone, PartialEq)]
pub struct Grade {
    pub(super) score: Option<f64>,
    pub(super) maximum: f64,
    pub(super) comment: Option<String>,
    pub(super) activity_progress: String,
    pub(super) grading_progress: String,
    pub(super) timestamp: i128,
}

impl Grade {
    /// The score, scaled to the line item's maximum; none where there is none or it was cleared.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        self.score
    }

    /// The line item's maximum.
    #[must_use]
    pub fn maximum(&self) -> f64 {
        self.maximum
    }

    /// The comment.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// How far the user has come, such as `Completed`.
    #[must_use]
    pub fn activity_progress(&self) -> &str {
        &self.activity_progress
    }

    /// How far the grading has come, such as `FullyGraded`.
    #[must_use]
    pub fn grading_progress(&self) -> &str {
        &self.grading_progress
    }
}

impl fmt::Debug for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grade")
            .field("activity_progress", &self.activity_progress)
            .field("grading_progress", &self.grading_progress)
            .finish_non_exhaustive()
    }
}

/// A score that a tool posted. `Debug` shows whether it was recorded.
#[derive(Clone)]
pub struct PostedScore {
    pub(super) line_item: String,
    pub(super) json: Value,
    pub(super) recorded: bool,
}

impl PostedScore {
    /// The URL of the line item.
    #[must_use]
    pub fn line_item(&self) -> &str {
        &self.line_item
    }

    /// The user, as the tool wrote it.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.json["userId"].as_str().unwrap_or("")
    }

    /// All that was sent.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Whether the platform took it.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.recorded
    }
}

impl fmt::Debug for PostedScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostedScore")
            .field("recorded", &self.recorded)
            .finish_non_exhaustive()
    }
}

/// Line items by number, each with its grades by user.
#[derive(Default)]
pub(super) struct GradeBook {
    items: BTreeMap<usize, Column>,
    last: usize,
    posted: Vec<PostedScore>,
}

/// A line item with its grades.
pub(super) struct Column {
    /// As the tool wrote it, without `id`.
    pub(super) json: Map<String, Value>,
    pub(super) grades: BTreeMap<String, Grade>,
}

impl Column {
    pub(super) fn maximum(&self) -> f64 {
        self.json
            .get("scoreMaximum")
            .and_then(Value::as_f64)
            .unwrap_or(1.0)
    }
}

impl GradeBook {
    pub(super) fn add(&mut self, mut json: Map<String, Value>) -> usize {
        json.remove("id");
        self.last += 1;
        let grades = BTreeMap::new();
        self.items.insert(self.last, Column { json, grades });
        self.last
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.items.iter().map(|(number, column)| (*number, column))
    }

    pub(super) fn column(&self, number: usize) -> Option<&Column> {
        self.items.get(&number)
    }

    pub(super) fn column_mut(&mut self, number: usize) -> Option<&mut Column> {
        self.items.get_mut(&number)
    }

    pub(super) fn remove(&mut self, number: usize) -> Option<Column> {
        self.items.remove(&number)
    }

    pub(super) fn note(&mut self, score: PostedScore) {
        self.posted.push(score);
    }

    pub(super) fn posted(&self) -> &[PostedScore] {
        &self.posted
    }
}
