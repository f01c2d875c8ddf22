use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use super::*;
use crate::{identity::RegistrationId, store::StoreErrorKind};

#[derive(Clone, Debug, Default)]
struct HandMoved(Arc<Mutex<Duration>>);

impl HandMoved {
    fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for HandMoved {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

const MINUTE: Duration = Duration::from_secs(60);

fn nonce(number: usize) -> OneTimeKey {
    OneTimeKey::new(
        &RegistrationId::new("https://lms.example", "tool-1"),
        &number.to_string(),
    )
}

async fn consume(store: &MemoryStore, number: usize) -> Result<NonceUse, StoreError> {
    store
        .consume(&nonce(number), &Attempt::new().unwrap(), MINUTE)
        .await
}

#[tokio::test]
async fn a_nonce_is_remembered_for_exactly_its_time() {
    let clock = HandMoved::default();
    let store = MemoryStore::default().with_clock(clock.clone());
    assert_eq!(consume(&store, 1).await.unwrap(), NonceUse::First);

    clock.advance(MINUTE - Duration::from_nanos(1));
    assert_eq!(consume(&store, 1).await.unwrap(), NonceUse::Repeated);

    clock.advance(Duration::from_nanos(1));
    assert_eq!(consume(&store, 1).await.unwrap(), NonceUse::First);
    assert_eq!(store.nonce_count(), 1);
}

#[tokio::test]
async fn a_full_store_rejects_and_evicts_no_live_nonce() {
    let clock = HandMoved::default();
    let store = MemoryStore::default()
        .with_capacity(1_000)
        .with_clock(clock.clone());
    for number in 0..1_000 {
        assert_eq!(consume(&store, number).await.unwrap(), NonceUse::First);
    }

    let rejected = consume(&store, 1_000).await.unwrap_err();

    assert_eq!(rejected.kind(), StoreErrorKind::Full);
    for number in 0..1_000 {
        assert_eq!(consume(&store, number).await.unwrap(), NonceUse::Repeated);
    }
    clock.advance(MINUTE);
    for number in 1_000..2_000 {
        assert_eq!(consume(&store, number).await.unwrap(), NonceUse::First);
    }
    assert_eq!((store.nonce_count(), store.nonces.stored()), (1_000, 1_000));
}

#[tokio::test]
async fn live_nonces_are_kept_while_expired_ones_are_removed() {
    let clock = HandMoved::default();
    let store = MemoryStore::default()
        .with_capacity(600)
        .with_clock(clock.clone());

    for number in 0..1_000 {
        clock.advance(Duration::from_secs(1));
        assert_eq!(consume(&store, number).await.unwrap(), NonceUse::First);
        let oldest_live = number.saturating_sub(59);
        for live in [oldest_live, (oldest_live + number) / 2, number] {
            assert_eq!(consume(&store, live).await.unwrap(), NonceUse::Repeated);
        }
    }
    assert!(store.nonce_count() < 1_000);
}

#[tokio::test]
async fn expired_nonces_do_not_accumulate() {
    for (capacity, max) in [(60, 60), (600, 320), (4_000, 320)] {
        let clock = HandMoved::default();
        let store = MemoryStore::default()
            .with_capacity(capacity)
            .with_clock(clock.clone());

        for number in 0..10_000 {
            clock.advance(Duration::from_secs(1));
            let nonce_use = consume(&store, number).await.unwrap();
            assert_eq!(nonce_use, NonceUse::First);
            assert_eq!(store.nonce_count(), store.nonces.stored());
            // Of which sixty are live.
            assert!(store.nonce_count() <= max, "{}", store.nonce_count());
        }
    }
}
