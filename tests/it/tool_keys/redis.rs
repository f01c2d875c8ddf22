//! The tool's keys in Redis.

use tower_lti::{
    MemoryStore, RedisStore,
    keys::{KeyState::Signing, ToolKeys, ToolKeysError},
    testing::{TestClock, contract},
};

use super::rotation::{secret, states};
use crate::{app::NOW, redis_server::RedisServer};

async fn open(redis: &RedisServer, clock: &TestClock) -> Result<ToolKeys, ToolKeysError> {
    let store = RedisStore::lazy(redis.url()).unwrap();
    ToolKeys::stored(store, [secret(1)])
        .clock(clock.clone())
        .open()
        .await
}

// ADV-09, ADV-08
#[tokio::test]
async fn two_instances_over_an_empty_redis_end_with_one_key() {
    let (redis, clock) = (RedisServer::start().await, TestClock::at_unix(NOW));

    let (one, two) = tokio::join!(open(&redis, &clock), open(&redis, &clock));

    let (one, two) = (one.unwrap(), two.unwrap());
    let key = states(&one, &clock);
    assert_eq!(key.len(), 1);
    assert_eq!(key[0].1, Signing);
    assert_eq!(states(&two, &clock), key);
    let kept: Vec<String> = redis.ask("HKEYS lti:v1:k").await;
    assert_eq!(kept, ["RS256/1"]);
    let forever: i64 = redis.ask("TTL lti:v1:k").await;
    assert_eq!(forever, -1);
}

// ADV-04, ADV-05
#[tokio::test]
async fn what_one_instance_rotates_or_revokes_another_one_sees_in_redis() {
    let (redis, clock) = (RedisServer::start().await, TestClock::at_unix(NOW));
    let (one, two) = (
        open(&redis, &clock).await.unwrap(),
        open(&redis, &clock).await.unwrap(),
    );
    one.refresh().await.unwrap();
    two.refresh().await.unwrap();
    let before = states(&one, &clock);
    assert_eq!(states(&two, &clock), before);

    one.revoke(&before[0].0).await.unwrap();
    two.refresh().await.unwrap();

    assert_eq!(states(&two, &clock)[0], (before[1].0.clone(), Signing));
    assert_eq!(states(&two, &clock), states(&one, &clock));
}

// S19
#[tokio::test]
async fn redis_down_fails_the_start_and_nothing_that_runs() {
    let (mut redis, clock) = (RedisServer::start().await, TestClock::at_unix(NOW));
    let keys = open(&redis, &clock).await.unwrap();
    let before = states(&keys, &clock);

    redis.kill();

    assert!(matches!(
        open(&redis, &clock).await,
        Err(ToolKeysError::Store(_))
    ));
    keys.refresh().await.unwrap_err();
    assert!(keys.health().is_store_failing());
    assert_eq!(states(&keys, &clock), before);
}

// ADV-09
#[tokio::test(flavor = "multi_thread")]
async fn the_stores_of_this_crate_keep_keys_as_the_contract_says() {
    let redis = RedisServer::start().await;

    contract::check_tool_keys(&MemoryStore::default()).await;
    contract::check_tool_keys(&RedisStore::connect(redis.url()).await.unwrap()).await;
}
