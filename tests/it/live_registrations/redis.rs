//! Registrations in Redis, shared by several instances.

use std::time::{Duration, Instant};

use tower_lti::{
    RedisStore,
    live_registrations::{LiveRegistrations, RegistrationChangeError as ChangeError},
    registration::{RegistrationRecord, RegistrationStatus},
    store::{RegistrationRecordStore, RegistrationStore, StoreErrorKind, redis::Durability},
    testing::contract,
};

use super::records::{named, record};
use crate::redis_server::{RedisServer, cluster::Cluster, eventually::eventually};

/// Within which a change has to be seen on another instance.
const SOON: Duration = Duration::from_secs(5);

async fn open(server: &RedisServer) -> LiveRegistrations {
    LiveRegistrations::new(RedisStore::connect(server.url()).await.unwrap())
}

async fn status(live: &LiveRegistrations, of: &RegistrationRecord) -> Option<RegistrationStatus> {
    let id = of.id();
    let found = live.find(id.issuer(), id.client_id(), id.discriminator());
    Some(found.await.unwrap()?.status())
}

// N45
#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_registrations_as_the_contract_says() {
    let server = RedisServer::start().await;
    contract::check_registrations(&RedisStore::connect(server.url()).await.unwrap()).await;

    let cluster = Cluster::of(3).await;
    contract::check_registrations(&RedisStore::connect(cluster.url()).await.unwrap()).await;
}

// N45
#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_transactions_keep_the_contract_and_the_access_list_of_the_guide_suffices()
{
    let server = RedisServer::start().await;
    let _: () = server
        .ask("ACL SETUSER tool on >secret ~lti:* +set +get +del +mget +eval +zadd +zcard +zscore +zrem +zrangebylex +watch +multi +exec +wait +info +time +role +ping +select +hget +hlen +hscan +hset +hdel")
        .await;
    let url = server
        .url()
        .replacen("127.0.0.1", "tool:secret@127.0.0.1", 1);
    contract::check_registrations(&RedisStore::connect(&*url).await.unwrap()).await;

    let _: () = server.ask("ACL SETUSER tool -eval").await;
    contract::check_registrations(&RedisStore::connect(&*url).await.unwrap()).await;
}

// N45
#[tokio::test]
async fn a_change_on_one_instance_is_seen_on_the_other_within_five_seconds() {
    let server = RedisServer::start().await;
    let (here, there) = (open(&server).await, open(&server).await);
    let (one, other) = (named("1", "school"), record("2"));
    here.add(other.clone()).await.unwrap();
    assert!(status(&there, &other).await.is_some());

    here.add(one.clone()).await.unwrap();
    let began = Instant::now();
    assert!(status(&there, &one).await.is_some(), "at once");
    assert!(began.elapsed() < Duration::from_secs(1));
    for wanted in [RegistrationStatus::Disabled, RegistrationStatus::Active] {
        here.set_status(one.id(), wanted).await.unwrap();
        let seen = async || (status(&there, &one).await == Some(wanted)).then_some(());
        eventually("a status", SOON, seen).await;
    }
    here.remove(one.id()).await.unwrap();
    let gone = async || status(&there, &one).await.is_none().then_some(());
    eventually("a removal", SOON, gone).await;
    assert!(status(&there, &other).await.is_some());
}

// N45
#[tokio::test]
async fn a_warm_instance_finds_registrations_without_a_round_trip() {
    let server = RedisServer::start().await;
    let live = open(&server).await;
    let one = named("1", "school");
    live.add(one.clone()).await.unwrap();
    assert!(status(&live, &one).await.is_some());
    let commands = async || {
        let stats: String = server.ask("INFO stats").await;
        let line = stats
            .lines()
            .find_map(|line| line.strip_prefix("total_commands_processed:"));
        line.unwrap().parse::<usize>().unwrap()
    };
    let (before, began) = (commands().await, Instant::now());

    for _ in 0..10_000 {
        assert!(status(&live, &one).await.is_some());
        assert!(live.find_by_login_name("school").await.unwrap().is_some());
    }

    // The look at the revision, and those of the connection itself, once a second.
    let looks = 10 * (2 + began.elapsed().as_secs() as usize);
    let asked = commands().await - before;
    assert!(asked <= looks, "{asked} commands");
}

// N45
#[tokio::test]
async fn while_redis_is_gone_registrations_are_found_and_none_is_changed() {
    let mut server = RedisServer::start().await;
    let live = open(&server).await;
    let one = record("1");
    live.add(one.clone()).await.unwrap();
    server.kill();

    assert!(status(&live, &one).await.is_some());
    let added = live.add(record("2")).await;
    assert!(matches!(added, Err(ChangeError::Store(_))));
    assert!(status(&live, &one).await.is_some());

    // It comes back empty.
    server.restart().await;
    let gone = async || status(&live, &one).await.is_none().then_some(());
    eventually("what Redis has lost", 2 * SOON, gone).await;
    let added = async || live.add(one.clone()).await.ok();
    eventually("a new beginning", SOON, added).await;
    assert!(status(&live, &one).await.is_some());
}

