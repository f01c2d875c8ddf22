//! What a Redis that forgets, evicts or allows little means for launches.

use std::time::Duration;

use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;
use tower_lti::{
    RedisStore,
    claims::names,
    deployment::DeploymentKey,
    error::LtiErrorKind::{self, NonceReplayed, StateBeforeMemory},
    health::LtiHealth,
    nonce::OneTimeKey,
    registration::RegistrationId,
    store::{DeploymentStore, NonceStore, redis::RedisConnectError},
    testing::TestClock,
};

use crate::{
    app::{App, NOW, body},
    onboarding::kind,
    redis_server::RedisServer,
};

/// A tool whose store goes by the same clock.
async fn app_over(server: &RedisServer) -> (App<RedisStore>, TestClock) {
    let clock = TestClock::at_unix(NOW);
    let builder = RedisStore::builder(server.url()).clock(clock.clone());
    let store = builder.connect().await.unwrap();
    let app = App::over(store, |builder, _| builder.clock(clock.clone()));
    clock.advance(Duration::from_secs(1));
    (app, clock)
}

/// Launches, lets something happen to the server, and sends the same launch with the same cookie again.
async fn replay_after(
    server: &mut RedisServer,
    happens: impl AsyncFnOnce(&mut RedisServer),
) -> Option<LtiErrorKind> {
    let (app, clock) = app_over(server).await;
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let cookies = browser.cookies().clone();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    clock.advance(Duration::from_secs(5));
    happens(server).await;
    *browser.cookies() = cookies.clone();
    let replayed = loop {
        let answer = browser.launch(&request, &token).await;
        *browser.cookies() = cookies.clone();
        if answer.status() != 503 {
            break answer;
        }
    };
    assert_eq!(app.calls(), 1);
    // And whoever logs in from now on gets in.
    clock.advance(Duration::from_secs(1));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW + 7).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    kind(&replayed)
}

// X24
#[tokio::test]
async fn a_redis_that_comes_back_empty_lets_no_used_launch_in_again() {
    let mut server = RedisServer::start().await;
    let replayed = replay_after(&mut server, async |server| {
        server.kill();
        server.restart().await;
    });
    assert_eq!(replayed.await, Some(StateBeforeMemory));
}

// X33
#[tokio::test]
async fn a_nonce_that_is_gone_from_a_server_that_is_another_lets_no_used_launch_in_again() {
    let mut server = RedisServer::start().await;
    let replayed = replay_after(&mut server, async |server| {
        // As a replica has it that took over without the last writes: all but the nonce.
        let nonces: Vec<String> = server.ask("KEYS lti:v1:n:*").await;
        let _: i64 = server.ask(&format!("DEL {}", nonces[0])).await;
        let mut connection = server.connection().await;
        let mut set = redis::cmd("SET");
        let set = set.arg("lti:v1:m").arg("another-server 1");
        let _: String = set.query_async(&mut connection).await.unwrap();
    });
    assert_eq!(replayed.await, Some(StateBeforeMemory));
}

// X26: what was kept is a replay, whichever server says so
#[tokio::test]
async fn a_nonce_that_is_still_there_is_a_replay() {
    let mut server = RedisServer::start().await;
    let replayed = replay_after(&mut server, async |server| {
        let _: i64 = server.ask("DEL lti:v1:m").await;
    });
    assert_eq!(replayed.await, Some(NonceReplayed));
}

#[tokio::test]
async fn two_instances_agree_since_when_their_redis_remembers() {
    let server = RedisServer::start().await;
    let (first, clock) = app_over(&server).await;
    clock.advance(Duration::from_secs(60));
    let later = RedisStore::builder(server.url()).clock(clock).connect();
    let later = later.await.unwrap();
    let nonce = OneTimeKey::new(&RegistrationId::new("https://lms.test", "tool-1"), "n-1");
    let since = first.store.no_data_loss_since(&nonce);
    assert!(since.is_some());
    assert_eq!(later.no_data_loss_since(&nonce), since);
}

// X16
#[tokio::test]
async fn a_redis_that_evicts_is_refused_unless_that_is_allowed() {
    let server = RedisServer::start().await;
    for (maxmemory, policy, evicts) in [
        ("0", "allkeys-lru", false),
        ("50mb", "noeviction", false),
        ("50mb", "allkeys-lru", true),
        ("50mb", "volatile-ttl", true),
    ] {
        let set = format!("CONFIG SET maxmemory {maxmemory} maxmemory-policy {policy}");
        let _: String = server.ask(&set).await;
        let connected = RedisStore::connect(server.url()).await;
        match connected {
            Ok(_) => assert!(!evicts, "{set}"),
            Err(RedisConnectError::EvictsKeys { policy: by }) => {
                assert!(evicts && by == policy, "{set}")
            }
            Err(other) => panic!("{set}: {other:?}"),
        }
        let lazy = RedisStore::lazy(server.url()).unwrap();
        assert_eq!(lazy.check().await.is_err(), evicts, "{set}");
        let builder = RedisStore::builder(server.url()).insecure_allow_evicting_policy(true);
        assert!(builder.connect().await.is_ok(), "{set}");
    }
}

