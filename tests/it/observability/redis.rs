//! What an operator is told of a Redis that evicts, forgets, or is lost.

use std::time::Duration;

use tower_lti::{RedisStore, nonce::OneTimeKey, registration::RegistrationId, store::NonceStore};

use super::watch::watch;
use crate::redis_server::RedisServer;

/// Waits until the store has looked at the server so many times more.
async fn looked_at(server: &RedisServer, times: usize) {
    let mut first = None;
    for ours in 1.. {
        let stats: String = server.ask("INFO commandstats").await;
        let (_, rest) = stats.split_once("cmdstat_info:calls=").unwrap_or(("", "0"));
        let calls: usize = rest.split(',').next().unwrap().parse().unwrap_or(0);
        let theirs = calls.saturating_sub(ours);
        if theirs >= *first.get_or_insert(theirs) + times {
            return;
        }
        tokio::task::yield_now().await;
    }
}

// X16
#[tokio::test]
async fn keys_that_redis_evicts_are_an_error_in_the_log() {
    let server = RedisServer::start().await;
    let builder = RedisStore::builder(server.url())
        .insecure_allow_evicting_policy(true)
        .monitor_interval(Duration::from_millis(20));
    let ((), seen) = watch(async {
        let store = builder.connect().await.unwrap();
        looked_at(&server, 2).await;
        let set = "CONFIG SET maxmemory 3mb maxmemory-policy allkeys-lru";
        let _: String = server.ask(set).await;
        let value = "x".repeat(100_000);
        for number in 0..50 {
            let _: String = server.ask(&format!("SET {number} {value}")).await;
        }
        looked_at(&server, 3).await;
        drop(store);
    })
    .await;
    for message in [
        "Redis has evicted keys; a used nonce may be among them",
        "Redis evicts keys when its memory is full; set maxmemory-policy noeviction",
    ] {
        let told = seen.events(message);
        assert!(!told.is_empty(), "{message}");
        assert!(told.iter().all(|event| event.level == "ERROR"));
    }
}

// Y04
#[tokio::test]
async fn a_redis_that_is_new_is_a_warning_and_one_that_comes_back_empty_an_error() {
    let mut server = RedisServer::start().await;
    let ((), seen) = watch(async {
        let store = RedisStore::connect(server.url()).await.unwrap();
        server.kill();
        assert!(store.check().await.is_err());
        server.restart().await;
        while store.check().await.is_err() {
            tokio::task::yield_now().await;
        }
        let nonce = OneTimeKey::new(&RegistrationId::new("https://lms.test", "tool-1"), "n-1");
        assert!(store.no_data_loss_since(&nonce).is_some());
    })
    .await;
    assert_eq!(
        seen.event("the connection to Redis is given up").level,
        "WARN"
    );
    let new = "Redis may have lost data: it is new here or was restarted; launches that began before are rejected";
    assert_eq!(seen.event(new).level, "WARN", "at first");
    let lost = "Redis was replaced or restarted and may have lost data; launches that began before are rejected, and deployments may be missing";
    assert_eq!(seen.event(lost).level, "ERROR", "when it came back");
}

// X20, Y08
#[tokio::test]
async fn what_an_access_list_forbids_is_a_warning() {
    let server = RedisServer::start().await;
    let user = "ACL SETUSER lti on >p ~lti:* +set +get +ping";
    let _: String = server.ask(user).await;
    let url = server.url().replace("redis://", "redis://lti:p@");
    let ((), seen) = watch(async {
        RedisStore::connect(url).await.unwrap();
    })
    .await;
    for told in [
        "Redis does not allow INFO; whether it evicts keys is unknown",
        "Redis allows no scripts (EVAL); quotas are held approximately, and a status is changed over a connection of its own",
        "Redis allows no sorted sets (ZADD, ZCARD, ZSCORE); new deployments are neither listed nor counted",
        "Redis allows neither scripts nor transactions (WATCH, MULTI, EXEC); deployments can be disabled, but neither opened nor approved",
    ] {
        assert_eq!(seen.event(told).level, "WARN");
    }
}
