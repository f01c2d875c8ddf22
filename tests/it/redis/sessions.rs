//! Sessions in Redis: what they cost, what is written, and what becomes of them when the server fails.

use std::time::{Duration, Instant};

use tower_lti::{
    LtiError, RedisStore,
    error::LtiErrorKind,
    store::redis::{Durability, RedisStoreBuilder},
};

use super::meter::{Meter, cost};
use crate::{
    platforms::{canvas, other_tokens},
    redis_server::RedisServer,
    stores::Site,
};

async fn site(server: &RedisServer) -> Site<RedisStore> {
    site_by(server, |builder| builder).await
}

async fn site_by(
    server: &RedisServer,
    change: impl FnOnce(RedisStoreBuilder) -> RedisStoreBuilder,
) -> Site<RedisStore> {
    let store = change(RedisStore::builder(server.url())).connect().await;
    Site::in_store(store.unwrap())
}

async fn only_key(server: &RedisServer, pattern: &str) -> String {
    let keys: Vec<String> = server.ask(&format!("KEYS {pattern}")).await;
    assert_eq!(keys.len(), 1, "{keys:?}");
    keys.into_iter().next().unwrap()
}

fn unavailable() -> (u16, String) {
    (503, "store_unavailable".to_owned())
}

fn ada() -> (u16, String) {
    (200, "ada".to_owned())
}

#[tokio::test]
async fn a_request_with_a_session_is_one_round_trip_and_one_without_is_none() {
    let server = RedisServer::start().await;
    let site = site(&server).await;
    let (mut visitor, page) = site.visit("ada").await;
    let mut stranger = site.visitor();
    let mut meter = Meter::of(&server).await;

    for (what, path, should) in [
        ("found", &*page, cost(1, &[("get", 5), ("pexpire", 1)])),
        (
            "open to all, and with a session",
            "/open",
            cost(1, &[("get", 5), ("pexpire", 1)]),
        ),
        (
            "data is kept",
            "/keep",
            cost(2, &[("get", 5), ("pexpire", 1), ("set", 1)]),
        ),
        (
            "ended",
            "/end",
            cost(2, &[("del", 1), ("get", 5), ("pexpire", 1)]),
        ),
    ] {
        meter.reset().await;
        assert_eq!(visitor.get(path).await.0, 200, "{what}");
        let was = meter.read().await;
        println!("{what}: {was:?}");
        assert_eq!(was, should, "{what}");
    }
    meter.reset().await;
    assert_eq!(stranger.get("/open").await.0, 200);
    assert_eq!(meter.read().await, cost(0, &[]));

    let mut launched = async || {
        meter.reset().await;
        let answer = visitor.launch(&site.app, "ada").await;
        assert_eq!(answer.status(), 303);
        meter.read().await
    };
    // The nonce and the deployment; then the session.
    assert_eq!(launched().await, cost(2, &[("get", 5), ("set", 2)]));
    let registration = site.app.platform.registration().id().clone();
    let ended = site
        .app
        .tool
        .end_sessions_of_user(&registration, "ada")
        .await;
    ended.unwrap();
    // Where sessions were ended together, it is kept once more with what is known of that.
    assert_eq!(launched().await, cost(3, &[("get", 5), ("set", 3)]));
}

