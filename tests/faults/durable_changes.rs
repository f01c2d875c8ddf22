//! Deployments that are disabled, and a Redis that loses what it acknowledged.

use std::time::{Duration, Instant};

use tower_lti::{
    RedisStore,
    deployment::{DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    store::{
        DeploymentStore, StoreErrorKind,
        redis::{Durability, RedisConnectError},
    },
};

use crate::{
    app::{App, body},
    cluster::Cluster,
    eventually::eventually,
    log::Log,
    login::Login,
    proxy::Proxy,
    server::{PATIENCE, RedisServer},
    tool_at, tool_over,
};

const LOST: &str = "deployments may be missing";

fn deployment(app: &App<RedisStore>) -> DeploymentKey {
    let registration = app.platform.registration().id().clone();
    DeploymentKey::new(registration, DeploymentId::from("dep-1"))
}

/// A tool whose changes wait, and its first deployment.
async fn waiting(url: &str, durability: Durability) -> (App<RedisStore>, DeploymentKey) {
    let builder = RedisStore::builder(url).durable_status_changes(durability);
    let app = tool_over(builder.connect().await.unwrap());
    eventually("a launch that gets in", PATIENCE, async || {
        (Login::at(&app).await.launch().await == 200).then_some(())
    })
    .await;
    let key = deployment(&app);
    (app, key)
}

async fn disable(app: &App<RedisStore>, key: &DeploymentKey) -> Result<(), StoreErrorKind> {
    let set = app.store.set_status(key, DeploymentStatus::Disabled).await;
    let set = set.map_err(|error| error.kind())?;
    assert_eq!(set.unwrap().status(), DeploymentStatus::Disabled);
    Ok(())
}

// Y04: the promise ends where Redis forgets, and the operator is told at once
#[tokio::test]
async fn a_deployment_that_redis_forgot_is_new_again_and_that_is_an_error_in_the_log() {
    let log = Log::start();
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    disable(&app, &deployment(&app)).await.unwrap();
    assert_eq!(Login::at(&app).await.launch().await, 403);
    assert!(!log.text().contains(LOST), "nothing is lost yet");

    let _: () = redis.ask("FLUSHALL").await;
    let mut under_way = Login::at(&app).await;
    let _ = under_way.launch().await;
    log.says("ERROR", LOST, PATIENCE).await;

    let (answer, _) = eventually("a launch that gets in", PATIENCE, async || {
        let answer = Login::at(&app).await.post().await;
        (answer.status() == 200).then_some(answer)
    })
    .await;
    let kept = app.store.find(&deployment(&app)).await.unwrap().unwrap();
    assert_eq!(kept.status(), DeploymentStatus::Active);
    assert_eq!(kept.origin(), DeploymentOrigin::FirstLaunch);
    assert!(body(&answer)["created"].is_boolean());
}

// Y04: started again without what it had
#[tokio::test]
async fn a_redis_that_came_back_empty_is_an_error_in_the_log() {
    let log = Log::start();
    let mut redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    assert!(!log.text().contains("ERROR"), "{}", log.text());

    redis.kill();
    redis.restart().await;
    eventually("a launch that gets in", PATIENCE, async || {
        (Login::at(&app).await.launch().await == 200).then_some(())
    })
    .await;

    log.says("ERROR", LOST, PATIENCE).await;
}

// Y04
#[tokio::test]
async fn a_disabled_deployment_that_a_replica_acknowledged_stays_disabled_after_a_failover() {
    let mut master = RedisServer::start().await;
    let replica = master.replica().await;
    let proxy = Proxy::to(master.port()).await;
    let durability = Durability::replicas(1).within(Duration::from_secs(10));
    let (app, key) = waiting(&proxy.url(), durability).await;

    disable(&app, &key).await.unwrap();
    master.kill();
    let _: () = replica.ask("REPLICAOF NO ONE").await;
    proxy.lead_to(replica.port());

    eventually("a launch that is refused for good", PATIENCE, async || {
        let status = Login::at(&app).await.launch().await;
        assert_ne!(status, 200);
        (status == 403).then_some(())
    })
    .await;
}

// Y04: what is not acknowledged is said to be so, though it is there
#[tokio::test]
async fn a_change_that_no_replica_acknowledged_is_made_and_is_a_typed_error() {
    let master = RedisServer::start().await;
    let replica = master.replica().await;
    let durability = Durability::replicas(1).within(Duration::from_millis(200));
    let (app, key) = waiting(&master.url(), durability).await;

    replica.stop().await;
    let asked = Instant::now();
    let off = disable(&app, &key).await;
    assert_eq!(off, Err(StoreErrorKind::NotDurable));
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "there is a deadline"
    );
    assert_eq!(Login::at(&app).await.launch().await, 403, "it is there");
    // To ask for what is there already is no assurance either.
    assert_eq!(disable(&app, &key).await, Err(StoreErrorKind::NotDurable));
    let removed = app.store.remove(&key).await;
    assert_eq!(removed.unwrap_err().kind(), StoreErrorKind::NotDurable);
    let removed = app.store.remove(&key).await;
    assert_eq!(removed.unwrap_err().kind(), StoreErrorKind::NotDurable);

    replica.go_on();
    eventually("a replica in step", PATIENCE, async || {
        match app.store.remove(&key).await {
            Ok(was_there) => {
                assert!(!was_there);
                Some(())
            }
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::NotDurable);
                None
            }
        }
    })
    .await;
    let keys: Vec<String> = replica.ask("KEYS lti:v1:d:*").await;
    assert_eq!(keys, [""; 0], "the replica has it, too");
}

