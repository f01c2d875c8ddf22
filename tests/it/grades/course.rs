//! A tool with a key, before a simulated platform with a course.

use std::{
    ops::Deref,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tower_lti::{
    claims::names,
    grades::{Grades, Score, ScoreBatch},
    registration::RegistrationBuilder,
    services::{ServiceError, ServiceErrorKind},
    testing::{Call, Dialect, Fault, TestClock},
    tool::{Limits, LtiToolBuilder},
};

use crate::connected::Connected;

pub(super) const NOW: u64 = 1_800_000_000;

pub(super) const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
pub(super) const LINE_ITEM_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
pub(super) const RESULT: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
pub(super) const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

/// A course with its learners `user-1` to `user-3`, and the tool that is launched from it.
pub(super) struct Course {
    pub(super) clock: TestClock,
    connected: Connected,
}

impl Deref for Course {
    type Target = Connected;

    fn deref(&self) -> &Connected {
        &self.connected
    }
}

impl Course {
    pub(super) async fn start() -> Self {
        Self::of(Dialect::Reference).await
    }

    pub(super) async fn of(dialect: Dialect) -> Self {
        Self::with(dialect, |registration| registration).await
    }

    pub(super) async fn with(
        dialect: Dialect,
        change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
    ) -> Self {
        Self::built(dialect, change, |tool| tool).await
    }

    pub(super) async fn built(
        dialect: Dialect,
        change: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
        build: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> Self {
        let clock = TestClock::at_unix(NOW);
        let impatient = Limits::default().service_timeout(Duration::from_millis(800));
        let tool = |tool: LtiToolBuilder| build(tool.limits(impatient));
        let connected = Connected::start(Some(&clock), change, tool).await;
        connected.platform.speak(dialect);
        Self { clock, connected }
    }

    pub(super) fn grades(&self) -> Grades {
        self.tool.services().grades(&self.launch()).unwrap()
    }

    /// The grades of a launch with this claim in the place of the platform's own.
    pub(super) fn grades_with(&self, claim: Value) -> Result<Grades, ServiceError> {
        let launch = self.platform.launch_context();
        let launch = launch.claim(names::AGS_ENDPOINT, claim).build();
        self.tool.services().grades(&launch)
    }

    /// The grades of a launch that lists these scopes alone.
    pub(super) fn grades_with_scopes(&self, scopes: &[&str]) -> Grades {
        let claim = json!({
            "scope": scopes,
            "lineitems": self.platform.line_items_url(),
            "lineitem": self.platform.line_item(),
        });
        self.grades_with(claim).unwrap()
    }

    /// Requests to services so far, tokens aside.
    pub(super) fn calls(&self) -> usize {
        let requests = self.platform.requests();
        let services = requests.iter().filter(|one| one.call() != Call::Token);
        services.count()
    }

    /// What was sent as the last score.
    pub(super) fn last_score(&self) -> Value {
        let posted = self.platform.posted_scores();
        posted.last().expect("a score was posted").json().clone()
    }

    /// Sends a batch, and drops that when the platform has acted on the score of this user, and not answered.
    pub(super) async fn drop_on_its_way(&self, batch: &mut ScoreBatch, user: &str) {
        let held = Fault::hang().having_acted();
        self.platform.fail_next(Call::Score, 1, held);
        let has_acted = async {
            while self.grade(user).is_none() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let grades = self.grades();
        let run = grades.post_batch(batch).unwrap().run();
        tokio::select! {
            _ = run => panic!("the score is held"),
            () = has_acted => {}
        }
    }

    /// The grade of a user in the launch's own line item.
    pub(super) fn grade(&self, user: &str) -> Option<f64> {
        let grade = self.platform.grade_of(&self.platform.line_item(), user)?;
        grade.score()
    }
}

pub(super) fn score(user: &str, given: f64) -> Score {
    Score::of(user, given, 10.0).unwrap()
}

pub(super) fn at(millis_from_now: i64) -> SystemTime {
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    let apart = Duration::from_millis(millis_from_now.unsigned_abs());
    if millis_from_now < 0 {
        now - apart
    } else {
        now + apart
    }
}

pub(super) fn kind<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> ServiceErrorKind {
    result.expect_err("it fails").kind()
}
