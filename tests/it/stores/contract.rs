//! Every store against the contract, and what is particular to Redis.

use std::time::{Duration, Instant, SystemTime};

use futures_util::future::join_all;
use tower_lti::{
    MemoryStore, RedisStore,
    deployment::{
        Deployment, DeploymentKey, DeploymentOrigin, DeploymentOutcome, DeploymentStatus,
    },
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::RegistrationId,
    store::{DeploymentStore, LaunchStore, NonceStore, StoreError, StoreErrorKind},
    testing::{TestClock, contract},
};

use crate::redis_server::RedisServer;

const TTL: Duration = Duration::from_secs(60);

fn registration() -> RegistrationId {
    RegistrationId::new("https://lms.example", "tool-1")
}

fn nonce(text: &str) -> OneTimeKey {
    OneTimeKey::new(&registration(), text)
}

fn deployment(id: &str) -> Deployment {
    Deployment::new(
        DeploymentKey::new(registration(), id.into()),
        DeploymentStatus::Active,
        DeploymentOrigin::FirstLaunch,
        SystemTime::now(),
    )
}

async fn consume(store: &RedisStore, text: &str) -> Result<NonceUse, StoreError> {
    let attempt = Attempt::new().unwrap();
    store.consume(&nonce(text), &attempt, TTL).await
}

