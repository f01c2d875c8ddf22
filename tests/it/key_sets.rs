//! Key servers in trouble, as a launch sees them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::header;
use serde_json::json;
use tower_lti::{
    key_set::{FetchError, FetchKeySet, FetchedKeySet, Fetching},
    testing::{Platform, SigningKey},
};

use crate::app::{App, NOW, code};

/// A key server that answers as it is told.
#[derive(Clone, Debug)]
struct Server {
    platform: Platform,
    mood: Arc<AtomicUsize>,
}

const DOWN: usize = 0;
const SILENT: usize = 1;
const PAGE: usize = 2;
const EMPTY: usize = 3;
const WELL: usize = 4;

impl FetchKeySet for Server {
    fn fetch<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            match self.mood.load(Ordering::SeqCst) {
                DOWN => Err(FetchError::unreachable("refused")),
                SILENT => std::future::pending().await,
                PAGE => Ok(FetchedKeySet::new("<!doctype html><p>Sign in</p>")),
                EMPTY => Ok(FetchedKeySet::new(r#"{"keys":[]}"#)),
                _ => Ok(FetchedKeySet::new(self.platform.jwks_json())),
            }
        })
    }
}

// LAUNCH-44, W12, W13, X47, X49, X50: refused honestly, and the same post gets in afterwards
#[tokio::test(start_paused = true)]
async fn a_key_server_in_trouble_refuses_the_launch_and_uses_up_nothing() {
    for (mood, status, slug) in [
        (DOWN, 503, "jwks_unavailable"),
        (SILENT, 503, "jwks_unavailable"),
        (PAGE, 502, "jwks_invalid"),
        (EMPTY, 502, "jwks_invalid"),
    ] {
        let server = Server {
            platform: Platform::new("https://lms.test", "tool-1"),
            mood: Arc::new(AtomicUsize::new(mood)),
        };
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

// LAUNCH-40, K05, K07, J2, W15, W19: a key is used for what it was published for, and for nothing else
#[tokio::test]
async fn a_key_must_fit_the_token() {
    let jwk = SigningKey::shared(0, "k1").jwk();
    let with = |name: &str, value: serde_json::Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        jwk
    };
    let without = |names: &[&str]| {
        let mut jwk = jwk.clone();
        for name in names {
            jwk.as_object_mut().unwrap().remove(*name);
        }
        jwk
    };
    for (what, jwk, status) in [
        ("as it is", jwk.clone(), 200),
        ("no alg and no use", without(&["alg", "use"]), 200),
        ("for verifying", with("key_ops", json!(["verify"])), 200),
        ("for another algorithm", with("alg", json!("RS512")), 401),
        ("for encryption", with("use", json!("enc")), 401),
        ("for signing", with("key_ops", json!(["sign"])), 401),
        ("of another type", with("kty", json!("oct")), 401),
        ("without a modulus", without(&["n"]), 401),
    ] {
        let other = SigningKey::shared(1, "k2").jwk();
        let set = json!({"keys": [null, {"kty": "AKP", "kid": "x"}, jwk, other]}).to_string();
        let keys = tower_lti::key_set::KeySet::parse(set.as_bytes()).unwrap();
        let registration =
            tower_lti::registration::Registration::builder("https://lms.test", "tool-1")
                .auth_login_url("https://lms.test/auth")
                .key_set(keys)
                .build()
                .unwrap();
        let app = App::with(|builder| {
            builder
                .registrations(tower_lti::registration::Registrations::new([registration]).unwrap())
        });
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        assert_eq!(
            browser.launch(&request, &token).await.status(),
            status,
            "{what}"
        );
    }
}
