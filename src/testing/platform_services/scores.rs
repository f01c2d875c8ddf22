//! Scores: AGS 2.0 §3.4.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    grade_book::{Grade, PostedScore},
    line_items::gone,
    reply::Reply,
    state::State,
    timestamp,
};
use crate::testing::{Call, Dialect};

impl State {
    pub(super) fn post_score(&mut self, number: usize, body: &Bytes) -> Reply {
        let reply = match self.record(number, body) {
            Ok(()) => self.taken(number, body),
            Err(reply) => reply,
        };
        self.grade_book.note(PostedScore {
            line_item: self.line_item_url(number),
            json: serde_json::from_slice(body).unwrap_or_default(),
            recorded: reply.status.is_success(),
        });
        reply
    }

    fn record(&mut self, number: usize, body: &Bytes) -> Result<(), Reply> {
        let dialect = self.dialect;
        let bad = |what: &str| Err(refusal(dialect, StatusCode::BAD_REQUEST, what, body));
        let Ok(Value::Object(json)) = serde_json::from_slice(body) else {
            return bad("no JSON object");
        };
        let Some(column) = self.grade_book.column(number) else {
            return Err(gone(number));
        };
        let score = match Score::read(&json, dialect) {
            Ok(score) => score,
            Err(what) => return bad(what),
        };
        let member = self.members.find(score.user_id);
        if !member.is_some_and(|member| member.is_gradable()) {
            return Err(not_gradable(dialect, body));
        }
        if let Some(at) = score.submitted_at
            && dialect == Dialect::Canvas
            && at > i128::from(self.now() + 60) * 1_000_000_000
        {
            return bad("submittedAt is in the future");
        }
        if let Some(last) = column.grades.get(score.user_id)
            && is_stale(score.timestamp, last.timestamp, dialect)
        {
            return Err(stale(dialect, number, body));
        }
        let maximum = column.maximum();
        let grade = score.into_grade(maximum, column.grades.get(score.user_id));
        let user = score.user_id.to_owned();
        if let Some(column) = self.grade_book.column_mut(number) {
            column.grades.insert(user, grade);
        }
        Ok(())
    }

    fn taken(&self, number: usize, body: &Bytes) -> Reply {
        if self.dialect == Dialect::Canvas {
            let score: Value = serde_json::from_slice(body).unwrap_or_default();
            let user = score["userId"].as_str().unwrap_or("");
            let url = format!("{}/results/{user}", self.line_item_url(number));
            return Reply::json(
                StatusCode::OK,
                "application/json",
                &json!({"resultUrl": url}),
            );
        }
        Reply::text(StatusCode::OK, Call::Score.media_type(), "")
    }
}

/// A score that is well formed.
#[derive(Clone, Copy)]
struct Score<'a> {
    user_id: &'a str,
    given: Option<f64>,
    maximum: f64,
    comment: Option<&'a str>,
    activity_progress: &'a str,
    grading_progress: &'a str,
    timestamp: i128,
    submitted_at: Option<i128>,
}

impl<'a> Score<'a> {
    /// Reads a score. An error says what is wrong.
    fn read(json: &'a Map<String, Value>, dialect: Dialect) -> Result<Self, &'static str> {
        let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or("");
        let timestamp = timestamp::read(text("timestamp"), dialect).ok_or("timestamp")?;
        let (activity_progress, grading_progress) =
            (text("activityProgress"), text("gradingProgress"));
        if !ACTIVITY.contains(&activity_progress) || !GRADING.contains(&grading_progress) {
            return Err("a progress is missing or unknown");
        }
        let number = |name: &str| match json.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or("a score is no number"),
        };
        let (given, maximum) = (number("scoreGiven")?, number("scoreMaximum")?);
        if given.is_some() && maximum.is_none_or(|maximum| maximum <= 0.0) {
            return Err("scoreMaximum");
        }
        if given.is_some_and(|given| given < 0.0) && dialect != Dialect::Moodle {
            return Err("scoreGiven");
        }
        let is_known = |name: &String| KNOWN.contains(&name.as_str());
        if dialect == Dialect::Schoology && !json.keys().all(is_known) {
            return Err("unknown member");
        }
        let submission = json.get("submission");
        let submitted = submission.and_then(|submission| submission["submittedAt"].as_str());
        let comment = text("comment");
        Ok(Self {
            user_id: text("userId"),
            given,
            maximum: maximum.unwrap_or(1.0),
            comment: (!comment.is_empty()).then_some(comment),
            activity_progress,
            grading_progress,
            timestamp,
            submitted_at: submitted.and_then(|at| timestamp::read(at, dialect)),
        })
    }

