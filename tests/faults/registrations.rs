//! Registrations in a Redis that fails while they are read or changed.

use tower_lti::{
    RedisStore,
    registration::RegistrationRecord,
    store::{RegistrationRecordStore, redis::Durability},
};

use crate::{
    eventually::eventually,
    proxy::{Mode, Proxy},
    server::{PATIENCE, RedisServer},
};

fn record(client_id: &str) -> RegistrationRecord {
    let json = format!(
        r#"{{"issuer": "https://lms.test", "client_id": "{client_id}", "authorization_endpoint":
        "https://lms.test/auth", "jwks_url": "https://lms.test/jwks"}}"#
    );
    RegistrationRecord::from_json(&json).unwrap()
}

// N45: a cursor of the old server means something else on the new one
#[tokio::test(flavor = "multi_thread")]
async fn a_failover_while_registrations_are_read_leaves_none_out() {
    const RECORDS: usize = 3_000;
    let old = RedisServer::start().await;
    let filling = RedisStore::connect(old.url()).await.unwrap();
    for number in 0..RECORDS {
        let record = record(&number.to_string());
        assert!(filling.add_registration(&record).await.unwrap());
    }
    let new = old.replica().await;
    let whole = async || (new.ask::<usize>("HLEN lti:v1:r:{r}").await == RECORDS).then_some(());
    eventually("a whole replica", PATIENCE, whole).await;
    let _: () = new.ask("REPLICAOF NO ONE").await;
    let proxy = Proxy::to(old.port()).await;
    let store = RedisStore::connect(&*proxy.url()).await.unwrap();

    proxy.set(Mode::SwitchWithinScan(new.port()));
    let loaded = store.load_registrations().await.unwrap();

    assert!(proxy.opened() > 1, "it was switched");
    assert_eq!(loaded.records.len(), RECORDS);
}

// N45: what is added when the reply is lost is added, whoever changes what meanwhile
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_no_replica_acknowledged_is_added_again_until_one_does() {
    let server = RedisServer::start().await;
    let durability = Durability::replicas(1).within(std::time::Duration::from_millis(200));
    let builder = RedisStore::builder(server.url()).durable_status_changes(durability);
    let store = builder.connect().await.unwrap();
    let plain = RedisStore::connect(server.url()).await.unwrap();
    let one = record("1");

    store.add_registration(&one).await.unwrap_err();
    assert!(plain.add_registration(&record("2")).await.unwrap());
    store.add_registration(&one).await.unwrap_err();
    let replica = server.replica().await;
    let added = async || store.add_registration(&one).await.ok();
    assert!(eventually("an acknowledgement", PATIENCE, added).await.0);

    assert_eq!(replica.ask::<usize>("HLEN lti:v1:r:{r}").await, 2);
}
