//! What happens to a tool while its cluster moves slots, loses masters and promotes replicas.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use tower_lti::{
    RedisStore,
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::RegistrationId,
    store::NonceStore,
    testing::contract,
};

use crate::{
    cluster::Cluster,
    eventually::eventually,
    load::Load,
    login::Login,
    proxy::{Mode, Proxy},
    server::PATIENCE,
    tool_at,
};

const RECOVERY: Duration = Duration::from_secs(10);

/// How many slots there are in all.
const SLOTS: usize = 16_384;

// X39
#[tokio::test]
async fn slots_that_move_under_load_turn_nobody_away() {
    let cluster = Cluster::of(3).await;
    let app = tool_at(&cluster.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    // The slot of the deployment is on every launch's way, those of nonces on that of some.
    let mut slots = Vec::new();
    for node in &cluster.masters {
        let keys: Vec<String> = node.ask("KEYS lti:v1:*").await;
        for key in keys {
            let slot: u16 = node.ask(&format!("CLUSTER KEYSLOT {key}")).await;
            if key.starts_with("lti:v1:d:") {
                slots.insert(0, slot);
            } else {
                slots.push(slot);
            }
        }
    }
    slots.dedup();
    for slot in slots.into_iter().take(12) {
        let from = cluster.master_of(slot).await;
        let mut others = cluster.masters.iter();
        let to = others.find(|other| other.port() != from.port()).unwrap();
        let half_way = Duration::from_millis(200);
        cluster.move_slot(slot, from, to, half_way).await;
    }

    let moved = Instant::now();
    load.is_served(moved, RECOVERY).await;
    let history = load.stop().await;
    println!("{} answers 503", history.count(503));
    assert_eq!(history.recovery(moved), Duration::ZERO);
    assert_eq!(history.count(503), 0);
    assert_eq!(history.count(200), history.launches());
}

// X40
#[tokio::test]
async fn a_cluster_that_lost_a_master_is_503_until_it_is_back() {
    let mut cluster = Cluster::of(3).await;
    let app = tool_at(&cluster.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    cluster.masters[1].kill();
    load.is_answered(503, 50, Instant::now()).await;
    cluster.masters[1].restart().await;
    cluster.agrees().await;
    let back = Instant::now();
    load.is_served(back, RECOVERY).await;

    let history = load.stop().await;
    println!("longest 503 {:?}", history.longest(503));
    println!("full service {:?} later", history.recovery(back));
    assert!(history.longest(503) <= Duration::from_millis(2_200));
    assert!(history.recovery(back) <= Duration::from_secs(5));
}

// X42
#[tokio::test]
async fn a_replica_that_takes_over_lets_nobody_in_twice() {
    let cluster = Cluster::with_replicas().await;
    let app = tool_at(&cluster.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    for (replica, how) in cluster.replicas.iter().zip(["", " TAKEOVER"]) {
        let _: () = replica.ask(&format!("CLUSTER FAILOVER{how}")).await;
        eventually("a replica that took over", PATIENCE, async || {
            let role: String = replica.ask("INFO replication").await;
            role.contains("role:master").then_some(())
        })
        .await;
        let promoted = Instant::now();
        load.is_served(promoted, RECOVERY).await;
    }

    let history = load.stop().await;
    println!("{} of {} 503", history.count(503), history.launches());
    assert!(history.count(200) > 0);
}

// X43
#[tokio::test]
async fn a_launch_whose_reply_was_lost_in_a_cluster_knows_its_own_nonce_again() {
    let proxy = Proxy::to(0).await;
    let cluster = Cluster::of_one_at(proxy.port()).await;
    proxy.lead_to(cluster.masters[0].port());
    let app = tool_at(&proxy.url().replace("redis://", "redis+cluster://")).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let written = cluster.masters[0].calls_of("set").await;

    proxy.set(Mode::DropReplyOnce);
    let mut login = Login::at(&app).await;
    assert_eq!(login.launch().await, 200);

    assert_eq!(cluster.masters[0].calls_of("set").await, written + 2);
    assert_eq!(login.launch().await, 409);
}

// X44
#[tokio::test(flavor = "multi_thread")]
async fn a_store_over_a_cluster_keeps_the_contract() {
    let cluster = Cluster::of(3).await;
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    contract::check_all(&store).await;
    contract::check_sessions(&store).await;
    for master in &cluster.masters {
        let stats: String = master.ask("INFO errorstats").await;
        assert!(!stats.contains("CROSSSLOT"), "{stats}");
        assert!(master.calls_of("set").await > 0, "every master has a part");
    }
}

// X24: one of several masters
#[tokio::test]
async fn a_master_of_a_cluster_that_started_again_empty_lets_no_used_launch_in() {
    let mut cluster = Cluster::of(3).await;
    let app = tool_at(&cluster.url()).await;
    let mut logins = Vec::new();
    for _ in 0..12 {
        let mut login = Login::at(&app).await;
        assert_eq!(login.launch().await, 200);
        logins.push(login);
    }
    let kept = cluster.masters[1].nonces().await;
    assert!(kept > 0, "a part of the nonces is there");

    cluster.masters[1].kill();
    cluster.masters[1].restart().await;
    cluster.agrees().await;
    eventually("a launch that gets in", RECOVERY, async || {
        (Login::at(&app).await.launch().await == 200).then_some(())
    })
    .await;

    let mut expired = 0;
    for login in &mut logins {
        match login.launch().await {
            401 => expired += 1,
            status => assert_eq!(status, 409),
        }
    }
    assert_eq!(expired, kept);
}

// X42: nobody asked for it
#[tokio::test]
async fn a_master_of_a_cluster_that_dies_is_replaced_under_load() {
    let mut cluster = Cluster::with_replicas().await;
    let app = tool_at(&cluster.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    cluster.masters[1].kill();
    let replica = &cluster.replicas[1];
    eventually("a replica that took over", PATIENCE, async || {
        let role: String = replica.ask("INFO replication").await;
        role.contains("role:master").then_some(())
    })
    .await;
    let promoted = Instant::now();
    load.is_served(promoted, RECOVERY).await;

    let history = load.stop().await;
    println!("full service {:?} later", history.recovery(promoted));
    assert!(history.recovery(promoted) <= RECOVERY);
    assert!(history.longest(503) <= Duration::from_millis(2_200));
}

/// How much the busiest has of what it should have, and what the idlest has.
fn spread(counts: &[usize]) -> (f64, usize) {
    let all: usize = counts.iter().sum();
    let busiest = counts.iter().max().unwrap();
    let fair = all as f64 / counts.len() as f64;
    (*busiest as f64 / fair, *counts.iter().min().unwrap())
}

// Y11
#[tokio::test]
async fn the_masters_of_a_cluster_get_equal_shares_of_the_nonces() {
    let cluster = Cluster::of(6).await;
    let store = RedisStore::connect(&cluster.url()).await.unwrap();

    // The hashes of these are what they are, so that this is no matter of chance.
    let registration = RegistrationId::new("https://lms.example", "tool-1");
    stream::iter(0..12_000)
        .for_each_concurrent(200, async |number| {
            let nonce = OneTimeKey::new(&registration, &format!("nonce-{number}"));
            let attempt = Attempt::new().unwrap();
            let ttl = Duration::from_secs(60);
            let nonce_use = store.consume(&nonce, &attempt, ttl).await.unwrap();
            assert_eq!(nonce_use, NonceUse::First);
        })
        .await;
    let mut shares = Vec::new();
    let mut tags = BTreeSet::new();
    for master in &cluster.masters {
        let keys: Vec<String> = master.ask("KEYS lti:v1:n:*").await;
        shares.push(keys.len());
        tags.extend(
            keys.iter()
                .map(|key| key.split(['{', '}']).nth(1).unwrap().to_owned()),
        );
    }
    let (busiest, _) = spread(&shares);
    println!("12,000 nonces over 6 masters: {shares:?}");
    assert!(busiest <= 1.1, "{shares:?}");

    // And with more or fewer masters, by the slots of the hash tags.
    for masters in [3, 6, 12, 64] {
        let mut shares = vec![0; masters];
        for tag in &tags {
            let keyslot = format!("CLUSTER KEYSLOT {tag}");
            let slot: usize = cluster.masters[0].ask(&keyslot).await;
            shares[slot * masters / SLOTS] += 1;
        }
        let (busiest, idlest) = spread(&shares);
        println!("{masters} masters: {busiest:.2} of what is fair, {idlest} at least");
        assert!(busiest <= 1.1 && idlest > 0, "{masters}: {shares:?}");
    }
}