    /// What the grade book has from now on. A score that is not final leaves the last one (AGS 2.0 §3.4.8),
    /// none at all clears it (AGS 2.0 §3.4.4).
    fn into_grade(self, maximum: f64, last: Option<&Grade>) -> Grade {
        let is_final = self.grading_progress == "FullyGraded";
        let score = match self.given {
            Some(given) if is_final => Some(given / self.maximum * maximum),
            Some(_) => last.and_then(Grade::score),
            None => None,
        };
        Grade {
            score,
            maximum,
            comment: self.comment.map(str::to_owned),
            activity_progress: self.activity_progress.to_owned(),
            grading_progress: self.grading_progress.to_owned(),
            timestamp: self.timestamp,
        }
    }
}

/// AGS 2.0 §3.4.7.
const ACTIVITY: [&str; 5] = [
    "Initialized",
    "Started",
    "InProgress",
    "Submitted",
    "Completed",
];
/// AGS 2.0 §3.4.8.
const GRADING: [&str; 5] = [
    "FullyGraded",
    "Pending",
    "PendingManual",
    "Failed",
    "NotReady",
];
/// The members that AGS 2.0 names.
const KNOWN: [&str; 9] = [
    "userId",
    "timestamp",
    "activityProgress",
    "gradingProgress",
    "scoreGiven",
    "scoreMaximum",
    "comment",
    "scoringUserId",
    "submission",
];

fn is_stale(new: i128, last: i128, dialect: Dialect) -> bool {
    let seconds = timestamp::whole_seconds;
    match dialect {
        Dialect::Moodle => seconds(new) <= seconds(last),
        _ if dialect.refuses_equal_times() => new <= last,
        _ => new < last,
    }
}

fn stale(dialect: Dialect, number: usize, body: &Bytes) -> Reply {
    let status = match dialect {
        Dialect::Canvas | Dialect::OpenEdx | Dialect::Sakai => StatusCode::BAD_REQUEST,
        _ => StatusCode::CONFLICT,
    };
    if dialect == Dialect::Moodle {
        let score: Value = serde_json::from_slice(body).unwrap_or_default();
        let user = score["userId"].as_str().unwrap_or("");
        let reason =
            format!("Refusing score with an earlier timestamp for item {number} and user {user}");
        return Reply::text(status, Call::Score.media_type(), "[]").with_reason(&reason);
    }
    Reply::refusal(status, "the timestamp is not later than the last one")
}

fn not_gradable(dialect: Dialect, body: &Bytes) -> Reply {
    match dialect {
        Dialect::Moodle | Dialect::Sakai => {
            refusal(dialect, StatusCode::BAD_REQUEST, "Incorrect score", body)
        }
        Dialect::Blackboard => Reply::refusal(StatusCode::BAD_REQUEST, "User could not be found"),
        Dialect::Brightspace => Reply::refusal(StatusCode::NOT_FOUND, "Not found"),
        _ => Reply::refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            "User not found in course or is not a student",
        ),
    }
}

/// A refusal; Moodle's repeats the whole score in its status line.
fn refusal(dialect: Dialect, status: StatusCode, what: &str, body: &Bytes) -> Reply {
    if dialect == Dialect::Moodle {
        let reason = format!("Incorrect score received{}", String::from_utf8_lossy(body));
        return Reply::text(status, Call::Score.media_type(), "[]").with_reason(&reason);
    }
    Reply::refusal(status, what)
}
