//! A tool before a platform that answers from memory, with a roster of any size.

use std::fmt;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response, header};
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiTool, MemoryStore,
    claims::names,
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    keys::ToolKey,
    outbound::{Exchange, ExchangeFuture, ExchangeLimits},
    registration::{Registration, Registrations},
    roster::Roster,
    store::DeploymentStore,
    testing::LaunchContextBuilder,
};

use crate::roster;

/// A tool whose next calls find an access token, and a launch from the school.
pub(crate) struct School {
    tool: LtiTool,
    launch: LaunchContext,
}

/// Its pages, made before or when they are asked for.
pub(crate) enum Pages {
    Made(Vec<Bytes>),
    Fresh { members: usize, size: usize },
}

impl Pages {
    fn count(&self) -> usize {
        match self {
            Self::Made(pages) => pages.len(),
            Self::Fresh { members, size } => members / size,
        }
    }

    fn body(&self, page: usize) -> Bytes {
        match self {
            Self::Made(pages) => pages[page].clone(),
            Self::Fresh { size, .. } => roster::page(page * size, *size).into(),
        }
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}

impl Exchange for Pages {
    fn send(&self, request: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        let answer = if request.uri().path() == "/token" {
            let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600});
            Response::new(token.to_string().into())
        } else {
            let query = request.uri().query().unwrap_or_default();
            let page = query
                .strip_prefix("page=")
                .map_or(0, |page| page.parse().expect("a number"));
            let mut answer = Response::new(self.body(page));
            if page + 1 < self.count() {
                let link = format!("<https://lms.test/members?page={}>; rel=\"next\"", page + 1);
                let link = link.parse().expect("a header");
                answer.headers_mut().insert(header::LINK, link);
            }
            answer
        };
        Box::pin(async move { Ok(answer) })
    }
}

impl School {
    pub(crate) fn new(exchange: impl Exchange) -> Self {
        let launch = LaunchContextBuilder::new("https://lms.test", "tool-1")
            .claim(
                names::NAMES_ROLE_SERVICE,
                json!({"context_memberships_url": "https://lms.test/members"}),
            )
            .build();
        let registration = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .token_endpoint("https://lms.test/token")
            .build()
            .expect("a registration");
        let registrations = Registrations::new([registration]).expect("one registration");
        let builder = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .registrations(registrations)
            .insecure_allow_volatile_store()
            .exchange(exchange);
        Self::of(builder, launch)
    }

    /// A tool with a key, before a platform that it has been deployed on.
    pub(crate) fn of(builder: tower_lti::tool::LtiToolBuilder, launch: LaunchContext) -> Self {
        let store = MemoryStore::default();
        let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
        let key = launch.deployment().key().clone();
        let record = Deployment::new(key, status, origin, std::time::SystemTime::now());
        let created = store.create(&record, None).now_or_never();
        created
            .expect("memory answers at once")
            .expect("there is room");
        let key = ToolKey::generate_blocking().expect("a key");
        let tool = builder.store(store).tool_keys(key).build().expect("a tool");
        Self { tool, launch }
    }

    pub(crate) fn roster(&self) -> Roster {
        let roster = self.tool.services().roster(&self.launch);
        roster.expect("the launch has the claim")
    }
}

/// Reads all pages, holding one at a time, and counts the members.
pub(crate) async fn count(roster: Roster) -> usize {
    let mut pages = roster.pages().expect("a good URL");
    let mut members = 0;
    while let Some(page) = pages.next_page().await {
        members += page.expect("a good page").members().len();
    }
    members
}
