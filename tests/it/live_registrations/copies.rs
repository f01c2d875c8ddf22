//! The copy in memory: when it is read again, and for how long it counts.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, advance, sleep};
use tower_lti::{
    MemoryStore,
    live_registrations::LiveRegistrations,
    registration::{RegistrationId, RegistrationRecord},
    store::{IssuerMatch, RegistrationRecordStore, RegistrationStore, StoreError},
};

use super::{
    records::{named, record, record_with},
    watched_store::{Fault, WatchedStore},
};

const SECOND: Duration = Duration::from_secs(1);

/// Registrations over a store that somebody else changes, too.
async fn live(records: &[&RegistrationRecord]) -> (LiveRegistrations, WatchedStore, MemoryStore) {
    let elsewhere = MemoryStore::default();
    for record in records {
        assert!(elsewhere.add_registration(record).await.unwrap());
    }
    let store = WatchedStore::over(elsewhere.clone());
    (LiveRegistrations::new(store.clone()), store, elsewhere)
}

async fn finds(live: &LiveRegistrations, id: &RegistrationId) -> Result<bool, StoreError> {
    let found = live.find(id.issuer(), id.client_id(), id.discriminator());
    Ok(found.await?.is_some())
}

// N45
#[tokio::test(start_paused = true)]
async fn what_is_known_is_found_without_asking_the_store() {
    let one = named("1", "school");
    let (live, store, _) = live(&[&one]).await;
    live.refresh().await.unwrap();
    let asked = (store.revisions(), store.loads());

    for _ in 0..1_000 {
        assert!(finds(&live, one.id()).await.unwrap());
        let by_issuer = live.find_by_issuer(one.id().issuer()).await.unwrap();
        assert!(matches!(by_issuer, IssuerMatch::One(_)));
        assert!(live.find_by_login_name("school").await.unwrap().is_some());
    }

    assert_eq!((store.revisions(), store.loads()), asked);
}