#[tokio::test]
async fn nothing_readable_is_in_redis_of_a_session_and_all_of_it_expires() {
    const HOUR: i64 = 60 * 60 * 1000;
    let server = RedisServer::start().await;
    let site = site(&server).await;
    let (mut visitor, page) = site.visit("ada-the-learner").await;
    assert_eq!(visitor.get("/keep").await.0, 200);
    let registration = site.app.platform.registration().id().clone();
    let tool = &site.app.tool;
    let ended = tool.end_sessions_of_user(&registration, "bob-the-learner");
    ended.await.unwrap();

    let (session, mark) = (
        only_key(&server, "lti:v1:s:*").await,
        only_key(&server, "lti:v1:e:*").await,
    );
    let mut connection = server.connection().await;
    for key in [&session, &mark] {
        let mut get = redis::cmd("GET");
        let value: Vec<u8> = get.arg(key).query_async(&mut connection).await.unwrap();
        let text = format!("{key} {}", String::from_utf8_lossy(&value));
        for readable in ["learner", "lms.test", "tool-1", "dep-1", &page] {
            assert!(!text.contains(readable), "{text}");
        }
    }
    let left = async |key: &str| -> i64 { server.ask(&format!("PTTL {key}")).await };
    assert!((HOUR..=2 * HOUR).contains(&left(&session).await));
    assert!(left(&mark).await > 7 * 24 * HOUR, "longer than any session");

    // Each request renews it.
    let _: i64 = server.ask(&format!("PEXPIRE {session} 60000")).await;
    assert_eq!(visitor.get(&page).await.0, 200);
    assert!(left(&session).await > HOUR);
}

