//! Key servers in trouble, as a launch sees them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::header;
use tower_lti::{
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    registration::Endpoint,
    testing::{Platform, SigningKey, TestClock},
};

use crate::app::{App, NOW, code};

/// A key server that answers as it is told.
#[derive(Clone, Debug)]
struct Server {
    platform: Platform,
    mood: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn in_mood(mood: usize) -> Self {
        Self {
            platform: Platform::new("https://lms.test", "tool-1"),
            mood: Arc::new(AtomicUsize::new(mood)),
            asked: Arc::default(),
        }
    }
}

const DOWN: usize = 0;
const SILENT: usize = 1;
const PAGE: usize = 2;
const EMPTY: usize = 3;
const BUSY: usize = 4;
const WELL: usize = 5;

impl FetchKeySet for Server {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.mood.load(Ordering::SeqCst) {
            DOWN => Err(FetchError::unreachable("refused")),
            SILENT => std::future::pending().await,
            PAGE => Ok(FetchedKeySet::new("<!doctype html><p>Sign in</p>")),
            BUSY => {
                let half_a_minute = Duration::from_secs(30);
                Err(FetchError::unreachable("503").retry_after(half_a_minute))
            }
            EMPTY => Ok(FetchedKeySet::new(r#"{"keys":[]}"#)),
            _ => Ok(FetchedKeySet::new(self.platform.jwks_json())),
        }
    }
}

// LAUNCH-44, W12, W13, X47, X49, X50, X56 (a name that is not resolved in time is a fetch that hangs): refused honestly, and the same post gets in afterwards
#[tokio::test(start_paused = true)]
async fn a_key_server_in_trouble_refuses_the_launch_and_uses_up_nothing() {
    for (mood, status, slug) in [
        (DOWN, 503, "jwks_unavailable"),
        (SILENT, 503, "jwks_unavailable"),
        (PAGE, 502, "jwks_invalid"),
        (EMPTY, 502, "jwks_invalid"),
    ] {
        let server = Server::in_mood(mood);
        let app = App::with(|builder| builder.key_sets(server.clone()));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let started = tokio::time::Instant::now();
        let answer = browser.launch(&request, &token).await;
        assert!(started.elapsed() <= Duration::from_secs(6));
        assert_eq!(
            (answer.status().as_u16(), code(&answer).as_str()),
            (status, slug)
        );
        assert_eq!(
            answer.headers().contains_key(header::RETRY_AFTER),
            status == 503
        );
        assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));

        server.mood.store(WELL, Ordering::SeqCst);
        app.clock.advance(Duration::from_secs(3));
        assert_eq!(browser.launch(&request, &token).await.status(), 200);
    }
}

/// A key server that takes longer than the token lasts.
#[derive(Debug)]
struct Outlasting {
    platform: Platform,
    clock: TestClock,
}

impl FetchKeySet for Outlasting {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.clock.advance(Duration::from_secs(361));
        let body = self.platform.jwks_json();
        Ok(FetchedKeySet::new(body))
    }
}

// LAUNCH-56
#[tokio::test]
async fn a_token_that_expires_while_its_keys_are_fetched_is_refused() {
    let clock = TestClock::at_unix(NOW);
    let app = App::with_platform(|builder, platform| {
        let server = Outlasting {
            platform: platform.clone(),
            clock: clock.clone(),
        };
        builder.clock(clock.clone()).key_sets(server)
    });
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(
        (answer.status().as_u16(), code(&answer).as_str()),
        (401, "token_rejected")
    );
    assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));
}

// X48
#[tokio::test]
async fn a_key_server_that_asks_for_a_pause_gets_it_and_the_launches_are_told() {
    let server = Server::in_mood(BUSY);
    let app = App::with(|builder| builder.key_sets(server.clone()));
    let mut browser = app.browser();
    let mut launch = async || {
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        browser.launch(&request, &token).await
    };
    for _ in 0..20 {
        let answer = launch().await;
        assert_eq!(answer.status(), 503);
        let pause = answer.headers()[header::RETRY_AFTER].to_str().unwrap();
        assert!(
            (25..=30).contains(&pause.parse::<u64>().unwrap()),
            "{pause}"
        );
    }
    assert_eq!(server.asked.load(Ordering::SeqCst), 1);
    server.mood.store(WELL, Ordering::SeqCst);
    app.clock.advance(Duration::from_secs(31));
    assert_eq!(launch().await.status(), 200);
    assert_eq!(server.asked.load(Ordering::SeqCst), 2);
}

// LAUNCH-37, LAUNCH-43, J07, X51, X52
#[tokio::test]
async fn a_new_key_is_fetched_at_once_and_the_old_one_is_gone_then() {
    let app = App::new();
    let old = app.platform.key();
    let mut browser = app.browser();
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    app.platform.use_key(SigningKey::shared(1, "k2"));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
    assert_eq!(app.platform.fetches(), 2);
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app
        .platform
        .id_token(&request, NOW)
        .header("kid", old.id())
        .signed_by(&old)
        .sign();
    assert_eq!(
        code(&browser.launch(&request, &token).await),
        "token_rejected"
    );
    assert_eq!(
        app.platform.fetches(),
        2,
        "an unknown key id fetches at most once in ten seconds"
    );
}