// N45
#[tokio::test(start_paused = true)]
async fn the_store_is_asked_once_a_second_and_read_when_it_has_changed() {
    let one = record("1");
    let (live, store, elsewhere) = live(&[&one]).await;
    assert!(finds(&live, one.id()).await.unwrap());
    let (revisions, loads) = (store.revisions(), store.loads());
    sleep(10 * SECOND + SECOND / 2).await;
    assert_eq!(store.revisions() - revisions, 10);
    assert_eq!(store.loads(), loads, "nothing has changed");

    let changed = record_with("1", r#", "name": "Hill Road""#);
    elsewhere
        .replace_registration(&one, &changed)
        .await
        .unwrap();
    sleep(SECOND).await;

    let id = one.id();
    let found = live.find(id.issuer(), id.client_id(), None).await.unwrap();
    assert_eq!(found.unwrap().name(), Some("Hill Road"));
    assert_eq!(store.loads(), loads + 1);
    elsewhere.remove_registration(&changed).await.unwrap();
    sleep(SECOND).await;
    assert!(!finds(&live, id).await.unwrap());
}

// N45
#[tokio::test(start_paused = true)]
async fn what_was_added_elsewhere_a_moment_ago_is_found_at_once() {
    let (live, _, elsewhere) = live(&[&record("1")]).await;
    live.refresh().await.unwrap();
    let new = record_with("2", r#", "discriminator": "b", "login_name": "b""#);
    elsewhere.add_registration(&new).await.unwrap();
    let began = Instant::now();

    assert!(finds(&live, new.id()).await.unwrap());

    assert!(began.elapsed() <= SECOND / 4, "{:?}", began.elapsed());
    assert!(live.find_by_login_name("b").await.unwrap().is_some());
}

// N45
#[tokio::test(start_paused = true)]
async fn for_all_that_is_unknown_the_store_is_asked_five_times_a_second() {
    let (live, store, _) = live(&[&record("1")]).await;
    live.refresh().await.unwrap();
    let asked = store.revisions();
    let stranger = record("stranger");

    let asking = async |_| {
        for _ in 0..50 {
            assert!(!finds(&live, stranger.id()).await.unwrap());
        }
    };
    let began = Instant::now();
    join_all((0..100).map(asking)).await;

    let seconds = began.elapsed().as_secs_f64();
    let most = (5.0 * seconds).ceil() as usize + 1;
    assert!(store.revisions() - asked <= most, "in {seconds} s");
    assert_eq!(store.loads(), 1);
}

// N45
#[tokio::test(start_paused = true)]
async fn while_the_store_fails_the_copy_counts_for_a_minute() {
    let one = record("1");
    for fault in [Fault::Down, Fault::Hanging] {
        let (live, store, elsewhere) = live(&[&one]).await;
        live.refresh().await.unwrap();
        store.set(fault);
        elsewhere.remove_registration(&one).await.unwrap();

        for _ in 0..55 {
            let began = Instant::now();
            assert!(finds(&live, one.id()).await.unwrap());
            assert!(began.elapsed() <= 2 * SECOND, "{:?}", began.elapsed());
            sleep(SECOND.saturating_sub(began.elapsed())).await;
        }
        sleep(10 * SECOND).await;

        let began = Instant::now();
        finds(&live, one.id()).await.unwrap_err();
        assert!(began.elapsed() <= 2 * SECOND, "{:?}", began.elapsed());
        store.set(Fault::None);
        sleep(12 * SECOND).await;
        assert!(
            !finds(&live, one.id()).await.unwrap(),
            "it is gone meanwhile"
        );
    }
}

// N45
#[tokio::test(start_paused = true)]
async fn look_ups_do_not_queue_up_before_a_store_that_hangs() {
    let one = record("1");
    let (live, store, _) = live(&[&one]).await;
    live.refresh().await.unwrap();
    store.set(Fault::Hanging);
    sleep(20 * SECOND).await;

    let began = Instant::now();
    let found = join_all((0..500).map(|_| finds(&live, one.id()))).await;

    assert!(found.into_iter().all(|found| found.unwrap()));
    assert!(began.elapsed() <= 2 * SECOND, "{:?}", began.elapsed());
}

// N45
#[tokio::test(start_paused = true)]
async fn a_store_that_is_down_at_the_start_is_an_error_and_is_found_once_it_is_up() {
    let one = record("1");
    let (live, store, _) = live(&[&one]).await;
    store.set(Fault::Down);

    finds(&live, one.id()).await.unwrap_err();
    let began = Instant::now();
    for _ in 0..100 {
        finds(&live, one.id()).await.unwrap_err();
    }
    assert!(began.elapsed() <= 2 * SECOND, "{:?}", began.elapsed());

    store.set(Fault::None);
    sleep(2 * SECOND).await;
    assert!(finds(&live, one.id()).await.unwrap());
}

// N45
#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_used_takes_no_other_down() {
    let (one, two) = (named("1", "school"), record("2"));
    let (live, store, _) = live(&[&one, &two]).await;
    let (long, same) = (
        record_with("4", &format!(r#", "notes": "{}""#, "x".repeat(70_000))),
        named("3", "school"),
    );
    store.list_unreadable(&[
        "",
        "[]",
        r#"{"issuer": "https://lms.test"}"#,
        r#"{"issuer": "https://lms.test", "of a later release": 1}"#,
        long.json(),
        same.json(),
        two.json(),
    ]);

    assert!(finds(&live, one.id()).await.unwrap());
    assert!(finds(&live, two.id()).await.unwrap());
    assert!(
        !finds(&live, same.id()).await.unwrap(),
        "its login name is taken"
    );
    assert!(!finds(&live, long.id()).await.unwrap());
    assert_eq!(live.left_out(), 7);
    assert_eq!(live.list().await.unwrap().len(), 2);

    store.list_unreadable(&[]);
    live.refresh().await.unwrap();
    assert_eq!(live.left_out(), 0);
}

// N45
#[tokio::test(start_paused = true)]
async fn the_task_ends_with_the_last_clone() {
    let (live, store, _) = live(&[&record("1")]).await;
    let clone = live.clone();
    live.refresh().await.unwrap();
    drop(live);
    let asked = store.revisions();
    sleep(3 * SECOND).await;
    assert!(store.revisions() > asked, "a clone is left");

    drop(clone);
    let asked = store.revisions();
    sleep(10 * SECOND).await;

    assert_eq!(store.revisions(), asked);
    assert_eq!(store.clones(), 1);
}

// N45
#[test]
fn a_copy_that_no_task_could_renew_is_renewed_before_it_is_used() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap()
    };
    let (one, two, new) = (record("1"), record("2"), record("3"));
    let first = runtime();
    let (live, _, elsewhere) = first.block_on(async {
        let live = live(&[&one, &two]).await;
        live.0.refresh().await.unwrap();
        live
    });
    // The task ends with its runtime.
    drop(first);

    runtime().block_on(async {
        elsewhere.remove_registration(&one).await.unwrap();
        elsewhere.add_registration(&new).await.unwrap();
        assert!(finds(&live, one.id()).await.unwrap(), "it is young enough");
        advance(6 * SECOND).await;
        assert!(!finds(&live, one.id()).await.unwrap());
        assert!(finds(&live, two.id()).await.unwrap());
        assert!(finds(&live, new.id()).await.unwrap());
    });
}

// N45
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_registrations_are_read_once_and_found() {
    let elsewhere = MemoryStore::default();
    let records: Vec<_> = (0..10_000).map(|n| record(&n.to_string())).collect();
    for record in &records {
        elsewhere.add_registration(record).await.unwrap();
    }
    let store = WatchedStore::over(elsewhere);
    let live = LiveRegistrations::new(store.clone());
    live.refresh().await.unwrap();

    for record in &records {
        assert!(finds(&live, record.id()).await.unwrap());
    }

    assert_eq!(store.loads(), 1);
    let listed = live.list().await.unwrap();
    assert!(listed.is_sorted_by_key(RegistrationRecord::id));
    assert_eq!(listed.len(), records.len());
}