#[tokio::test]
async fn a_redis_that_is_slow_or_cut_off_ends_no_session() {
    let server = RedisServer::start().await;
    let cut = site(&server).await;
    let (mut visitor, page) = cut.visit("ada").await;
    let mut killer = server.connection().await;
    for _ in 0..3 {
        let _: i64 = redis::cmd("CLIENT")
            .arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"])
            .query_async(&mut killer)
            .await
            .unwrap();
        assert_eq!(visitor.get(&page).await, ada(), "the call is repeated");
    }

    let timeout = Duration::from_millis(200);
    let impatient = site_by(&server, |builder| builder.operation_timeout(timeout)).await;
    let mut visitor = impatient.take_over(&mut visitor);
    let _: String = server.ask("CLIENT PAUSE 1000 ALL").await;
    let asked = Instant::now();
    for path in [&*page, "/end"] {
        assert_eq!(visitor.get(path).await, unavailable());
    }
    assert!(asked.elapsed() < Duration::from_millis(1_500));
    let resumed = Instant::now();
    while visitor.get(&page).await != ada() {
        assert!(resumed.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn what_is_not_understood_of_a_session_is_an_error_and_not_its_end() {
    let server = RedisServer::start().await;
    let site = site(&server).await;
    let (mut visitor, page) = site.visit("ada").await;
    let session = only_key(&server, "lti:v1:s:*").await;
    let copied: i64 = server.ask(&format!("COPY {session} kept")).await;
    assert_eq!(copied, 1);

    let _: i64 = server.ask(&format!("DEL {session}")).await;
    let _: i64 = server.ask(&format!("LPUSH {session} x")).await;
    assert_eq!(visitor.get(&page).await, unavailable());
    let _: String = server.ask(&format!("RENAME kept {session}")).await;
    assert_eq!(visitor.get(&page).await, ada());

    // A damaged record of its deployment lets nobody in.
    let deployment = only_key(&server, "lti:v1:d:*").await;
    let record: String = server.ask(&format!("GET {deployment}")).await;
    let _: String = server.ask(&format!("SET {deployment} {{\"v\":2}}")).await;
    assert_eq!(visitor.get(&page).await, unavailable());
    let mut set = redis::cmd("SET");
    set.arg(&deployment).arg(record);
    let mut connection = server.connection().await;
    let _: String = set.query_async(&mut connection).await.unwrap();
    assert_eq!(visitor.get(&page).await, ada());

    let _: String = server.ask("ACL SETUSER default -pexpire").await;
    assert_eq!(visitor.get(&page).await, unavailable());
    let _: String = server.ask("ACL SETUSER default +pexpire").await;
    assert_eq!(visitor.get(&page).await, ada());
}

#[tokio::test]
async fn a_value_that_was_changed_in_redis_opens_no_session() {
    let server = RedisServer::start().await;
    let site = site(&server).await;
    let (mut ada, adas) = site.visit("ada").await;
    let of_ada = only_key(&server, "lti:v1:s:*").await;
    let (mut bob, bobs) = site.visit("bob").await;
    let keys: Vec<String> = server.ask("KEYS lti:v1:s:*").await;
    let of_bob = keys.iter().find(|key| **key != of_ada).unwrap();

    // Whoever writes to Redis hands nobody the session of another.
    let _: i64 = server.ask(&format!("COPY {of_ada} {of_bob} REPLACE")).await;
    let (status, code) = bob.get(&bobs).await;
    assert_eq!(status, 401, "{code}");
    assert_eq!(ada.get(&adas).await, (200, "ada".to_owned()));
}

// A mark waits for replicas as a status does, and holds whether they answer or not.
#[tokio::test]
async fn whoever_ends_sessions_is_told_when_no_replica_knows_of_it() {
    let server = RedisServer::start().await;
    let durability = Durability::replicas(1).within(Duration::from_millis(1));
    let site = site_by(&server, |builder| {
        builder.durable_status_changes(durability)
    })
    .await;
    let (mut visitor, page) = site.visit("ada").await;
    let registration = site.app.platform.registration().id().clone();

    let ended = site
        .app
        .tool
        .end_sessions_of_user(&registration, "ada")
        .await;

    let kind = ended.as_ref().map_err(LtiError::kind);
    assert_eq!(kind, Err(LtiErrorKind::StoreUnavailable));
    assert_eq!(visitor.get(&page).await.0, 401, "it was set all the same");
}

// A sign-out waits for replicas as a status does, and holds whether they answer or not.
#[tokio::test]
async fn whoever_signs_out_is_told_when_no_replica_knows_of_it() {
    let server = RedisServer::start().await;
    let durability = Durability::replicas(1).within(Duration::from_millis(1));
    let site = site_by(&server, |builder| {
        builder.durable_status_changes(durability)
    })
    .await;
    let (mut visitor, page) = site.visit("ada").await;

    assert_eq!(
        visitor.get(&page.replace("/page", "/end")).await,
        unavailable()
    );

    assert_eq!(visitor.get(&page).await.0, 401, "it is over all the same");
}

// What was acknowledged and lost is told apart from nothing: a Redis that forgot all has no sessions.
#[tokio::test]
async fn a_redis_that_forgot_everything_has_no_sessions() {
    let server = RedisServer::start().await;
    let site = site(&server).await;
    let (mut visitor, page) = site.visit("ada").await;
    let _: String = server.ask("FLUSHALL").await;
    let over = (401, "session_over".to_owned());
    assert_eq!(visitor.get(&page).await, over);
}

// The figures of the guide: what Redis keeps of a session, and what a browser sends.
#[tokio::test]
async fn a_session_takes_some_kilobytes_in_redis_and_little_in_a_cookie() {
    for (platform, claims, most) in [
        ("Canvas", canvas::public(), 4_096),
        ("Moodle", other_tokens::moodle(), 4_096),
        ("Blackboard", other_tokens::blackboard(), 4_096),
    ] {
        let server = RedisServer::start().await;
        let site = site(&server).await;
        let mut visitor = site.visitor();
        let answer = visitor.launch_with(&site.app, &claims).await;
        assert_eq!(answer.status(), 303, "{platform}");

        let session = only_key(&server, "lti:v1:s:*").await;
        let sealed: u64 = server.ask(&format!("STRLEN {session}")).await;
        let memory: u64 = server.ask(&format!("MEMORY USAGE {session}")).await;
        let cookies = visitor.session_cookies();
        let [(name, value)] = &*cookies else {
            panic!("{platform}: {} cookies", cookies.len())
        };
        let cookie = name.len() + 1 + value.len();
        println!(
            "{platform}: {} bytes of claims, {sealed} sealed, {memory} in Redis, {cookie} of cookie",
            claims.to_string().len(),
        );
        assert!(sealed < most && memory < 2 * most, "{platform}");
        assert!(cookie < 100, "{platform}");
    }
}
