//! A store that falls silent under load.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::header;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};
use tower_lti::{
    MemoryStore,
    error::LtiErrorKind,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::{NonceStore, Persistence, StoreError, StoreHealth},
};

use crate::{
    app::{App, NOW},
    onboarding::kind,
};

/// A call that is not answered by then fails, as those of `RedisStore` do.
const TWO_TRIES: Duration = Duration::from_secs(2);

const PER_SECOND: u32 = 250;

/// Nonces in memory, behind something that answers nobody for a while.
#[derive(Clone, Default)]
struct Stalling {
    store: MemoryStore,
    silent: Arc<Mutex<Option<(Instant, Instant)>>>,
    waiting: Arc<AtomicUsize>,
    most_waiting: Arc<AtomicUsize>,
}

impl NonceStore for Stalling {
    async fn consume(
        &self,
        nonce: &OneTimeKey,
        attempt: &Attempt,
        ttl: Duration,
    ) -> Result<NonceUse, StoreError> {
        let waiting = self.waiting.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_waiting.fetch_max(waiting, Ordering::SeqCst);
        let silent = *self.silent.lock().unwrap();
        let (now, mut in_time) = (Instant::now(), true);
        if let Some((from, until)) = silent
            && (from..until).contains(&now)
        {
            in_time = until - now <= TWO_TRIES;
            sleep((until - now).min(TWO_TRIES)).await;
        }
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        if in_time {
            self.store.consume(nonce, attempt, ttl).await
        } else {
            Err(StoreError::unavailable("it did not answer in time"))
        }
    }

    async fn was_consumed(&self, nonce: &OneTimeKey) -> Result<bool, StoreError> {
        self.store.was_consumed(nonce).await
    }

    fn persistence(&self) -> Persistence {
        Persistence::Volatile
    }

    fn no_data_loss_since(&self, _: &OneTimeKey) -> Option<std::time::SystemTime> {
        None
    }

    async fn health(&self) -> Result<StoreHealth, StoreError> {
        Ok(StoreHealth::WHOLE)
    }
}

/// Launches at a steady rate for so long, while the store is silent from the first second on. Returns of
/// each when it was sent, how long it took, and its kind where it was refused; and how many waited at once.
async fn launches(
    silence: Duration,
    for_so_long: u32,
) -> (Vec<(Duration, Duration, Option<LtiErrorKind>)>, usize) {
    let nonces = Stalling::default();
    let app = App::over((nonces.clone(), MemoryStore::default()), |builder, _| {
        builder
    });
    let mut ready = Vec::new();
    for _ in 0..PER_SECOND * for_so_long {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        ready.push((browser, request, token));
    }
    let began = Instant::now();
    let second = Duration::from_secs(1);
    *nonces.silent.lock().unwrap() = Some((began + second, began + second + silence));
    let mut launching = JoinSet::new();
    for (number, (mut browser, request, token)) in (0..).zip(ready) {
        launching.spawn(async move {
            let sent = second * number / PER_SECOND;
            sleep_until(began + sent).await;
            let sent_at = Instant::now();
            let answer = browser.launch(&request, &token).await;
            if answer.status() == 503 {
                assert!(answer.headers().contains_key(header::RETRY_AFTER));
            }
            (sent, sent_at.elapsed(), kind(&answer))
        });
    }
    let answers = launching.join_all().await;
    (answers, nonces.most_waiting.load(Ordering::SeqCst))
}

const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

// Y13
#[tokio::test(start_paused = true)]
async fn a_stall_of_a_second_turns_nobody_away() {
    let (answers, _) = launches(SECOND, 3).await;
    assert!(answers.iter().all(|(_, _, refused)| refused.is_none()));
}

// Y13
#[tokio::test(start_paused = true)]
async fn a_longer_stall_is_noticed_and_those_who_come_then_are_told_at_once() {
    let (answers, most_waiting) = launches(SECOND * 4, 6).await;

    // As many as came until it was noticed, and no more.
    let until_noticed = PER_SECOND as usize * 3 / 2;
    assert!(most_waiting <= until_noticed + 2, "{most_waiting}");
    for (sent, took, refused) in answers {
        let noticed = SECOND * 5 / 2 + MS * 10;
        // Few enough wait by the third second, and the first of those finds out.
        match (sent < SECOND, sent > noticed && sent < SECOND * 3) {
            (true, _) => assert_eq!((took, refused), (Duration::ZERO, None)),
            (_, true) => {
                let unavailable = Some(LtiErrorKind::StoreUnavailable);
                assert_eq!((took, refused), (Duration::ZERO, unavailable), "{sent:?}");
            }
            _ => {}
        }
        if sent > SECOND * 5 {
            assert_eq!(refused, None, "all is well at once when it answers again");
        }
        assert!(took <= TWO_TRIES);
    }
}
