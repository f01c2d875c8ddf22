//! Masters that die behind sentinels, and come back as replicas.

use std::time::{Duration, Instant};

use tower_lti::{RedisStore, testing::contract};

use crate::{
    load::Load,
    login::Login,
    sentinels::Sentinels,
    server::{PATIENCE, RedisServer},
    tool_at, tool_over,
};

const RECOVERY: Duration = Duration::from_secs(10);

// X36
#[tokio::test]
async fn a_master_that_dies_behind_sentinels_is_replaced_under_load() {
    let mut group = Sentinels::start().await;
    let app = tool_at(&group.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    group.master.kill();
    Sentinels::is_promoted(&group.replica).await;
    let promoted = Instant::now();
    load.is_served(promoted, RECOVERY).await;

    // The old master comes back as one until the sentinels tell it otherwise; nobody asks it.
    group.master.restart().await;
    Sentinels::is_demoted(&group.master).await;
    load.is_served(Instant::now(), RECOVERY).await;

    let history = load.stop().await;
    println!("full service {:?} later", history.recovery(promoted));
    assert!(history.recovery(promoted) <= RECOVERY);
    assert!(history.longest(503) <= Duration::from_millis(2_500));
}

// X36: the old master lives on, and takes writes that nobody will see until it is told to stop
#[tokio::test]
async fn what_a_master_was_told_after_it_was_replaced_lets_nobody_in_twice() {
    let group = Sentinels::start().await;
    let app = tool_at(&group.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let _: () = group.sentinels[0].ask("SENTINEL FAILOVER mymaster").await;
    Sentinels::is_promoted(&group.replica).await;
    let mut used = Login::at(&app).await;
    assert_eq!(used.launch().await, 200);
    Sentinels::is_demoted(&group.master).await;
    let demoted = Instant::now();
    load.is_served(demoted, RECOVERY).await;

    assert_ne!(used.launch().await, 200);
    let history = load.stop().await;
    assert!(history.recovery(demoted) <= RECOVERY);
}

// X36: sentinels that are gone take nothing away, and one of them is enough
#[tokio::test]
async fn sentinels_that_are_down_are_not_missed() {
    let mut group = Sentinels::start().await;
    let url = group.url();
    group.sentinels[0].kill();
    group.sentinels[1].stop().await;
    let app = tool_at(&url).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);

    // All of them: the master that was known last is asked again.
    group.sentinels[2].kill();
    let _: usize = group.master.ask("CLIENT KILL TYPE normal").await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
}

// X36
#[tokio::test]
async fn sentinels_that_know_no_such_master_are_an_error_and_503() {
    let group = Sentinels::start().await;
    let url = group.url().replace("mymaster", "another");
    assert!(RedisStore::connect(&url).await.is_err());
    let app = tool_over(RedisStore::lazy(&url).unwrap());
    assert_eq!(Login::at(&app).await.launch().await, 503);
    let alone = RedisServer::start().await;
    let no_sentinel = format!("redis+sentinel://127.0.0.1:{}/mymaster", alone.port());
    assert!(RedisStore::connect(&no_sentinel).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_behind_sentinels_keeps_the_contract() {
    let group = Sentinels::start().await;
    let store = RedisStore::connect(&group.url()).await.unwrap();
    contract::check_all(&store).await;
}