// Y04: without a script, and the master is found in a cluster
#[tokio::test]
async fn changes_wait_in_a_cluster_and_without_scripts() {
    let cluster = Cluster::with_replicas().await;
    let durability = Durability::replicas(1).within(Duration::from_secs(10));
    let (app, key) = waiting(&cluster.url(), durability).await;
    disable(&app, &key).await.unwrap();
    assert!(app.store.remove(&key).await.unwrap());

    let master = RedisServer::with(&["--rename-command", "EVAL", ""]).await;
    let _replica = master.replica().await;
    let (app, key) = waiting(&master.url(), durability).await;
    disable(&app, &key).await.unwrap();
    assert!(app.store.remove(&key).await.unwrap());
    assert!(master.calls_of("wait").await >= 3);
}

// Y04: the disk, which servers before 7.2 cannot wait for
#[tokio::test]
async fn a_change_waits_for_the_disk_or_the_server_is_refused_at_the_start() {
    let mut redis = RedisServer::with(&["--appendonly", "yes", "--appendfsync", "everysec"]).await;
    let durability = Durability::disk().within(Duration::from_secs(10));
    let builder = || RedisStore::builder(redis.url()).durable_status_changes(durability);
    let known: Vec<redis::Value> = redis.ask("COMMAND INFO WAITAOF").await;
    if known == [redis::Value::Nil] {
        let refused = builder().connect().await;
        assert!(matches!(refused, Err(RedisConnectError::NotDurable { .. })));
        return;
    }
    let app = tool_over(builder().connect().await.unwrap());
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let key = deployment(&app);

    disable(&app, &key).await.unwrap();
    redis.kill();
    redis.restart().await;
    eventually("a launch that is refused for good", PATIENCE, async || {
        let status = Login::at(&app).await.launch().await;
        assert_ne!(status, 200);
        (status == 403).then_some(())
    })
    .await;

    // A server that keeps nothing on its disk has nothing to wait for.
    let volatile = RedisServer::start().await;
    let builder = RedisStore::builder(volatile.url()).durable_status_changes(durability);
    let refused = builder.connect().await;
    assert!(matches!(refused, Err(RedisConnectError::NotDurable { .. })));
}

// Y04: what cannot be waited for is an error at the start, and not when it matters
#[tokio::test]
async fn a_server_that_does_not_let_us_wait_is_refused_at_the_start() {
    let redis = RedisServer::start().await;
    let _: () = redis
        .ask("ACL SETUSER tool on >secret ~lti:* +@all -wait")
        .await;
    let url = redis
        .url()
        .replacen("127.0.0.1", "tool:secret@127.0.0.1", 1);
    let builder = RedisStore::builder(url).durable_status_changes(Durability::replicas(1));
    let refused = builder.connect().await;
    assert!(
        matches!(refused, Err(RedisConnectError::NotDurable { .. })),
        "{refused:?}"
    );
}
