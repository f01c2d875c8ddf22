//! The bounds that nobody has set, over an exchange that answers at once or takes its time.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use tower_lti::{
    LaunchContext, LtiTool, MemoryStore,
    claims::names,
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    keys::ToolKey,
    outbound::{Exchange, ExchangeFuture, ExchangeLimits},
    registration::{Registration, Registrations},
    services::{ListBounds, ServiceError, ServiceErrorKind},
    store::DeploymentStore,
    testing::LaunchContextBuilder,
};

/// A platform whose every page has so many members and a next one, so many bytes at least, and takes so long.
#[derive(Clone)]
struct Endless {
    pages: Arc<AtomicUsize>,
    members: usize,
    bytes: usize,
    pause: Duration,
}

impl Endless {
    fn new(members: usize, pause: Duration) -> Self {
        Self {
            pages: Arc::default(),
            members,
            bytes: 0,
            pause,
        }
    }

    fn page(&self) -> Response<Bytes> {
        let page = self.pages.fetch_add(1, Ordering::Relaxed);
        let first = page * self.members;
        let members: Vec<_> = (first..first + self.members)
            .map(|user| format!("{{\"user_id\":\"{user}\"}}"))
            .collect();
        let members = format!("{{\"members\":[{}]}}", members.join(","));
        Response::builder()
            .header("link", format!("<?page={}>; rel=next", page + 1))
            .body(format!("{members}{}", " ".repeat(self.bytes)).into())
            .unwrap()
    }
}

impl fmt::Debug for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endless")
    }
}

impl Exchange for Endless {
    fn send(&self, request: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        Box::pin(async move {
            if request.uri().path() == "/token" {
                let token =
                    json!({"access_token": "t", "token_type": "Bearer", "expires_in": 3600});
                return Ok(Response::new(token.to_string().into()));
            }
            tokio::time::sleep(self.pause).await;
            Ok(self.page())
        })
    }
}

async fn tool(platform: &Endless) -> (LtiTool, LaunchContext) {
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
        .unwrap();
    let store = MemoryStore::default();
    let key = launch.deployment().key().clone();
    let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
    let record = Deployment::new(key, status, origin, std::time::SystemTime::now());
    store.create(&record, None).await.unwrap();
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([registration]).unwrap())
        .store(store)
        .insecure_allow_volatile_store()
        .tool_keys(ToolKey::generate_blocking().unwrap())
        .exchange(platform.clone())
        .build()
        .unwrap();
    (tool, launch)
}

async fn read_all(platform: &Endless) -> ServiceError {
    let (tool, launch) = tool(platform).await;
    let mut pages = tool.services().roster(&launch).unwrap().pages().unwrap();
    while let Some(page) = pages.next_page().await {
        if let Err(error) = page {
            return error;
        }
    }
    panic!("it has no end");
}

// S05, ADV-55
#[tokio::test]
async fn a_list_ends_with_an_error_after_two_hundred_thousand_members() {
    let platform = Endless::new(1_000, Duration::ZERO);

    let error = read_all(&platform).await;

    assert_eq!(error.kind(), ServiceErrorKind::ListIncomplete);
    assert_eq!(error.detail(), Some("more than 200000 entries"));
    let progress = error.list_progress().unwrap();
    assert_eq!((progress.pages, progress.entries), (200, 200_000));
}

// S05: what is read page by page is not kept, and has no such bound.
#[tokio::test]
async fn a_call_that_collects_an_endless_list_ends_with_an_error_after_128_mebibytes() {
    let mut platform = Endless::new(1, Duration::ZERO);
    platform.bytes = 8_000_000;
    let (tool, launch) = tool(&platform).await;
    let roster = tool.services().roster(&launch).unwrap();
    let unhurried = ListBounds::new().max_time(Duration::from_secs(600));

    let mut pages = roster.clone().pages().unwrap();
    for _ in 0..18 {
        assert!(pages.next_page().await.unwrap().is_ok());
    }
    let error = roster.bounds(unhurried).collect().await.unwrap_err();

    assert_eq!(error.kind(), ServiceErrorKind::ListIncomplete);
    assert_eq!(error.detail(), Some("more than 134217728 bytes"));
    assert_eq!(error.list_progress().unwrap().pages, 16);
}

// S05
#[tokio::test(start_paused = true)]
async fn a_list_that_is_read_page_by_page_ends_with_an_error_after_ten_minutes() {
    let platform = Endless::new(1, Duration::from_secs(7));
    let began = tokio::time::Instant::now();

    let error = read_all(&platform).await;

    assert_eq!(error.detail(), Some("more than 600 s"));
    assert_eq!(error.list_progress().unwrap().pages, 85);
    assert_eq!(began.elapsed().as_secs(), 600);
}

// S05
#[tokio::test(start_paused = true)]
async fn a_call_that_collects_an_endless_list_ends_with_an_error_after_twenty_seconds() {
    for (pause, pages) in [(50, 400), (3_000, 6), (9_000, 2)] {
        let platform = Endless::new(1, Duration::from_millis(pause));
        let (tool, launch) = tool(&platform).await;
        let began = tokio::time::Instant::now();

        let roster = tool.services().roster(&launch).unwrap();
        let error = roster.collect().await.unwrap_err();

        assert_eq!(error.detail(), Some("more than 20 s"), "{pause}");
        let read = error.list_progress().unwrap().pages;
        // A page that would have less than half a second is not asked for.
        assert!((pages - 2 - pages / 40..=pages).contains(&read), "{read}");
        assert!((19..=20).contains(&began.elapsed().as_secs()));
    }
}
