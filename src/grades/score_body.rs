//! A score as JSON.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    grades::{Score, number},
    registration::ProductFamily,
    service_error::{ServiceError, ServiceErrorKind},
    timestamp,
};

/// How far ahead of now work may have been handed in: platforms refuse more.
const MAX_AHEAD: Duration = Duration::from_secs(60);

impl Score {
    /// The score as it is sent at `now`, with its timestamp, to a platform of this family.
    ///
    /// What a caller could not have made wrong is checked too: a score may come out of a store.
    pub(super) fn to_body(
        &self,
        timestamp: SystemTime,
        now: SystemTime,
        family: &ProductFamily,
    ) -> Result<Bytes, ServiceError> {
        self.check_user()?;
        self.check_points()?;
        self.check_submission(now)?;
        let mut members = Map::new();
        let mut set = |name: &str, value: Value| {
            members.insert(name.to_owned(), value);
        };
        set("userId", json!(self.user_id));
        if let Some(points) = self.points {
            set("scoreGiven", number::to_json(points.given));
            set("scoreMaximum", number::to_json(points.maximum));
        }
        set("activityProgress", json!(self.activity_progress.as_str()));
        set("gradingProgress", json!(self.grading_progress.as_str()));
        set("timestamp", time(timestamp, "timestamp")?);
        if let Some(comment) = &self.comment {
            set("comment", json!(comment));
        }
        if let Some(user) = &self.scoring_user_id {
            set("scoringUserId", json!(user));
        }
        let mut submission = Map::new();
        for (name, at) in [
            ("startedAt", self.started_at),
            ("submittedAt", self.submitted_at),
        ] {
            if let Some(at) = at {
                submission.insert(name.to_owned(), time(at, name)?);
            }
        }
        if !submission.is_empty() {
            set("submission", Value::Object(submission));
        }
        for extension in self.all_extensions() {
            extension.add_to(&mut members, family);
        }
        Ok(Value::Object(members).to_string().into())
    }

    fn check_submission(&self, now: SystemTime) -> Result<(), ServiceError> {
        let Some(submitted) = self.submitted_at else {
            return Ok(());
        };
        if self.started_at.is_some_and(|started| started > submitted) {
            return Err(invalid("`submittedAt` is before `startedAt`".to_owned()));
        }
        if submitted > now + MAX_AHEAD {
            return Err(invalid("`submittedAt` is in the future".to_owned()));
        }
        Ok(())
    }
}

fn time(time: SystemTime, name: &str) -> Result<Value, ServiceError> {
    match timestamp::write(time) {
        Some(text) => Ok(Value::String(text)),
        None => Err(invalid(format!(
            "`{name}` is outside of the years 1 to 9999"
        ))),
    }
}

fn invalid(detail: String) -> ServiceError {
    ServiceError::new(ServiceErrorKind::ValueInvalid).with_detail(detail)
}
