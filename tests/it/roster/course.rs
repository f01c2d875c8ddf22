//! A tool before a simulated course.

use serde_json::{Value, json};
use tower_lti::{
    LaunchContext, LtiTool,
    claims::names,
    registration::RegistrationBuilder,
    roster::Roster,
    services::{ServiceError, ServiceErrorKind},
    testing::{Call, Fault, PlatformServices, ReceivedRequest},
    tool::LtiToolBuilder,
};

use crate::connected::Connected;

pub(crate) const CONTAINER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// A tool, and a platform with a course over real sockets.
pub(crate) struct Course {
    pub(crate) platform: PlatformServices,
    pub(crate) tool: LtiTool,
}

impl Course {
    pub(crate) async fn start() -> Self {
        Self::with_tool(|tool| tool).await
    }

    pub(crate) async fn with_tool(change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> Self {
        Self::with(|registration| registration, change).await
    }

    pub(crate) async fn with(
        registration: impl FnOnce(RegistrationBuilder) -> RegistrationBuilder,
        change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder,
    ) -> Self {
        let connected = Connected::start(None, registration, change).await;
        Self {
            platform: connected.platform,
            tool: connected.tool,
        }
    }

    pub(crate) fn launch(&self) -> LaunchContext {
        self.platform.launch_context().build()
    }

    /// A launch whose claim of the service is this.
    pub(crate) fn launch_with(&self, claim: Value) -> LaunchContext {
        let launch = self.platform.launch_context();
        launch.claim(names::NAMES_ROLE_SERVICE, claim).build()
    }

    pub(crate) fn roster(&self) -> Roster {
        self.tool.services().roster(&self.launch()).unwrap()
    }

    /// The roster at the platform's URL with this behind it.
    pub(crate) fn roster_at(&self, behind: &str) -> Roster {
        let url = format!("{}{behind}", self.platform.members_url());
        let launch = self.launch_with(json!({"context_memberships_url": url}));
        self.tool.services().roster(&launch).unwrap()
    }

    /// The next page is this, whatever was asked for.
    pub(crate) fn answer(&self, link: &str, body: impl Into<bytes::Bytes>) {
        let mut page = Fault::status(200)
            .with_header("content-type", CONTAINER)
            .with_body(body);
        if !link.is_empty() {
            page = page.with_header("link", link);
        }
        self.platform.fail_next(Call::Roster, 1, page);
    }

    /// What was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<ReceivedRequest> {
        self.platform.requests_for(Call::Roster)
    }

    /// The queries that were asked, in order.
    pub(crate) fn queries(&self) -> Vec<String> {
        let query = |request: &ReceivedRequest| request.query().unwrap_or_default().to_owned();
        self.asked().iter().map(query).collect()
    }

    /// What collecting the whole roster fails with.
    pub(crate) async fn fails(&self) -> ServiceError {
        self.roster().collect().await.unwrap_err()
    }

    pub(crate) async fn fails_as(&self) -> ServiceErrorKind {
        self.fails().await.kind()
    }
}

/// A container of these members.
pub(crate) fn container(members: &str) -> String {
    format!("{{\"id\":\"u\",\"context\":{{\"id\":\"course-1\"}},\"members\":[{members}]}}")
}

/// A container of members with these user ids.
pub(crate) fn members(ids: &[&str]) -> String {
    let member = |id: &&str| format!("{{\"user_id\":\"{id}\",\"roles\":[\"Learner\"]}}");
    container(&ids.iter().map(member).collect::<Vec<_>>().join(","))
}
