//! A Redis that is there and says no.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use redis::{Client, aio::MultiplexedConnection};
use tower_lti::{RedisStore, store::redis::RedisConnectError};

use crate::{
    app::body,
    eventually::eventually,
    load::Load,
    log::Log,
    login::Login,
    proxy::Proxy,
    server::{PATIENCE, RedisServer},
    tool_at, tool_over,
};

const RECOVERY: Duration = Duration::from_secs(5);

// X15
#[tokio::test]
async fn a_redis_without_memory_is_503_until_it_has_some() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let _: () = redis.ask("CONFIG SET maxmemory 1").await;
    load.is_answered(503, 20, Instant::now()).await;
    assert!(app.store.check().await.is_err(), "a health check tells");
    let _: () = redis.ask("CONFIG SET maxmemory 0").await;
    let back = Instant::now();
    load.is_served(back, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.recovery(back) <= Duration::from_secs(1));
    assert!(app.store.check().await.is_ok());
}

// X18
#[tokio::test]
async fn a_password_that_is_changed_is_503_in_no_log_and_good_again_when_it_is_right() {
    let log = Log::start();
    let redis = RedisServer::with(&["--requirepass", "hunter-old"]).await;
    let url = redis.url().replace("127.0.0.1", ":hunter-old@127.0.0.1");
    let app = tool_at(&url).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let _: () = redis.ask("CONFIG SET requirepass hunter-new").await;
    let _: usize = redis.ask("CLIENT KILL TYPE normal").await;
    load.is_answered(503, 20, Instant::now()).await;
    let _: () = redis.ask("CONFIG SET requirepass hunter-old").await;
    let back = Instant::now();
    load.is_served(back, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.recovery(back) <= RECOVERY);
    let logged = log.text();
    assert!(logged.contains("store_unavailable"), "the log was read");
    assert!(!logged.contains("hunter"), "a password in the log");
}

// X19
#[tokio::test]
async fn a_password_that_is_wrong_at_start_is_an_error_without_it_and_without_a_storm() {
    let redis = RedisServer::with(&["--requirepass", "right-one"]).await;
    let proxy = Proxy::to(redis.port()).await;
    let url = proxy.url().replace("127.0.0.1", ":hunter-wrong@127.0.0.1");
    let began = Instant::now();
    let error = RedisStore::connect(&url).await.unwrap_err();
    assert!(began.elapsed() <= Duration::from_millis(2_500));
    assert!(matches!(error, RedisConnectError::Denied { .. }));
    assert!(proxy.opened() <= 3, "{} connections", proxy.opened());
    let told = chain(&error);
    assert!(!told.contains("hunter"), "{told}");
    assert!(
        told.contains("WRONGPASS") || told.contains("uthentication"),
        "{told}"
    );
}

/// An error with all its sources, in both forms.
fn chain(error: &dyn Error) -> String {
    let mut told = format!("{error} {error:?}");
    if let Some(source) = error.source() {
        told += &chain(source);
    }
    told
}

/// The least that an access list must allow.
const LEAST: &str = "+set +get";

// X20
#[tokio::test]
async fn an_access_list_of_set_and_get_is_enough_for_launches() {
    let log = Log::start();
    let redis = RedisServer::start().await;
    let url = redis.url().replace("127.0.0.1", "lti:p@127.0.0.1");
    let user = format!("ACL SETUSER lti on >p ~lti:* {LEAST}");
    let _: () = redis.ask(&user).await;
    let app = tool_at(&url).await;
    for created in [true, false] {
        let answer = Login::at(&app).await.post().await;
        assert_eq!(answer.status(), 200);
        assert_eq!(body(&answer)["created"], created);
    }
    let mut twice = Login::at(&app).await;
    assert_eq!((twice.launch().await, twice.launch().await), (200, 409));
    // It may not ask the server whether it evicts.
    log.says("WARN", "evicts keys is unknown", PATIENCE).await;
    assert!(!log.text().contains("ERROR"), "{}", log.text());
}

// X20
#[tokio::test]
async fn an_access_list_that_is_too_narrow_is_an_error_at_start_and_503_later() {
    let redis = RedisServer::start().await;
    let url = redis.url().replace("127.0.0.1", "lti:p@127.0.0.1");
    let user = |rules: String| format!("ACL SETUSER lti reset on >p {rules}");
    let good = user(format!("~lti:* {LEAST}"));
    let no_set = user(format!("~lti:* {LEAST} -set"));
    let other_keys = user(format!("~other:* {LEAST}"));
    for narrow in [&no_set, &other_keys] {
        let _: () = redis.ask(narrow).await;
        let refused = RedisStore::connect(&url).await;
        assert!(
            matches!(refused, Err(RedisConnectError::Denied { .. })),
            "{narrow}"
        );
        let lazy = RedisStore::lazy(&url).unwrap();
        let app = tool_over(lazy);
        assert_eq!(Login::at(&app).await.launch().await, 503, "{narrow}");

        let _: () = redis.ask(&good).await;
        eventually("a launch that gets in", RECOVERY, async || {
            (Login::at(&app).await.launch().await == 200).then_some(())
        })
        .await;
    }
}

// X22
#[tokio::test]
async fn a_redis_with_too_many_clients_is_503_and_sees_no_storm() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let mut idle: Vec<MultiplexedConnection> = Vec::new();
    for _ in 0..9 {
        let client = Client::open(redis.url()).unwrap();
        idle.push(client.get_multiplexed_async_connection().await.unwrap());
    }
    // With the test's own connection these are ten.
    let _: () = redis.ask("CONFIG SET maxclients 10").await;

    let app = tool_over(RedisStore::lazy(proxy.url()).unwrap());
    let load = Load::start(&app, 50);
    load.is_answered(503, 50, Instant::now()).await;
    let before = proxy.opened();
    load.is_answered(503, 50, Instant::now()).await;
    assert!(proxy.opened() > before, "it is tried again");
    idle.clear();
    let freed = Instant::now();
    load.is_served(freed, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.longest(503) <= Duration::from_secs(2));
    assert!(history.recovery(freed) <= RECOVERY);
    let most = proxy.most_opened_in_a_second();
    assert!(most <= 20, "{most} connections in a second");
}

// X15: an outage is one error in the log, not one for everybody who is turned away
#[tokio::test]
async fn a_redis_without_memory_is_one_error_in_the_log_in_ten_seconds() {
    let log = Log::start();
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let _: () = redis.ask("CONFIG SET maxmemory 1").await;
    let load = Load::start(&app, 50);
    load.is_answered(503, 50, Instant::now()).await;
    load.stop().await;
    let logged = log.text();
    let errors = logged.lines().filter(|line| line.contains("ERROR"));
    assert_eq!(errors.count(), 1, "{logged}");
}
