//! A Redis that comes back without what it was told, or throws it away.

use std::time::{Duration, Instant};

use tower_lti::{RedisStore, store::redis::RedisConnectError};

use crate::{
    app::code,
    eventually::eventually,
    log::Log,
    login::Login,
    proxy::Proxy,
    server::{PATIENCE, RedisServer},
    tool_at, tool_over,
};

// X24
#[tokio::test]
async fn a_redis_that_started_again_empty_lets_no_used_launch_in() {
    let mut redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);

    redis.kill();
    redis.restart().await;
    assert_eq!(redis.nonces().await, 0);

    assert_eq!(used.launch_from_another_browser().await, 401);
    assert_eq!(code(&used.post().await), "state_expired");
    assert_eq!(used.launch().await, 409);
    assert_eq!(Login::at(&app).await.launch().await, 200);
}

// X24: a tool that has not noticed, because it was started again as well
#[tokio::test]
async fn a_tool_that_starts_after_its_redis_lets_no_used_launch_in() {
    let mut redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    drop(app);

    redis.kill();
    redis.restart().await;
    let app = tool_at(&redis.url()).await;

    assert_eq!(used.at_another_tool(&app).await, 401);
    assert_eq!(Login::at(&app).await.launch().await, 200);
}

// X33: two masters for a while, one of which another instance has found before
#[tokio::test]
async fn a_tool_that_moves_to_another_master_lets_nobody_in_twice() {
    let (old, new) = (RedisServer::start().await, RedisServer::start().await);
    let proxy = Proxy::to(old.port()).await;
    let app = tool_at(&proxy.url()).await;
    let other = tool_at(&new.url()).await;
    assert_eq!(Login::at(&other).await.launch().await, 200);
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    assert_eq!((old.nonces().await, new.nonces().await), (1, 1));

    proxy.lead_to(new.port());
    let _: usize = old.ask("CLIENT KILL TYPE normal SKIPME yes").await;

    assert_eq!(code(&used.post().await), "state_expired");
    assert_eq!(used.at_another_tool(&other).await, 409);
    assert_eq!(Login::at(&app).await.launch().await, 200);
}

// X33
#[tokio::test]
async fn a_nonce_that_was_not_replicated_lets_nobody_in_twice() {
    let mut master = RedisServer::start().await;
    let replica = master.replica().await;
    let proxy = Proxy::to(master.port()).await;
    let app = tool_at(&proxy.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    eventually("the first nonce at the replica", PATIENCE, async || {
        (replica.nonces().await == 1).then_some(())
    })
    .await;

    replica.stop().await;
    let _: usize = master.ask("CLIENT KILL TYPE replica").await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    master.kill();
    replica.go_on();
    let _: () = replica.ask("REPLICAOF NO ONE").await;
    proxy.lead_to(replica.port());

    assert_eq!(replica.nonces().await, 1, "the second nonce is lost");
    assert_eq!(used.launch_from_another_browser().await, 401);
    assert_eq!(code(&used.post().await), "state_expired");
    assert_eq!(used.launch().await, 409);
    assert_eq!(Login::at(&app).await.launch().await, 200);
}

// X16
#[tokio::test]
async fn a_redis_that_evicts_is_refused_at_start_unless_that_is_allowed() {
    let redis = RedisServer::start().await;
    let _: () = redis.ask("CONFIG SET maxmemory 50mb").await;
    for policy in ["allkeys-lru", "allkeys-random", "volatile-ttl"] {
        let set = format!("CONFIG SET maxmemory-policy {policy}");
        let _: () = redis.ask(&set).await;
        let refused = RedisStore::connect(&redis.url()).await;
        assert!(
            matches!(&refused, Err(RedisConnectError::EvictsKeys { policy: told }) if told == policy),
            "{refused:?}"
        );
        let lazy = tool_over(RedisStore::lazy(redis.url()).unwrap());
        assert_eq!(Login::at(&lazy).await.launch().await, 503);

        let allowed = RedisStore::builder(redis.url()).insecure_allow_evicting_policy(true);
        let app = tool_over(allowed.connect().await.unwrap());
        assert_eq!(Login::at(&app).await.launch().await, 200);
    }

    // What has no bound is never full.
    let _: () = redis.ask("CONFIG SET maxmemory 0").await;
    let app = tool_at(&redis.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let _: () = redis.ask("CONFIG SET maxmemory 50mb").await;
    let _: () = redis.ask("CONFIG SET maxmemory-policy noeviction").await;
    let app = tool_at(&redis.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
}

// X16: later on it is an error in the log
#[tokio::test]
async fn a_redis_that_begins_to_evict_is_an_error_in_the_log() {
    let log = Log::start();
    let redis = RedisServer::start().await;
    let often = Duration::from_millis(100);
    let store = RedisStore::builder(redis.url()).monitor_interval(often);
    let app = tool_over(store.connect().await.unwrap());
    assert_eq!(Login::at(&app).await.launch().await, 200);
    assert!(!log.text().contains("ERROR"), "{}", log.text());

    let _: () = redis.ask("CONFIG SET maxmemory-policy allkeys-lru").await;
    let _: () = redis.ask("CONFIG SET maxmemory 50mb").await;
    log.says("ERROR", "allkeys-lru", PATIENCE).await;
    let began = Instant::now();
    let large = "x".repeat(1024 * 1024);
    let _: () = redis.ask_words(&["SET", "large", &large]).await;
    let _: () = redis.ask("CONFIG SET maxmemory 1").await;
    log.says("ERROR", "evicted", PATIENCE).await;
    assert!(began.elapsed() < Duration::from_secs(5));
}