// X20
#[tokio::test]
async fn an_access_list_of_set_and_get_is_enough_for_launches() {
    let server = RedisServer::start().await;
    let allow = async |what: &str| {
        let user = format!("ACL SETUSER lti reset on >p {what}");
        let _: String = server.ask(&user).await;
        let url = server.url().replace("redis://", "redis://lti:p@");
        RedisStore::connect(url).await
    };
    let store = allow("~lti:* +set +get +ping").await.unwrap();
    let app = App::over(store.clone(), |builder, _| builder);
    for created in [true, false] {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW);
        let token = token.claim(names::DEPLOYMENT_ID, "dep-1").sign();
        let answer = browser.launch(&request, &token).await;
        assert_eq!(body(&answer)["created"], created);
    }
    let registration = app.platform.registration();
    let key = DeploymentKey::new(registration.id().clone(), "dep-1".into());
    assert!(store.find(&key).await.unwrap().is_some());
    assert!(store.remove(&key).await.is_err(), "scripts are forbidden");

    for narrow in ["~lti:* +get +ping", "~other:* +set +get +ping"] {
        let refused = allow(narrow).await;
        let denied = matches!(refused, Err(RedisConnectError::Denied { .. }));
        assert!(denied, "{narrow}: {refused:?}");
    }
    let whole = "~lti:* +set +get +del +mget +eval +zadd +zcard +zscore +zrem +zrangebylex +info +role +ping";
    let store = allow(whole).await.unwrap();
    assert!(store.remove(&key).await.unwrap());
    tower_lti::testing::contract::check_all(&store).await;
}

// X19
#[tokio::test]
async fn a_wrong_password_is_told_apart_and_not_repeated() {
    let server = RedisServer::start().await;
    let _: String = server.ask("ACL SETUSER lti on >right ~* +@all").await;
    let url = server
        .url()
        .replace("redis://", "redis://lti:canary-wrong@");
    let refused = RedisStore::connect(url).await.unwrap_err();
    assert!(
        matches!(refused, RedisConnectError::Denied { .. }),
        "{refused:?}"
    );
    let mut told = format!("{refused} {refused:?}");
    let mut source = std::error::Error::source(&refused);
    while let Some(error) = source {
        told += &format!(" {error} {error:?}");
        source = error.source();
    }
    assert!(!told.contains("canary-wrong"), "{told}");
}

#[tokio::test]
async fn an_address_is_understood_or_said_to_be_wrong_without_its_password() {
    for (url, is_one) in [
        ("redis://127.0.0.1", true),
        ("rediss://127.0.0.1/3", true),
        ("redis://user:canary@127.0.0.1:7000/1", true),
        (
            "redis+sentinel://user:canary@127.0.0.1:1,127.0.0.1:2,[::1]:3/main",
            true,
        ),
        ("rediss+sentinel://127.0.0.1/main/2", true),
        ("redis+cluster://user:canary@127.0.0.1:1,127.0.0.1:2", true),
        ("rediss+cluster://127.0.0.1", true),
        ("", false),
        ("127.0.0.1:6379", false),
        ("http://127.0.0.1", false),
        ("redis://canary@:x", false),
        ("redis+sentinel://user:canary@127.0.0.1:1", false),
        ("redis+sentinel://user:canary@127.0.0.1:1/", false),
        ("redis+sentinel://user:canary@127.0.0.1:x/main", false),
        ("redis+cluster://user:canary@127.0.0.1/1", false),
        ("redis+cluster://", false),
    ] {
        let store = RedisStore::lazy(url);
        assert_eq!(store.is_ok(), is_one, "{url}");
        let told = match &store {
            Ok(store) => format!("{store:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!told.contains("canary"), "{told}");
    }
}

#[tokio::test]
async fn a_health_check_says_whether_launches_would_go_through() {
    let mut server = RedisServer::start().await;
    let builder = RedisStore::builder(server.url());
    let quick = builder.operation_timeout(Duration::from_millis(200));
    let app = App::over(quick.connect().await.unwrap(), |builder, _| builder);
    let ask = async || {
        let request = Request::get("/health").header("accept", "application/json");
        let request = request.body(()).unwrap();
        let answer = LtiHealth::new(app.tool.clone())
            .oneshot(request)
            .await
            .unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    assert_eq!(ask().await, (200, "ready\n".to_owned()));
    let _: String = server.ask("REPLICAOF 127.0.0.1 1").await;
    let (status, told) = ask().await;
    assert!(
        status == 503 && told.contains("store_unavailable"),
        "{told}"
    );
    server.kill();
    assert_eq!(ask().await.0, 503);
    server.restart().await;
    while ask().await.0 != 200 {
        tokio::task::yield_now().await;
    }
    let memory = App::new();
    memory.tool.check_store().await.unwrap();
}
