use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use super::*;
use crate::{registration::RegistrationId, store::StoreErrorKind};

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

fn nonce(number: usize) -> NonceKey {
    NonceKey::new(
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
async fn a_full_store_refuses_and_forgets_no_live_nonce() {
    let clock = HandMoved::default();
    let store = MemoryStore::default()
        .with_capacity(100)
        .with_clock(clock.clone());
    for number in 0..100 {
        assert_eq!(consume(&store, number).await.unwrap(), NonceUse::First);
    }

    let refused = consume(&store, 100).await.unwrap_err();

    assert_eq!(refused.kind(), StoreErrorKind::Full);
    for number in 0..100 {
        assert_eq!(consume(&store, number).await.unwrap(), NonceUse::Repeated);
    }
    clock.advance(MINUTE);
    for number in 100..200 {
        assert_eq!(consume(&store, number).await.unwrap(), NonceUse::First);
    }
    assert_eq!(store.nonce_count(), 100);
}

#[tokio::test]
async fn expired_nonces_do_not_pile_up() {
    let clock = HandMoved::default();
    let store = MemoryStore::default().with_clock(clock.clone());

    for number in 0..10_000 {
        clock.advance(Duration::from_secs(1));
        consume(&store, number).await.unwrap();
    }

    assert!(store.nonce_count() < 400, "{}", store.nonce_count());
}