// N45
#[tokio::test]
async fn a_redis_that_stands_still_holds_up_no_look_up() {
    let server = RedisServer::start().await;
    let live = open(&server).await;
    let one = record("1");
    live.add(one.clone()).await.unwrap();
    server.stop().await;

    let (mut slowest, began) = (Duration::ZERO, Instant::now());
    while began.elapsed() < Duration::from_secs(7) {
        let asked = Instant::now();
        assert!(status(&live, &one).await.is_some());
        slowest = slowest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.go_on();

    assert!(slowest < Duration::from_secs(3), "{slowest:?}");
}

// N45
#[tokio::test]
async fn a_change_that_no_replica_has_counts_and_is_not_durable() {
    let server = RedisServer::start().await;
    let durability = Durability::replicas(1).within(Duration::from_millis(500));
    let builder = RedisStore::builder(server.url()).durable_status_changes(durability);
    let live = LiveRegistrations::new(builder.connect().await.unwrap());
    let one = record("1");
    let not_durable = |error: ChangeError| match error {
        ChangeError::Store(error) => assert_eq!(error.kind(), StoreErrorKind::NotDurable),
        other => panic!("{other:?}"),
    };

    not_durable(live.add(one.clone()).await.unwrap_err());
    assert_eq!(status(&live, &one).await, Some(RegistrationStatus::Active));
    let disable = async || {
        live.set_status(one.id(), RegistrationStatus::Disabled)
            .await
    };
    not_durable(disable().await.unwrap_err());
    assert_eq!(
        status(&live, &one).await,
        Some(RegistrationStatus::Disabled)
    );

    let replica = server.replica().await;
    let durable = async || disable().await.ok();
    eventually("a replica that acknowledges", 4 * SOON, durable).await;
    live.remove(one.id()).await.unwrap();
    assert_eq!(replica.ask::<usize>("HLEN lti:v1:r:{r}").await, 0);
}

// N45
#[tokio::test]
async fn what_is_kept_is_the_text_by_the_hash_of_its_id_and_never_expires() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(server.url()).await.unwrap();
    let one = named("1", "school");
    assert!(store.add_registration(&one).await.unwrap());

    let id = one.id().to_text();
    let kept: String = server.ask_words(&["HGET", "lti:v1:r:{r}", &id]).await;
    assert_eq!(kept, one.json());
    let owner: String = server.ask("HGET lti:v1:r:{r}:names school").await;
    assert_eq!(owner, id);
    for key in [
        "lti:v1:r:{r}",
        "lti:v1:r:{r}:names",
        "lti:v1:r:{r}:revision",
    ] {
        assert_eq!(server.ask::<i64>(&format!("TTL {key}")).await, -1);
    }
    assert!(store.remove_registration(&one).await.unwrap());
    let left: Vec<String> = server.ask("KEYS lti:v1:r*").await;
    assert_eq!(left, ["lti:v1:r:{r}:revision"]);
}

// N45
#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_registrations_are_read_page_by_page_and_what_is_no_text_is_left_out() {
    let server = RedisServer::start().await;
    let records: Vec<_> = (0..5_000)
        .map(|number| record(&number.to_string()))
        .collect();
    let mut connection = server.connection().await;
    let mut commands = redis::pipe();
    for record in &records {
        commands
            .hset("lti:v1:r:{r}", record.id().to_text(), record.json())
            .ignore();
    }
    commands.hset("lti:v1:r:{r}", "odd", b"\xff\xfe").ignore();
    let _: () = commands.query_async(&mut connection).await.unwrap();

    let live = open(&server).await;

    assert_eq!(live.list().await.unwrap().len(), 5_000);
    assert_eq!(live.left_out(), 1);
}

// N45
#[tokio::test(flavor = "multi_thread")]
async fn what_changes_all_the_time_is_read_all_the_same() {
    let server = RedisServer::start().await;
    let mut connection = server.connection().await;
    let mut commands = redis::pipe();
    for number in 0..2_000 {
        let record = record(&number.to_string());
        let id = record.id().to_text();
        commands.hset("lti:v1:r:{r}", id, record.json()).ignore();
    }
    let _: () = commands.query_async(&mut connection).await.unwrap();
    let changing = tokio::spawn(async move {
        for number in 0_usize.. {
            let mut command = redis::cmd("SET");
            command.arg("lti:v1:r:{r}:revision").arg(number);
            let _: () = command.query_async(&mut connection).await.unwrap();
        }
    });
    let store = RedisStore::connect(server.url()).await.unwrap();

    for _ in 0..5 {
        let loaded = store.load_registrations().await.unwrap();
        assert_eq!(loaded.records.len(), 2_000);
    }
    changing.abort();
}
