//! Keys in a store: published, signing, retired, gone.

use std::time::Duration;

use futures_util::future::join_all;
use tower_lti::{
    LoginSecret,
    clock::Clock,
    key_set::SignatureAlgorithm::{Es256, Rs256},
    keys::{
        KeyState::{self, Published, Retired, Signing},
        StoredKeysBuilder, ToolKeys, ToolKeysError,
    },
    testing::TestClock,
};

use super::{
    faulty_store::FaultyStore,
    set::{ids, tool},
};
use crate::app::NOW;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

pub(super) fn secret(number: u8) -> LoginSecret {
    LoginSecret::from_bytes(format!("secret {number} that only tests may know")).unwrap()
}

pub(super) fn settings(store: &FaultyStore, clock: &TestClock) -> StoredKeysBuilder {
    ToolKeys::stored(store.clone(), [secret(1)]).clock(clock.clone())
}

/// An instance with all settings at their defaults.
pub(super) async fn open(store: &FaultyStore, clock: &TestClock) -> ToolKeys {
    settings(store, clock).open().await.unwrap()
}

/// Ids and states of all keys that are published now.
pub(super) fn states(keys: &ToolKeys, clock: &TestClock) -> Vec<(String, KeyState)> {
    let keys = keys.keys(None, clock.now());
    keys.into_iter().map(|key| (key.id, key.state)).collect()
}

fn only(keys: &ToolKeys, clock: &TestClock, state: KeyState) -> String {
    let mut of_state = states(keys, clock);
    of_state.retain(|(_, is)| *is == state);
    assert_eq!(of_state.len(), 1, "{of_state:?}");
    of_state.remove(0).0
}

// ADV-04, KEY-07, KEY-08, KEY-12
#[tokio::test]
async fn a_key_is_published_then_signs_then_is_retired_then_gone_by_the_clock_alone() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let (one, two) = (open(&store, &clock).await, open(&store, &clock).await);
    let tools = [tool(&one, &clock), tool(&two, &clock)];
    let first = only(&one, &clock, Signing);
    one.refresh().await.unwrap();
    two.refresh().await.unwrap();
    let second = only(&one, &clock, Published);
    let calls = store.calls();

    for (passes, expected) in [
        (
            Duration::ZERO,
            [(&first, Signing), (&second, Published)].as_slice(),
        ),
        (
            90 * DAY - MINUTE,
            &[(&first, Signing), (&second, Published)],
        ),
        (MINUTE, &[(&second, Signing), (&first, Retired)]),
        (DAY + 4 * MINUTE, &[(&second, Signing), (&first, Retired)]),
        (MINUTE, &[(&second, Signing)]),
    ] {
        clock.advance(passes);
        let expected: Vec<(String, KeyState)> = expected
            .iter()
            .map(|(id, state)| ((*id).clone(), *state))
            .collect();
        let expected_ids: Vec<String> = expected.iter().map(|(id, _)| id.clone()).collect();
        for (keys, tool) in [&one, &two].into_iter().zip(&tools) {
            assert_eq!(states(keys, &clock), expected, "after {passes:?}");
            assert_eq!(ids(tool).await, expected_ids);
        }
    }
    assert_eq!(store.calls(), calls, "the clock alone decides");

    two.refresh().await.unwrap();
    let third = only(&two, &clock, Published);
    let slots: Vec<String> = store
        .rows()
        .await
        .into_iter()
        .map(|(slot, _)| slot)
        .collect();
    assert_eq!(slots, ["RS256/2", "RS256/3"], "what is gone is not kept");
    assert!(third != first && third != second);
}

// ADV-04, KEY-08
#[tokio::test]
async fn a_new_key_signs_a_day_after_it_was_published_at_the_earliest() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    drop(open(&store, &clock).await);
    clock.advance(200 * DAY);
    let keys = open(&store, &clock).await;
    let first = only(&keys, &clock, Signing);
    keys.refresh().await.unwrap();
    let second = only(&keys, &clock, Published);

    clock.advance(DAY - MINUTE);
    assert_eq!(only(&keys, &clock, Signing), first);
    clock.advance(MINUTE);
    assert_eq!(only(&keys, &clock, Signing), second);
}

