//! A tool with a key, before a simulated platform with a course.

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tower_lti::{
    LaunchContext, LtiTool, MemoryStore,
    claims::names,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    grades::{Grades, Score},
    keys::ToolKey,
    registration::{RegistrationBuilder, Registrations},
    services::{ServiceError, ServiceErrorKind},
    store::DeploymentStore,
    testing::{Call, Dialect, PlatformServices, TestClock},
    tool::{Limits, LtiToolBuilder},
};

pub(super) const NOW: u64 = 1_800_000_000;

pub(super) const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
pub(super) const LINE_ITEM_READONLY: &str =
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
pub(super) const RESULT: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
pub(super) const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

static KEY: LazyLock<String> = LazyLock::new(|| {
    let key = ToolKey::generate_blocking().unwrap();
    key.to_pem().unwrap().as_str().to_owned()
});

/// A key of the tool, the same for all tests.
pub(super) fn tool_key() -> ToolKey {
    ToolKey::from_pem(&KEY).unwrap()
}

/// A course with its learners `user-1` to `user-3`, and the tool that is launched from it.
pub(super) struct Course {
    pub(super) platform: PlatformServices,
    pub(super) clock: TestClock,
    pub(super) store: MemoryStore,
    pub(super) tool: LtiTool,
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
        let platform = PlatformServices::start().await;
        platform.speak(dialect);
        let clock = TestClock::at_unix(NOW);
        platform.use_clock(clock.clone());
        let key = tool_key();
        let jwks = json!({"keys": [key.public_jwk()]}).to_string();
        platform.use_tool_keys(move || jwks.clone());
        let registration = change(platform.registration_builder()).build().unwrap();
        let store = MemoryStore::default().with_clock(clock.clone());
        let tool = LtiTool::builder()
            .launch_url("http://127.0.0.1:3000/lti/launch")
            .insecure_allow_loopback_http()
            .registrations(Registrations::new([registration]).unwrap())
            .store(store.clone())
            .clock(clock.clone())
            .tool_keys(key)
            .limits(Limits::default().service_timeout(Duration::from_millis(800)));
        let tool = build(tool).build().unwrap();
        let course = Self {
            platform,
            clock,
            store,
            tool,
        };
        let launch = course.launch();
        let deployment = launch.deployment().key();
        course
            .set_status(deployment, DeploymentStatus::Active)
            .await;
        course
    }

    pub(super) async fn set_status(&self, key: &DeploymentKey, status: DeploymentStatus) {
        let origin = DeploymentOrigin::Administrator;
        let record = Deployment::new(key.clone(), status, origin, SystemTime::UNIX_EPOCH);
        self.store.create(&record, None).await.unwrap();
    }

    pub(super) fn launch(&self) -> LaunchContext {
        self.platform.launch_context().build()
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
