//! Masters that become replicas, and replicas that become masters.

use std::time::{Duration, Instant};

use crate::{
    eventually::eventually,
    load::Load,
    login::Login,
    proxy::Proxy,
    server::{PATIENCE, RedisServer},
    tool_at,
};

const RECOVERY: Duration = Duration::from_secs(5);

// X13
#[tokio::test]
async fn a_master_that_is_demoted_under_a_connection_is_left_for_the_new_one() {
    let old = RedisServer::start().await;
    let new = old.replica().await;
    let proxy = Proxy::to(old.port()).await;
    let app = tool_at(&proxy.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let demoted = Instant::now();
    let _: () = new.ask("REPLICAOF NO ONE").await;
    let _: () = old
        .ask(&format!("REPLICAOF 127.0.0.1 {}", new.port()))
        .await;
    load.is_answered(503, 20, demoted).await;
    // The name leads to the new one from now on; connections that are open stay where they are.
    proxy.lead_to(new.port());
    let resolved = Instant::now();
    load.is_served(resolved, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.recovery(resolved) <= RECOVERY);
    assert!(history.longest(503) <= Duration::from_secs(2));
    assert!(proxy.most_opened_in_a_second() <= 20);
}

// X13: the same server is to be written to again
#[tokio::test]
async fn a_replica_that_is_promoted_again_is_used_again() {
    let other = RedisServer::start().await;
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let demoted = Instant::now();
    let _: () = redis
        .ask(&format!("REPLICAOF 127.0.0.1 {}", other.port()))
        .await;
    load.is_answered(503, 20, demoted).await;
    let _: () = redis.ask("REPLICAOF NO ONE").await;
    let promoted = Instant::now();
    load.is_served(promoted, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.recovery(promoted) <= RECOVERY);
}

// X34
#[tokio::test]
async fn a_master_that_wants_a_replica_is_503_until_it_has_one() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let _: () = redis.ask("CONFIG SET min-replicas-to-write 1").await;
    load.is_answered(503, 20, Instant::now()).await;
    let _replica = redis.replica().await;
    eventually("a replica that counts", PATIENCE, async || {
        let info: String = redis.ask("INFO replication").await;
        info.contains("min_slaves_good_slaves:1").then_some(())
    })
    .await;
    let back = Instant::now();
    load.is_served(back, RECOVERY).await;

    let history = load.stop().await;
    assert!(history.recovery(back) <= RECOVERY);
}

// X32
#[tokio::test]
async fn a_nonce_that_was_replicated_is_known_to_the_promoted_replica() {
    let mut master = RedisServer::start().await;
    let replica = master.replica().await;
    let proxy = Proxy::to(master.port()).await;
    let app = tool_at(&proxy.url()).await;
    let mut login = Login::at(&app).await;
    assert_eq!(login.launch().await, 200);
    eventually("the nonce at the replica", PATIENCE, async || {
        (replica.nonces().await == 1).then_some(())
    })
    .await;

    master.kill();
    let _: () = replica.ask("REPLICAOF NO ONE").await;
    proxy.lead_to(replica.port());

    assert_eq!(login.launch().await, 409);
    assert_eq!(Login::at(&app).await.launch().await, 200);
}