/// What a launch does in a store: one call, and a second one where the deployment is new.
async fn launch(store: &RedisStore, text: &str, deployment: &Deployment) -> DeploymentOutcome {
    let attempt = Attempt::new().unwrap();
    let (nonce_use, found) = store
        .consume_and_find(&nonce(text), &attempt, TTL, deployment.key())
        .await
        .unwrap();
    assert_eq!(nonce_use, NonceUse::First);
    match found {
        Some(_) => DeploymentOutcome::Existing,
        None => store.create(deployment, None).await.unwrap().1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_memory_store_keeps_the_contract() {
    contract::check_all(&MemoryStore::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redis_store_keeps_the_contract() {
    let server = RedisServer::start().await;

    let store = RedisStore::connect(&server.url()).await.unwrap();

    contract::check_all(&store).await;
}

// Y10
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_million_is_a_page_of_a_thousand_in_every_store() {
    let server = RedisServer::start().await;
    let redis = RedisStore::connect(&server.url()).await.unwrap();
    let memory = MemoryStore::default();

    contract::check_deployments(&memory).await;
    contract::check_deployments(&redis).await;
    contract::check_deployments(&(redis, memory)).await;
}

// Y12
#[tokio::test]
async fn a_memory_store_keeps_as_many_deployments_as_it_is_told_to() {
    let clock = TestClock::at_unix(1_700_000_000);
    let stores = [
        MemoryStore::default().with_deployment_capacity(3),
        MemoryStore::default()
            .with_deployment_capacity(3)
            .with_capacity(10)
            .with_clock(clock.clone()),
        MemoryStore::default()
            .with_clock(clock)
            .with_deployment_capacity(3),
    ];
    for store in stores {
        for id in ["dep-1", "dep-2", "dep-3"] {
            store.create(&deployment(id), None).await.unwrap();
        }
        let refused = store.create(&deployment("dep-4"), None).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Full);
        assert_eq!(store.deployment_count(), 3);

        let (_, outcome) = store.create(&deployment("dep-3"), None).await.unwrap();
        assert_eq!(outcome, DeploymentOutcome::Existing);
        assert!(store.remove(deployment("dep-1").key()).await.unwrap());
        let (_, outcome) = store.create(&deployment("dep-4"), None).await.unwrap();
        assert_eq!(outcome, DeploymentOutcome::Created);
    }
}

// Y12: what the documentation says, unless told otherwise and when told to keep more
#[tokio::test]
async fn a_memory_store_keeps_a_hundred_thousand_deployments_by_itself() {
    for (store, most) in [
        (MemoryStore::default(), 100_000),
        (
            MemoryStore::default().with_deployment_capacity(100_001),
            100_001,
        ),
    ] {
        for number in 0..most {
            let new = deployment(&format!("dep-{number}"));
            store.create(&new, None).await.unwrap();
        }
        let refused = store
            .create(&deployment("one more"), None)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Full);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_of_stores_keeps_the_contract() {
    contract::check_launches(&(MemoryStore::default(), MemoryStore::default())).await;
}

/// Returns when so many writes wait for the server to go on.
async fn waiting(server: &RedisServer, writes: usize) {
    let mut observer = server.connection().await;
    loop {
        let clients: String = redis::cmd("CLIENT")
            .arg("LIST")
            .query_async(&mut observer)
            .await
            .unwrap();
        if clients.matches("flags=b").count() >= writes {
            return;
        }
    }
}

#[tokio::test]
async fn a_status_that_is_set_beside_another_change_undoes_none() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let active = deployment("dep-1");
    store.create(&active, None).await.unwrap();
    let names: Vec<String> = server.ask("KEYS lti:v1:d:*").await;
    let record: String = server.ask(&format!("GET {}", names[0])).await;
    let elsewhere = record.replace("first_launch", "administrator");
    let mut change = redis::cmd("SET");
    change.arg(&names[0]).arg(elsewhere);
    let mut beside = server.connection().await;

    // Reads go on, and the writes that wait are done in the order in which they came.
    let _: String = server.ask("CLIENT PAUSE 60000 WRITE").await;
    let in_order = async {
        waiting(&server, 1).await;
        let unpause = async {
            waiting(&server, 2).await;
            server.ask::<String>("CLIENT UNPAUSE").await
        };
        tokio::join!(
            store.set_status(active.key(), DeploymentStatus::Disabled),
            unpause
        )
    };
    let (_, (set, _)) = tokio::join!(change.query_async::<String>(&mut beside), in_order);

    let kept = store.find(active.key()).await.unwrap().unwrap();
    for deployment in [set.unwrap().unwrap(), kept] {
        assert_eq!(deployment.status(), DeploymentStatus::Disabled);
        assert_eq!(deployment.origin(), DeploymentOrigin::Administrator);
    }
}

#[tokio::test]
async fn a_deployment_whose_record_was_lost_is_made_again_within_the_quota() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let (lost, another) = (deployment("dep-1"), deployment("dep-2"));
    store.create(&lost, Some(1)).await.unwrap();
    let keys: Vec<String> = server.ask("KEYS lti:v1:d:*").await;
    let _: i64 = server.ask(&format!("DEL {}", keys[0])).await;

    let refused = store.create(&another, Some(1)).await.unwrap_err();
    let (_, outcome) = store.create(&lost, Some(1)).await.unwrap();

    assert_eq!(refused.kind(), StoreErrorKind::QuotaReached);
    assert_eq!(outcome, DeploymentOutcome::Created);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_share_what_is_in_redis() {
    let server = RedisServer::start().await;
    let instances = [
        RedisStore::connect(&server.url()).await.unwrap(),
        RedisStore::connect(&server.url()).await.unwrap(),
    ];

    let uses = join_all((0..100).map(|n| consume(&instances[n % 2], "n-1"))).await;
    let new = deployment("dep-1");
    let creates = join_all((0..100).map(|n| instances[n % 2].create(&new, None))).await;

    let firsts = uses
        .iter()
        .filter(|u| *u.as_ref().unwrap() == NonceUse::First);
    assert_eq!(firsts.count(), 1);
    let created = creates
        .iter()
        .filter(|c| c.as_ref().unwrap().1 == DeploymentOutcome::Created);
    assert_eq!(created.count(), 1);
}

#[tokio::test]
async fn nothing_readable_is_in_the_keys_and_every_nonce_expires() {
    let server = RedisServer::start().await;
    let store = RedisStore::builder(server.url())
        .prefix("p")
        .connect()
        .await
        .unwrap();
    launch(&store, "raw-nonce", &deployment("raw-deployment")).await;

    let keys: Vec<String> = server.ask("KEYS p:*").await;

    let of_kind = |kind: &str| keys.iter().filter(|key| key.starts_with(kind)).count();
    assert_eq!(
        (of_kind("p:v1:n:"), of_kind("p:v1:d:"), of_kind("p:v1:i:")),
        (1, 1, 1)
    );
    // Beside them, since when the server remembers; and a sign of life that is gone in a second.
    let others = of_kind("p:v1:m") + of_kind("p:v1:check");
    assert_eq!(keys.len(), 3 + others);
    assert!(of_kind("p:v1:m") == 1 && others <= 2);
    for key in &keys {
        for readable in ["raw", "lms.example", "tool-1"] {
            assert!(!key.contains(readable), "{key}");
        }
        let ttl: i64 = server.ask(&format!("PTTL {key}")).await;
        if key.starts_with("p:v1:n:") {
            assert!((50_000..=60_000).contains(&ttl), "{ttl}");
            continue;
        }
        if key == "p:v1:check" {
            assert!(ttl <= 1_000, "{ttl}");
            continue;
        }
        assert_eq!(ttl, -1, "a deployment stays");
        if key.starts_with("p:v1:d:") {
            let record: String = server.ask(&format!("GET {key}")).await;
            assert!(!record.contains("lms.example") && !record.contains("tool-1"));
        }
    }
}

// D13
#[tokio::test]
async fn a_deployment_that_cannot_be_listed_is_not_written_either() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let new = deployment("new");
    let registration = new.key().registration().to_text();
    let list = format!("lti:v1:i:{{{registration}}}");
    let _: String = server.ask(&format!("SET {list} damaged")).await;

    assert!(store.create(&new, None).await.is_err());

    assert!(store.find(new.key()).await.unwrap().is_none());
    let _: i64 = server.ask(&format!("DEL {list}")).await;
    assert!(store.create(&new, None).await.is_ok());
}

#[tokio::test]
async fn what_is_not_understood_is_an_error_and_no_answer() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let wrong = deployment("wrong");
    let names = [
        format!("lti:v1:n:{}", nonce("list").to_text()),
        format!(
            "lti:v1:d:{{{}}}:{}",
            wrong.key().registration().to_text(),
            wrong.key().to_text()
        ),
    ];
    let _: i64 = server.ask(&format!("LPUSH {} x", names[0])).await;
    let _: String = server.ask(&format!("SET {} {{\"v\":2}}", names[1])).await;

    let errors = [
        consume(&store, "list").await.unwrap_err(),
        store.find(wrong.key()).await.unwrap_err(),
        store.create(&wrong, None).await.unwrap_err(),
        store
            .set_status(wrong.key(), DeploymentStatus::Disabled)
            .await
            .unwrap_err(),
    ];

    for error in errors {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    }
    assert_eq!(consume(&store, "n-1").await.unwrap(), NonceUse::First);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_redis_is_an_error_in_time_and_a_restarted_one_is_found_again() {
    let mut server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    assert_eq!(consume(&store, "n-1").await.unwrap(), NonceUse::First);

    server.kill();
    let asked = Instant::now();
    let answers = join_all((0..50).map(|_| consume(&store, "n-2"))).await;
    assert!(asked.elapsed() < Duration::from_millis(2_500));
    assert!(answers.iter().all(Result::is_err));

    server.restart().await;
    let restarted = Instant::now();
    while consume(&store, "n-3").await.is_err() {
        assert!(restarted.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_may_be_made_before_its_redis_is_there() {
    let mut server = RedisServer::start().await;
    server.kill();
    assert!(RedisStore::connect(&server.url()).await.is_err());
    let store = RedisStore::lazy(server.url()).unwrap();
    assert!(store.check().await.is_err());

    server.restart().await;

    let restarted = Instant::now();
    while store.check().await.is_err() {
        assert!(restarted.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_redis_never_lets_a_nonce_through_twice() {
    let server = RedisServer::start().await;
    let store = RedisStore::builder(server.url())
        .operation_timeout(Duration::from_millis(200))
        .connect()
        .await
        .unwrap();
    let _: String = server.ask("CLIENT PAUSE 1000 ALL").await;

    let asked = Instant::now();
    let paused = join_all((0..20).map(|_| consume(&store, "n-1"))).await;
    assert!(asked.elapsed() < Duration::from_millis(900));
    assert!(paused.iter().all(Result::is_err));

    let resumed = Instant::now();
    let firsts = loop {
        match consume(&store, "n-1").await {
            Ok(nonce_use) => break usize::from(nonce_use == NonceUse::First),
            Err(_) => assert!(resumed.elapsed() < Duration::from_secs(5)),
        }
    };
    assert!(firsts <= 1);
    assert_eq!(consume(&store, "n-1").await.unwrap(), NonceUse::Repeated);
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_connections_cause_no_false_replay_and_no_flood_of_connects() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let mut killer = server.connection().await;
    let connected: usize = received(&mut killer).await;

    let started = Instant::now();
    for round in 0..20 {
        let _: i64 = redis::cmd("CLIENT")
            .arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"])
            .query_async(&mut killer)
            .await
            .unwrap();
        let nonces: Vec<_> = (0..10).map(|n| format!("{round}-{n}")).collect();
        for nonce_use in join_all(nonces.iter().map(|text| consume(&store, text))).await {
            assert_eq!(nonce_use.unwrap(), NonceUse::First);
        }
    }

    let most = 2 + 20 * (started.elapsed().as_millis() as usize) / 1_000;
    let made = received(&mut killer).await - connected;
    assert!(made <= most, "{made} connections, at most {most} allowed");
}

async fn received(observer: &mut redis::aio::MultiplexedConnection) -> usize {
    let info: String = redis::cmd("INFO")
        .arg("stats")
        .query_async(observer)
        .await
        .unwrap();
    let (_, rest) = info.split_once("total_connections_received:").unwrap();
    rest.lines().next().unwrap().trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demoted_server_is_left_and_found_again() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let _: String = server.ask("REPLICAOF 127.0.0.1 1").await;
    assert!(consume(&store, "n-1").await.is_err());

    let _: String = server.ask("REPLICAOF NO ONE").await;

    assert_eq!(consume(&store, "n-1").await.unwrap(), NonceUse::First);
}

// D05: a change that comes late finds another record than the one it was meant for, even if everything
// in it is as it was before
#[tokio::test]
async fn no_two_records_of_a_deployment_are_alike() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let new = deployment("dep-1");
    store.create(&new, None).await.unwrap();
    let mut records = std::collections::BTreeSet::new();
    for _ in 0..2 {
        for status in [DeploymentStatus::Disabled, DeploymentStatus::Active] {
            store.set_status(new.key(), status).await.unwrap();
            let keys: Vec<String> = server.ask("KEYS lti:v1:d:*").await;
            let record: String = server.ask(&format!("GET {}", keys[0])).await;
            assert!(record.contains("\"v\":1") && record.contains(status.as_str()));
            records.insert(record);
        }
    }
    assert_eq!(records.len(), 4);
}
