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

#[cfg(feature = "sessions")]
mod sessions {
    use super::*;
    use crate::store::{SessionKey, SessionMark, SessionScope, SessionStore};

    static LONGEST: [u8; 64 * 1024] = [0; 64 * 1024];

    fn session(number: usize) -> SessionKey {
        SessionKey::new(&number.to_string())
    }

    fn of(registration: &str) -> [SessionScope; 1] {
        let registration = RegistrationId::new("https://lms.test", registration);
        [SessionScope::registration(&registration)]
    }

    async fn start(store: &MemoryStore, number: usize) -> Result<(), StoreErrorKind> {
        start_of(store, number, "tool-1").await
    }

    async fn start_of(
        store: &MemoryStore,
        number: usize,
        registration: &str,
    ) -> Result<(), StoreErrorKind> {
        let (session, scopes) = (session(number), of(registration));
        let started = store.start_session(&session, &LONGEST, MINUTE, &scopes);
        started.await.map(drop).map_err(|error| error.kind())
    }

    async fn is_kept(store: &MemoryStore, number: usize) -> bool {
        let found = store.find_session(&session(number), &[], None).await;
        found.unwrap().is_some()
    }

    #[tokio::test]
    async fn in_a_full_store_the_oldest_session_of_the_registration_with_most_gives_way() {
        let store = MemoryStore::default().with_clock(HandMoved::default());
        for number in 0..100 {
            start_of(&store, number, "tool-2").await.unwrap();
        }
        for number in 100..3_000 {
            assert_eq!(start(&store, number).await, Ok(()));
        }

        for number in 0..100 {
            assert!(is_kept(&store, number).await, "another registration's");
        }
        let mut kept = Vec::new();
        for number in 100..3_000 {
            if is_kept(&store, number).await {
                kept.push(number);
            }
        }
        assert!((900..=924).contains(&kept.len()), "{}", kept.len());
        assert_eq!(kept, (3_000 - kept.len()..3_000).collect::<Vec<_>>());
        // The other one starts sessions, too, and loses none of its own.
        assert_eq!(start_of(&store, 3_000, "tool-2").await, Ok(()));
        assert!(is_kept(&store, 0).await && is_kept(&store, 3_000).await);
        assert!(!is_kept(&store, kept[0]).await);
    }

    #[tokio::test]
    async fn a_session_that_is_replaced_removed_or_over_counts_no_more() {
        let clock = HandMoved::default();
        let store = MemoryStore::default().with_clock(clock.clone());
        for number in 0..1_000 {
            start(&store, number).await.unwrap();
        }
        for _ in 0..100 {
            start(&store, 999).await.unwrap();
            let updated = store.update_session(&session(999), &LONGEST, MINUTE).await;
            assert!(updated.unwrap());
            start(&store, 5_000).await.unwrap();
            store.remove_session(&session(5_000)).await.unwrap();
        }
        assert!(is_kept(&store, 0).await, "none had to give way");
        let too_large = vec![0; 65 * 1024 * 1024];
        let updated = store.update_session(&session(0), &too_large, MINUTE).await;
        assert_eq!(updated.unwrap_err().kind(), StoreErrorKind::Full);

        clock.advance(MINUTE * 2);
        for number in 0..1_000 {
            start(&store, 1_000 + number).await.unwrap();
        }
        assert!(is_kept(&store, 1_000).await);
    }

    #[tokio::test]
    async fn a_session_lives_for_exactly_its_time_from_its_last_call_on() {
        let clock = HandMoved::default();
        let store = MemoryStore::default().with_clock(clock.clone());
        let found = async || {
            let found = store.find_session(&session(1), &[], Some(MINUTE)).await;
            found.unwrap().is_some()
        };
        start(&store, 1).await.unwrap();
        for _ in 0..3 {
            clock.advance(MINUTE - Duration::from_nanos(1));
            assert!(found().await);
        }
        clock.advance(MINUTE);
        assert!(!found().await);
        let updated = store.update_session(&session(1), b"late", MINUTE).await;
        assert!(!updated.unwrap() && !found().await);
    }

    #[tokio::test]
    async fn marks_are_as_many_as_fit_and_go_when_they_expire() {
        let clock = HandMoved::default();
        let store = MemoryStore::default().with_clock(clock.clone());
        let registration = RegistrationId::new("https://lms.example", "tool-1");
        let scope = |number: usize| SessionScope::user(&registration, &number.to_string());
        let mark = async |number| {
            let mark = SessionMark::random().unwrap();
            let marked = store.mark_sessions(&scope(number), &mark, MINUTE).await;
            marked.map_err(|error| error.kind())
        };
        for number in 0..100_000 {
            mark(number).await.unwrap();
        }
        assert_eq!(mark(100_000).await, Err(StoreErrorKind::Full));
        assert_eq!(mark(0).await, Ok(()));

        clock.advance(MINUTE);
        let scopes = [scope(0)];
        let marks = store.start_session(&session(1), b"", MINUTE, &scopes).await;
        assert_eq!(marks.unwrap(), [None]);
        assert_eq!(mark(100_000).await, Ok(()));
    }
}
