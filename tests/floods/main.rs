//! Floods of requests that nobody vouches for: what they leave behind. A program of its own, so that
//! its memory is that of the flood.

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod support;

use std::{
    collections::HashSet,
    fs,
    hash::{BuildHasher, RandomState},
};

use http::header;
use tokio::sync::Mutex;
use tower_lti::{
    LoginSecret, RedisStore,
    testing::{AuthenticationRequest, SigningKey},
};

use self::support::{
    app::{App, NOW},
    redis::RedisServer,
};

/// The memory of the process is looked at, so the floods come one after another.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

const FORGED: usize = 10_000;
const LOGINS: usize = 100_000;

/// What may come and go with the allocator, in KiB.
const NOISE_KIB: i64 = 4 * 1024;

/// The resident memory of this process, in KiB.
fn memory_kib() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

async fn forged_launches(app: &App, count: usize) {
    let enemy = SigningKey::shared(3, "k1");
    let mut browser = app.browser();
    let mut login = None;
    for number in 0..count {
        // A thousand posts to a login: each is a genuine login's state and cookie.
        if number % 1_000 == 0 {
            browser.cookies().clear();
            let request = browser.log_in(&app.platform).await.unwrap();
            let token = app.platform.id_token(&request, NOW);
            login = Some((request, token.signed_by(&enemy).sign()));
        }
        let (request, forged) = login.as_ref().unwrap();
        let answer = browser.launch(request, forged).await;
        assert_eq!(answer.status(), 401);
    }
    assert_eq!(app.calls(), 0);
}

// Q01
#[tokio::test]
async fn forged_launches_leave_nothing_in_memory() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let app = App::new();
    forged_launches(&app, FORGED / 10).await;
    let before = memory_kib();
    forged_launches(&app, FORGED).await;
    let after = memory_kib();
    let entries = app.store.nonce_count() + app.store.deployment_count();
    println!("{FORGED} forged launches: {entries} entries, {before} KiB before, {after} KiB after");
    assert_eq!(entries, 0);
    assert!((after - before).abs() < NOISE_KIB, "{before} {after}");
}

// Q01, I13
#[tokio::test]
async fn forged_launches_and_logins_leave_nothing_in_redis() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let redis = RedisServer::start().await;
    let store = RedisStore::connect(&redis.url()).await.unwrap();
    let secret = LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap();
    let app = App::with(|builder| builder.store(store).login_secret(secret));
    let before: usize = redis.ask("DBSIZE").await;
    forged_launches(&app, FORGED).await;
    logins(&app, LOGINS / 10, |_, _| ()).await;
    let after: usize = redis.ask("DBSIZE").await;
    println!("{FORGED} forged launches: {before} keys before, {after} keys after");
    assert!(after <= before);
}

async fn logins(app: &App, count: usize, mut each: impl FnMut(AuthenticationRequest, &str)) {
    let mut browser = app.browser();
    let query = "iss=https%3A%2F%2Flms.test&client_id=tool-1&login_hint=h\
                 &target_link_uri=https%3A%2F%2Ftool.test%2Fapp";
    for _ in 0..count {
        // A bot keeps no cookies.
        browser.cookies().clear();
        let answer = browser.get_login(query).await;
        assert_eq!(answer.status(), 303);
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        let query = location.split_once('?').unwrap().1;
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split([';', '=']).nth(1).unwrap();
        each(AuthenticationRequest::from_query(query, ""), cookie);
    }
}

// LOGIN-13, LOGIN-17, I13, B24
#[tokio::test]
async fn a_hundred_thousand_logins_leave_nothing_in_memory_and_share_no_secret() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let app = App::new();
    let hasher = RandomState::new();
    let mut seen = HashSet::with_capacity(3 * (LOGINS + LOGINS / 10));
    let mut once = |request: AuthenticationRequest, cookie: &str| {
        // 256 bits in unpadded base64url.
        assert_eq!((request.nonce().len(), cookie.len()), (43, 43));
        for secret in [request.nonce(), request.state(), cookie] {
            assert!(seen.insert(hasher.hash_one(secret)), "{secret} twice");
        }
    };
    // By then each page of the set has been written to.
    logins(&app, LOGINS / 10, &mut once).await;
    let before = memory_kib();
    logins(&app, LOGINS, &mut once).await;
    let after = memory_kib();
    println!("{LOGINS} logins: {before} KiB before, {after} KiB after");
    assert!((after - before).abs() < NOISE_KIB, "{before} {after}");
    assert_eq!(app.store.nonce_count() + app.store.deployment_count(), 0);
    assert_eq!(seen.len(), 3 * (LOGINS + LOGINS / 10));
}
