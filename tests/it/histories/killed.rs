//! Processes that are killed while they create deployments.

use std::{collections::BTreeSet, process::Stdio};

use redis::{AsyncCommands, aio::MultiplexedConnection};
use serde_json::Value;
use tower_lti::{
    RedisStore,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    registration::RegistrationId,
    store::DeploymentStore,
};

use super::{plan::Dice, role, start_again};
use crate::redis_server::RedisServer;

const TEST: &str = "histories::killed::a_process_that_is_killed_leaves_whole_records_or_none";

/// How many processes are killed.
const PROCESSES: usize = 30;

fn registration() -> RegistrationId {
    RegistrationId::new("https://killed.example", "tool-1")
}

fn key(id: &str) -> DeploymentKey {
    DeploymentKey::new(registration(), id.into())
}

fn deployment(id: &str) -> Deployment {
    Deployment::new(
        key(id),
        DeploymentStatus::Pending,
        DeploymentOrigin::Onboarding,
        std::time::SystemTime::now(),
    )
}

fn record_of(id: &str) -> String {
    let registration = registration().to_text();
    format!("lti:v1:d:{{{registration}}}:{}", key(id).to_text())
}

fn index() -> String {
    format!("lti:v1:i:{{{}}}", registration().to_text())
}

/// Creates deployments without end, and removes every second one again.
async fn act(redis: &str, role: &str) {
    let store = RedisStore::connect(redis).await.unwrap();
    for number in 0_u64.. {
        let (stays, goes) = (format!("{role}-{number}"), format!("gone-{role}-{number}"));
        let (stays, goes) = (deployment(&stays), deployment(&goes));
        let (one, other) = tokio::join!(
            store.create(&stays, None),
            store.create(&goes, Some(100_000))
        );
        one.and(other).unwrap();
        let approved = store.approve(stays.key());
        let (approved, removed) = tokio::join!(approved, store.remove(goes.key()));
        approved.unwrap();
        assert!(removed.unwrap());
    }
}

// D13
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_leaves_whole_records_or_none() {
    if let Some((role, redis)) = role() {
        return act(&redis, &role).await;
    }
    let server = RedisServer::start().await;
    let mut reader = server.connection().await;
    let mut dice = Dice::new(13);
    for process in 0..PROCESSES {
        let role = format!("creator-{process}");
        let mut creator = start_again(TEST, &role, &server.url())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        for number in 0..=dice.below(30) {
            let id = format!("{role}-{number}");
            while read(&mut reader, &id).await.is_none() {
                assert!(creator.try_wait().unwrap().is_none(), "ended by itself");
            }
        }
        // Somewhere in the midst of the next one.
        for _ in 0..dice.below(8) {
            let _: () = redis::cmd("PING").query_async(&mut reader).await.unwrap();
        }
        creator.kill().await.unwrap();
        assert_index_and_records_agree(&mut reader).await;
    }
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let page = store.list(&registration(), None, usize::MAX >> 1).await;
    let ids: BTreeSet<String> = reader.zrange(index(), 0, -1).await.unwrap();
    assert_eq!(page.unwrap().deployments().len(), ids.len());
}

/// Reads a record past the store. What is there must be all of it.
async fn read(reader: &mut MultiplexedConnection, id: &str) -> Option<()> {
    let text: Option<String> = reader.get(record_of(id)).await.unwrap();
    let record: Value = serde_json::from_str(&text?).unwrap();
    assert_eq!(record["v"], 1);
    assert_eq!(record["id"], id);
    assert!(record["status"] == "pending" || record["status"] == "active");
    assert_eq!(record["origin"], "onboarding");
    assert!(record["created_at_ms"].as_u64().unwrap() > 1_700_000_000_000);
    assert_eq!(record["made_by"].as_str().unwrap().len(), 22);
    Some(())
}

/// Looks at both in one step: a command that a killed process sent may still come.
async fn assert_index_and_records_agree(reader: &mut MultiplexedConnection) {
    let (ids, records): (BTreeSet<String>, BTreeSet<String>) = redis::pipe()
        .atomic()
        .zrange(index(), 0, -1)
        .keys("lti:v1:d:*")
        .query_async(reader)
        .await
        .unwrap();
    let listed: BTreeSet<String> = ids.iter().map(|id| record_of(id)).collect();
    assert_eq!(listed, records);
    for id in &ids {
        read(reader, id).await.unwrap();
    }
}