// ADV-04
#[tokio::test]
async fn times_can_be_set_and_are_never_too_short_for_the_caches_of_platforms() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = settings(&store, &clock)
        .publish_ahead(3 * HOUR)
        .keep_after(2 * HOUR)
        .rotation_period(7 * DAY)
        .open()
        .await
        .unwrap();
    keys.refresh().await.unwrap();
    let (first, second) = (only(&keys, &clock, Signing), only(&keys, &clock, Published));
    clock.advance(7 * DAY);
    assert_eq!(only(&keys, &clock, Signing), second);
    assert_eq!(only(&keys, &clock, Retired), first);
    clock.advance(2 * HOUR);
    assert_eq!(states(&keys, &clock), [(second, Signing)]);

    type Change = fn(StoredKeysBuilder) -> StoredKeysBuilder;
    let change: [(&str, Change); 5] = [
        ("publish_ahead", |keys| keys.publish_ahead(HOUR)),
        ("keep_after", |keys| keys.keep_after(HOUR)),
        ("rotation_period", |keys| keys.rotation_period(DAY)),
        ("refresh_interval", |keys| {
            keys.refresh_interval(Duration::ZERO)
        }),
        ("refresh_interval", |keys| keys.refresh_interval(HOUR)),
    ];
    for (name, change) in change {
        let error = change(settings(&store, &clock)).open().await.unwrap_err();
        let ToolKeysError::OutOfBounds { setting, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(setting, name);
    }
}

// ADV-09
#[tokio::test]
async fn instances_that_start_at_once_without_a_key_end_with_one_that_all_sign_with() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));

    let instances = join_all((0..4).map(|_| open(&store, &clock))).await;

    let id = only(&instances[0], &clock, Signing);
    for keys in &instances {
        assert_eq!(states(keys, &clock), [(id.clone(), Signing)]);
    }
    assert_eq!(store.rows().await.len(), 1);
}

// ADV-04: a clock that is set back, or another one that is behind
#[tokio::test]
async fn an_instance_whose_clock_is_behind_signs_with_the_only_key_all_the_same() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let ahead = open(&store, &clock).await;
    let behind = TestClock::at_unix(NOW - 600);

    let keys = open(&store, &behind).await;

    assert_eq!(states(&keys, &behind), states(&ahead, &clock));
    assert_eq!(store.rows().await.len(), 1);
}

// KEY-10, ADV-07
#[tokio::test]
async fn a_store_keeps_keys_for_each_algorithm_and_for_registrations_with_their_own() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let keys = settings(&store, &clock)
        .with_es256()
        .own_keys_for("school-a")
        .open()
        .await
        .unwrap();

    let of = |name| keys.keys(name, clock.now());
    let (shared, own) = (of(None), of(Some("school-a")));
    for set in [&shared, &own] {
        let mut algorithms: Vec<_> = set.iter().map(|key| key.algorithm).collect();
        algorithms.sort();
        assert_eq!(algorithms, [Rs256, Es256]);
        assert!(set.iter().all(|key| key.state == Signing));
    }
    assert!(own.iter().all(|key| !shared.contains(key)));
    assert_eq!(of(Some("school-b")), shared);
}

// ADV-04: without a call of anybody's
#[tokio::test(start_paused = true)]
async fn the_store_is_read_every_minute_and_no_longer_than_the_keys_are_used() {
    let (store, clock) = (FaultyStore::default(), TestClock::at_unix(NOW));
    let (one, two) = (open(&store, &clock).await, open(&store, &clock).await);
    tokio::time::sleep(3 * MINUTE).await;

    assert_eq!(states(&one, &clock).len(), 2);
    assert_eq!(states(&one, &clock), states(&two, &clock));

    drop((one, two));
    tokio::time::sleep(2 * MINUTE).await;
    let calls = store.calls();
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(store.calls(), calls);
}
