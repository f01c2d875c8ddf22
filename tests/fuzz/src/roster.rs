//! A platform that answers whatever it is told, and a tool that reads its roster.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiTool, MemoryStore,
    claims::names,
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    keys::ToolKey,
    outbound::{Exchange, ExchangeFuture, ExchangeLimits},
    registration::{Registration, Registrations},
    roster::Members,
    services::{ListBounds, ServiceError},
    store::DeploymentStore,
    testing::LaunchContextBuilder,
};

use crate::run;

const MEMBERS: &str = "https://lms.test/members";

/// What a tool made of a roster, and how often it asked.
pub struct Read {
    /// All members, or why not.
    pub members: Result<Members, ServiceError>,
    /// How many pages were asked for.
    pub pages: usize,
}

/// Answers each page with this `Link` and body, after the first with a page of its own.
struct Answers {
    link: Option<HeaderValue>,
    body: Bytes,
    pages: Arc<AtomicUsize>,
}

/// Reads a roster whose first page has this `Link` header and body; none where the header cannot be one.
pub fn read_roster(link: &[u8], body: &[u8]) -> Option<Read> {
    let link = match link {
        [] => None,
        link => Some(HeaderValue::from_bytes(link).ok()?),
    };
    let pages = Arc::new(AtomicUsize::new(0));
    let body = Bytes::copy_from_slice(body);
    let answers = Answers {
        link,
        body,
        pages: Arc::clone(&pages),
    };
    let members = run(async {
        let (tool, launch) = tool(answers).await;
        let roster = tool.services().roster(&launch)?;
        roster
            .bounds(ListBounds::new().max_pages(4))
            .collect()
            .await
    });
    let pages = pages.load(Ordering::Relaxed);
    Some(Read { members, pages })
}

async fn tool(answers: Answers) -> (LtiTool, LaunchContext) {
    static KEY: OnceLock<String> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let key = ToolKey::generate_blocking().expect("randomness");
        key.to_pem().expect("it was made here").as_str().to_owned()
    });
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1")
        .claim(
            names::NAMES_ROLE_SERVICE,
            json!({"context_memberships_url": MEMBERS}),
        )
        .build();
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .token_endpoint("https://lms.test/token")
        .build()
        .expect("the platform can be registered");
    let store = MemoryStore::default();
    let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
    let key_of_deployment = launch.deployment().key().clone();
    let now = std::time::SystemTime::now();
    let record = Deployment::new(key_of_deployment, status, origin, now);
    store.create(&record, None).await.expect("there is room");
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([registration]).expect("there is one"))
        .store(store)
        .insecure_allow_volatile_store()
        .tool_keys(ToolKey::from_pem(key).expect("it is one"))
        .exchange(answers)
        .build()
        .expect("a tool");
    (tool, launch)
}

impl Exchange for Answers {
    fn send(&self, request: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        let uri = request.uri();
        assert_eq!(uri.scheme_str(), Some("https"));
        assert_eq!(
            uri.authority().map(|authority| authority.as_str()),
            Some("lms.test")
        );
        let answer = if request.method() == "POST" {
            let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600});
            Response::new(token.to_string().into())
        } else if self.pages.fetch_add(1, Ordering::Relaxed) == 0 {
            let mut answer = Response::new(self.body.clone());
            if let Some(link) = &self.link {
                answer.headers_mut().insert(header::LINK, link.clone());
            }
            answer
        } else {
            Response::new("{\"members\":[{\"user_id\":\"last\"}]}".into())
        };
        Box::pin(async move { Ok(answer) })
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers")
    }
}
