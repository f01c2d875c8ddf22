//! The store of the example `sqlite`, on a file that several connections share.

#[path = "../../examples/sqlite/store.rs"]
mod store;

use std::{
    convert::Infallible,
    env, fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response};
use http_body_util::Full;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, Limits, LoginSecret, LtiError,
    LtiErrorKind::{self, DeploymentDisabled, DeploymentPending, DeploymentQuotaReached},
    LtiLaunchLayer, LtiLogin, LtiToolBuilder, OnMissingDeployment,
    claims::names,
    deployment::{
        Deployment, DeploymentKey, DeploymentOrigin, DeploymentOutcome, DeploymentStatus,
    },
    nonce::{Attempt, NonceKey, NonceUse},
    registration::{RegistrationId, Registrations},
    store::{DeploymentStore, NonceStore},
    testing::{Browser, Platform, contract},
};

use self::store::{Customer, SqliteStore};
use crate::app::{App, NOW, body};

/// A folder of its own for the file and what SQLite puts beside it.
struct Database {
    folder: PathBuf,
}

impl Database {
    fn new() -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("tower-lti-sqlite-{}-{number}", std::process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Opens the file anew, as another process would.
    async fn open(&self) -> SqliteStore {
        let file = self.folder.join("tool.sqlite");
        SqliteStore::open(&file).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn app(store: &SqliteStore) -> App {
    app_with(store, |builder| builder)
}

fn app_with(store: &SqliteStore, change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> App {
    let secret = LoginSecret::from_bytes([7; 32]).unwrap();
    App::with(|builder| change(builder.store(store.clone()).login_secret(secret)))
}

fn registration(platform: &Platform) -> RegistrationId {
    RegistrationId::new(platform.issuer(), platform.client_id())
}

fn key(platform: &Platform, id: &str) -> DeploymentKey {
    DeploymentKey::new(registration(platform), id.into())
}

/// A login and its launch from this deployment.
async fn launch(app: &App, platform: &Platform, id: &str) -> Response<Bytes> {
    launch_under(app, platform, id, OnMissingDeployment::Create).await
}

async fn launch_under(
    app: &App,
    platform: &Platform,
    id: &str,
    policy: OnMissingDeployment,
) -> Response<Bytes> {
    let mut browser = app.browser_with(|layer| layer.on_missing_deployment(policy));
    let request = browser.log_in(platform).await.unwrap();
    let token = platform.id_token(&request, NOW);
    let token = token.claim(names::DEPLOYMENT_ID, id).sign();
    browser.launch(&request, &token).await
}

fn kind(answer: &Response<Bytes>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

fn customer(deployment: &Deployment) -> Customer {
    *deployment.extensions().get::<Customer>().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_of_the_sqlite_example_keeps_the_contract() {
    let database = Database::new();

    contract::check_all(&database.open().await).await;
}

// D01
#[tokio::test(flavor = "multi_thread")]
async fn of_64_first_launches_on_two_instances_one_creates_in_sqlite() {
    let database = Database::new();
    let stores = [database.open().await, database.open().await];
    let apps = [app(&stores[0]), app(&stores[1])];
    let launches = (0..64).map(|number| {
        let app = &apps[number % 2];
        let (mut browser, platform) = (app.browser(), app.platform.clone());
        tokio::spawn(async move {
            let request = browser.log_in(&platform).await.unwrap();
            let token = platform.id_token(&request, NOW).sign();
            let answer = browser.launch(&request, &token).await;
            assert_eq!(answer.status(), 200);
            body(&answer)["created"] == true
        })
    });

    let told = join_all(launches).await;

    let created = told.iter().filter(|created| *created.as_ref().unwrap());
    assert_eq!(created.count(), 1);
    let registration = registration(&apps[0].platform);
    let kept = stores[0].list(&registration, None, 100).await.unwrap();
    assert_eq!(kept.deployments().len(), 1);
}

// D02
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_brings_no_deployment_back_into_sqlite() {
    let database = Database::new();
    let store = database.open().await;
    let app = app(&store);
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let cookies = browser.cookies().clone();
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 200);
    let key = key(&app.platform, "dep-1");
    assert!(store.remove(&key).await.unwrap());

    *browser.cookies() = cookies;
    let replayed = browser.launch(&request, &token).await;

    assert_eq!(kind(&replayed), Some(LtiErrorKind::NonceReplayed));
    assert!(store.find(&key).await.unwrap().is_none());
    assert_eq!(app.calls(), 1);
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

    assert_eq!(kind(&replayed), Some(LtiErrorKind::NonceReplayed));
}

// D04
#[tokio::test(flavor = "multi_thread")]
async fn one_id_under_three_registrations_is_three_customers() {
    let database = Database::new();
    let store = database.open().await;
    let platforms = [
        Platform::new("https://lms.test", "tool-1"),
        Platform::new("https://lms.test", "tool-2"),
        Platform::new("https://other.test", "tool-1"),
    ];
    let registrations = platforms.iter().map(Platform::registration);
    let registrations = Registrations::new(registrations).unwrap();
    let app = app_with(&store, |builder| builder.registrations(registrations));

    let mut customers = Vec::new();
    for platform in &platforms {
        let answer = launch(&app, platform, "dep-1").await;
        assert_eq!(body(&answer)["created"], true);
        let kept = store.find(&key(platform, "dep-1")).await.unwrap().unwrap();
        customers.push(customer(&kept).id);
    }
    customers.sort_unstable();
    customers.dedup();
    assert_eq!(customers.len(), 3);

    let shut = key(&platforms[0], "dep-1");
    let disabled = DeploymentStatus::Disabled;
    store.set_status(&shut, disabled).await.unwrap().unwrap();
    for (platform, status) in platforms.iter().zip([403, 200, 200]) {
        let answer = launch(&app, platform, "dep-1").await;
        assert_eq!(answer.status(), status);
    }
}

// D05
#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_is_shut_in_sqlite_stays_shut() {
    let database = Database::new();
    let store = database.open().await;
    let app = app(&store);
    for (status, refusal) in [
        (DeploymentStatus::Disabled, DeploymentDisabled),
        (DeploymentStatus::Pending, DeploymentPending),
    ] {
        let id = format!("{status:?}");
        assert_eq!(launch(&app, &app.platform, &id).await.status(), 200);
        let calls = app.calls();
        let key = key(&app.platform, &id);
        store.set_status(&key, status).await.unwrap().unwrap();

        for policy in [OnMissingDeployment::Create, OnMissingDeployment::Forward] {
            let answer = launch_under(&app, &app.platform, &id, policy).await;
            assert_eq!(answer.status(), 403);
            assert_eq!(kind(&answer), Some(refusal));
        }
        let active = store.find(&key).await.unwrap().unwrap();
        let active = active.with_status(DeploymentStatus::Active);
        let (kept, outcome) = store.create(&active, None).await.unwrap();

        assert_eq!(outcome, DeploymentOutcome::Existing);
        assert_eq!((kept.status(), app.calls()), (status, calls));
    }
    let shut = key(&app.platform, "Disabled");
    let approved = store.approve(&shut).await.unwrap().unwrap();
    assert_eq!(approved.status(), DeploymentStatus::Disabled);
}

// D06
#[tokio::test(flavor = "multi_thread")]
async fn launches_that_race_for_the_last_places_of_a_quota_get_no_more_than_there_are() {
    const QUOTA: usize = 5;
    let database = Database::new();
    let stores = [database.open().await, database.open().await];
    let limits = || Limits::default().deployments_per_registration(QUOTA);
    let apps = [0, 1].map(|n| app_with(&stores[n], |builder| builder.limits(limits())));

    let launches = (0..32).map(|number| {
        let app = &apps[number % 2];
        async move {
            let id = format!("dep-{number}");
            let answer = launch(app, &app.platform, &id).await;
            (id, answer)
        }
    });
    let answers = join_all(launches).await;

    let (created, refused): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|(_, answer)| answer.status() == 200);
    assert_eq!(created.len(), QUOTA);
    for (_, answer) in refused {
        assert_eq!(answer.status(), 403);
        assert_eq!(kind(answer), Some(DeploymentQuotaReached));
    }
    let registration = registration(&apps[0].platform);
    let kept = stores[1].list(&registration, None, 100).await.unwrap();
    assert_eq!(kept.deployments().len(), QUOTA);
    let (known, _) = created[0];
    let again = launch(&apps[1], &apps[1].platform, known).await;
    assert_eq!(again.status(), 200, "it counts new ones alone");
}

// D13
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_the_file_sees_no_deployment_or_a_whole_one() {
    let database = Database::new();
    let (writer, reader) = (database.open().await, database.open().await);
    let app = app(&writer);
    for number in 0..100 {
        let id = format!("dep-{number}");
        let key = key(&app.platform, &id);
        let reading = tokio::spawn({
            let (reader, key) = (reader.clone(), key.clone());
            async move {
                loop {
                    if let Some(seen) = reader.find(&key).await.unwrap() {
                        break seen;
                    }
                    tokio::task::yield_now().await;
                }
            }
        });
        let answer = launch(&app, &app.platform, &id).await;
        assert_eq!(body(&answer)["created"], true);

        let seen = reading.await.unwrap();

        assert_eq!(*seen.key(), key);
        assert_eq!(seen.status(), DeploymentStatus::Active);
        assert_eq!(seen.origin(), DeploymentOrigin::FirstLaunch);
        assert_eq!(seen.created_at(), UNIX_EPOCH + Duration::from_secs(NOW));
        let kept = writer.find(&key).await.unwrap().unwrap();
        assert_eq!(customer(&seen), customer(&kept));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handler_is_handed_the_customer_that_the_store_found() {
    let database = Database::new();
    let store = database.open().await;
    let app = app(&store);
    let layer = LtiLaunchLayer::new(app.tool.clone()).path("/lti/launch");
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

        let kept = store.find(&key(&app.platform, id)).await.unwrap().unwrap();
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
    launch(&app, &app.platform, "dep-1").await;
    let gone = key(&app.platform, "dep-1");
    let first = customer(&store.find(&gone).await.unwrap().unwrap());
    assert!(store.remove(&gone).await.unwrap());

    launch(&app, &app.platform, "dep-2").await;

    let next = key(&app.platform, "dep-2");
    let next = customer(&store.find(&next).await.unwrap().unwrap());
    assert_ne!(first, next);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_swept_out_and_nothing_else() {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    let database = Database::new();
    let store = database.open().await;
    let registration = RegistrationId::new("https://lms.test", "tool-1");
    let of = |text: &str| NonceKey::new(&registration, text);
    let (over, live) = (of("over"), of("live"));
    let attempt = Attempt::new().unwrap();
    for (key, ttl) in [(&over, Duration::ZERO), (&live, 3 * HOUR)] {
        store.consume(key, &attempt, ttl).await.unwrap();
        assert!(store.park(key, b"sealed", ttl).await.unwrap());
    }
    assert!(store.parked(&over).await.unwrap().is_none());
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
    let parked = store.parked(&live).await.unwrap();
    assert_eq!(parked.as_deref(), Some(&b"sealed"[..]));
}
