//! A Redis that is not there, for a while.

use std::time::{Duration, Instant};

use tower_lti::RedisStore;

use crate::{load::Load, login::Login, port::free_port, server::RedisServer, tool_at, tool_over};

const RECOVERY: Duration = Duration::from_secs(5);

// X01
#[tokio::test]
async fn a_redis_that_is_down_at_start_is_an_error_or_503_until_it_comes_up() {
    let mut redis = RedisServer::start().await;
    redis.kill();
    let refused = RedisStore::connect(&redis.url()).await;
    assert!(matches!(
        refused,
        Err(tower_lti::store::redis::RedisConnectError::Unreachable { .. })
    ));
    let lazy = RedisStore::lazy(redis.url()).unwrap();
    let app = tool_over(lazy);
    let load = Load::start(&app, 20);
    load.is_answered(503, 20, Instant::now()).await;

    redis.restart().await;
    let back = Instant::now();
    load.is_served(back, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.longest(503) <= Duration::from_secs(2));
    assert!(history.recovery(back) <= RECOVERY);
}

// X01
#[tokio::test]
async fn a_port_where_nothing_listens_is_503_at_once() {
    let lazy = RedisStore::lazy(format!("redis://127.0.0.1:{}/", free_port())).unwrap();
    let app = tool_over(lazy);
    let (status, took) = Login::at(&app).await.timed_launch().await;
    assert_eq!(status, 503);
    assert!(took < Duration::from_secs(1), "{took:?}");
}

// X02
#[tokio::test]
async fn a_redis_that_dies_is_503_within_two_seconds_and_comes_back_without_a_restart() {
    let mut redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), RECOVERY).await;

    redis.kill();
    load.is_answered(503, 50, Instant::now()).await;
    redis.restart().await;
    let back = Instant::now();
    load.is_served(back, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.longest(503) <= Duration::from_secs(2));
    assert!(history.recovery(back) <= RECOVERY);
    println!("back after {:?}", history.recovery(back));
}

// X26
#[tokio::test]
async fn a_log_that_is_written_at_once_keeps_a_used_launch_through_a_crash() {
    let settings = ["--appendonly", "yes", "--appendfsync", "always"];
    let mut redis = RedisServer::with(&settings).await;
    let app = tool_at(&redis.url()).await;
    let mut login = Login::at(&app).await;
    assert_eq!(login.launch().await, 200);

    redis.kill();
    redis.restart().await;

    // The first try may still meet the connection that the crash has cut.
    assert_eq!(login.launch().await, 409);
    assert_eq!(Login::at(&app).await.launch().await, 200);
}
