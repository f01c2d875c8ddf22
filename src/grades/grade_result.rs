//! A result, as the platform has it.

use std::{fmt, time::SystemTime};

use serde_json::{Map, Value};

use crate::{
    grades::{number, page::Entry},
    timestamp,
};

/// The current grade of one learner in one line item, as the platform has it (AGS 2.0 §3.3): a teacher may have
/// changed what the tool sent.
///
/// It is personal data: `Debug` shows none of it.
#[derive(Clone, PartialEq)]
pub struct GradeResult {
    user_id: String,
    members: Map<String, Value>,
}

impl GradeResult {
    /// The learner. Personal data.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The grade; `None` where there is none.
    #[must_use]
    pub fn result_score(&self) -> Option<f64> {
        number::from_json(self.members.get("resultScore")?)
    }

    /// Out of how much: 1 where the platform does not say (AGS 2.0 §3.3.4.6). It may be zero.
    #[must_use]
    pub fn result_maximum(&self) -> f64 {
        let maximum = self.members.get("resultMaximum");
        maximum.and_then(number::from_json).unwrap_or(1.0)
    }

    /// The grade as a part of the maximum, 0.5 for half of it; `None` where there is no grade, or no maximum
    /// above zero.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        let maximum = Some(self.result_maximum()).filter(|maximum| *maximum > 0.0)?;
        Some(self.result_score()? / maximum)
    }

    /// The comment, which may hold the platform's own markup.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.text("comment")
    }

    /// Who gave it, by their LTI user id. Personal data.
    #[must_use]
    pub fn scoring_user_id(&self) -> Option<&str> {
        self.text("scoringUserId")
    }

    /// The URL of the result.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.text("id")
    }

    /// The URL of the line item.
    #[must_use]
    pub fn score_of(&self) -> Option<&str> {
        self.text("scoreOf")
    }

    /// When it was last changed, where the platform says so, which the specification does not ask of it.
    #[must_use]
    pub fn timestamp(&self) -> Option<SystemTime> {
        timestamp::read(self.text("timestamp")?)
    }

    /// Any member, known or not, as the platform has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// A text that is there, and not blank.
    fn text(&self, name: &str) -> Option<&str> {
        let text = self.members.get(name)?.as_str()?;
        Some(text).filter(|text| !text.trim().is_empty())
    }
}

impl Entry for GradeResult {
    /// A result without a user is of no use. Some platforms have numbers for users.
    fn read(members: Map<String, Value>) -> Option<Self> {
        let user_id = match members.get("userId")? {
            Value::String(id) if !id.is_empty() => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => return None,
        };
        Some(Self { user_id, members })
    }

    fn id(&self) -> &str {
        self.user_id()
    }
}

impl fmt::Debug for GradeResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GradeResult").finish_non_exhaustive()
    }
}
