//! The store of the example `sqlite`, on a file that several connections share.

#[path = "../../../examples/sqlite/registrations.rs"]
mod registrations;
#[path = "../../../examples/sqlite/sessions.rs"]
mod sessions;
#[path = "../../../examples/sqlite/store.rs"]
mod store;

use std::{
    convert::Infallible,
    env, fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, RedisStore,
    claims::names,
    deployment::{Deployment, DeploymentKey, DeploymentStatus},
    error::LtiErrorKind,
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::RegistrationId,
    store::{DeploymentStore, NonceStore, ParkedLaunchStore},
    testing::{Browser, TestClock, contract},
};

use self::store::{Customer, SqliteStore};
use crate::{
    app::{App, NOW},
    redis_server::RedisServer,
};

/// A folder of its own for the file and what SQLite puts beside it.
pub(crate) struct Database {
    folder: PathBuf,
}

impl Database {
    pub(crate) fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("tower-lti-sqlite-{}-{number}", std::process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Opens the file anew, as another process would.
    pub(crate) async fn open(&self) -> SqliteStore {
        let file = self.folder.join("tool.sqlite");
        SqliteStore::open(&file).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn app(store: &SqliteStore) -> App<SqliteStore> {
    App::over(store.clone(), |builder, _| builder)
}

fn key(app: &App<SqliteStore>, id: &str) -> DeploymentKey {
    DeploymentKey::new(app.platform.registration().id().clone(), id.into())
}

/// A login and its launch from this deployment.
async fn launch(app: &App<SqliteStore>, id: &str) {
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW);
    let token = token.claim(names::DEPLOYMENT_ID, id).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
}

fn customer(deployment: &Deployment) -> Customer {
    *deployment.extensions().get::<Customer>().unwrap()
}

// Y04: nonces in Redis and deployments in a database, as the guide's page on stores has it
#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_in_a_database_stays_disabled_whatever_redis_forgets() {
    let (server, database) = (RedisServer::start().await, Database::new());
    let clock = TestClock::at_unix(NOW);
    let redis = RedisStore::builder(server.url()).clock(clock.clone());
    let store = (redis.connect().await.unwrap(), database.open().await);
    let app = App::over(store, |builder, _| builder.clock(clock.clone()));
    let launch = async || {
        clock.advance(Duration::from_secs(5));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, clock.unix()).sign();
        browser.launch(&request, &token).await.status().as_u16()
    };
    assert_eq!(launch().await, 200);
    let registration = app.platform.registration().id().clone();
    let key = DeploymentKey::new(registration, "dep-1".into());
    let off = app.store.set_status(&key, DeploymentStatus::Disabled).await;
    assert!(off.unwrap().is_some());
    assert_eq!(launch().await, 403);

    let _: String = server.ask("FLUSHALL").await;
    for _ in 0..3 {
        assert_ne!(launch().await, 200);
    }
    assert_eq!(launch().await, 403);
}

// Y10, N45
#[tokio::test(flavor = "multi_thread")]
async fn the_store_of_the_sqlite_example_keeps_the_contract() {
    let database = Database::new();

    contract::check_all(&database.open().await).await;
    contract::check_registrations(&database.open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_that_was_used_is_known_to_who_opens_the_file_next() {
    let database = Database::new();
    let before = app(&database.open().await);
    let mut browser = before.browser();
    let request = browser.log_in(&before.platform).await.unwrap();
    let cookies = browser.cookies().clone();
    let token = before.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    drop((browser, before));

    let after = app(&database.open().await);
    let mut browser = after.browser();
    *browser.cookies() = cookies;
    let replayed = browser.launch(&request, &token).await;

    let refusal = replayed.extensions().get::<LtiError>();
    let kind = refusal.map(LtiError::kind);
    assert_eq!(kind, Some(LtiErrorKind::NonceReplayed));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handler_is_handed_the_customer_that_the_store_found() {
    let database = Database::new();
    let store = database.open().await;
    let app = app(&store);
    let layer = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let handler = tower::service_fn(|request: Request<Full<Bytes>>| {
        let launch = request.extensions().get::<LaunchContext>().unwrap();
        let id = customer(launch.deployment()).id.to_string();
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::from(id))))
    });
    let mut told = Vec::new();
    for id in ["dep-1", "dep-1", "dep-2"] {
        let login = LtiLogin::new(app.tool.clone());
        let mut browser = Browser::new(login, layer.layer(handler));
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW);
        let token = token.claim(names::DEPLOYMENT_ID, id).sign();

        let answer = browser.launch(&request, &token).await;

        let kept = store.find(&key(&app, id)).await.unwrap().unwrap();
        assert_eq!(*answer.body(), customer(&kept).id.to_string());
        told.push(answer.into_body());
    }
    assert_eq!(told[0], told[1], "created and found again");
    assert_ne!(told[1], told[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_was_removed_leaves_no_number_to_the_next_one() {
    let database = Database::new();
    let store = database.open().await;
    let app = app(&store);
    launch(&app, "dep-1").await;
    let gone = key(&app, "dep-1");
    let first = customer(&store.find(&gone).await.unwrap().unwrap());
    assert!(store.remove(&gone).await.unwrap());

    launch(&app, "dep-2").await;

    let next = key(&app, "dep-2");
    let next = customer(&store.find(&next).await.unwrap().unwrap());
    assert_ne!(first, next);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_swept_out_and_nothing_else() {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    let database = Database::new();
    let store = database.open().await;
    let registration = RegistrationId::new("https://lms.test", "tool-1");
    let of = |text: &str| OneTimeKey::new(&registration, text);
    let (over, live) = (of("over"), of("live"));
    let attempt = Attempt::new().unwrap();
    for (key, ttl) in [(&over, Duration::ZERO), (&live, 3 * HOUR)] {
        store.consume(key, &attempt, ttl).await.unwrap();
        store.park_launch(key, b"sealed", ttl).await.unwrap();
    }
    assert!(store.parked_launch(&over).await.unwrap().is_none());
    let later = SystemTime::now() + Duration::from_secs(1);

    // The launch is gone at once, the nonce after an hour more.
    assert_eq!(store.sweep(later).await.unwrap(), 1);
    let other = Attempt::new().unwrap();
    let used = store.consume(&over, &other, HOUR).await.unwrap();
    assert_eq!(used, NonceUse::Repeated);
    assert_eq!(store.sweep(later + HOUR).await.unwrap(), 1);
    assert_eq!(store.sweep(later + HOUR).await.unwrap(), 0);

    let used = store.consume(&live, &other, HOUR).await.unwrap();
    assert_eq!(used, NonceUse::Repeated);
    let parked = store.parked_launch(&live).await.unwrap();
    assert_eq!(parked.as_deref(), Some(&b"sealed"[..]));
}
