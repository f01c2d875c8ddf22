//! Key sets at their limits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tower_lti::{
    key_set::{
        FetchError, FetchKeySet, FetchedKeySet, HttpsKeySets, KeySet, KeySetError,
        SignatureAlgorithm,
    },
    registration::Endpoint,
    testing::{IdToken, Platform, SigningKey},
};

use crate::app::App;

use super::*;

fn key_set(rows: &[Value]) -> Result<KeySet, KeySetError> {
    KeySet::parse(json!({ "keys": rows }).to_string().as_bytes())
}

#[test]
fn a_key_set_is_read_up_to_its_limits() {
    let good = SigningKey::shared(0, "k1").jwk();
    let text = json!({"keys": [good]}).to_string();
    let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
    assert!(KeySet::parse(padded(512 * 1024).as_bytes()).is_ok());
    let large = KeySet::parse(padded(512 * 1024 + 1).as_bytes());
    assert_eq!(large.unwrap_err(), KeySetError::TooLarge);

    for (before, usable) in [(99, true), (100, false)] {
        let mut rows = vec![Value::Null; before];
        rows.push(good.clone());
        assert_eq!(key_set(&rows).is_ok(), usable, "{before}");
    }
    let twice = text.replacen('{', "{\"keys\":[],", 1);
    let twice = KeySet::parse(twice.as_bytes());
    assert_eq!(twice.unwrap_err(), KeySetError::NotAKeySet);
}

#[tokio::test]
async fn a_signature_is_tried_with_four_keys_of_its_id() {
    let wrong = SigningKey::generate_p256("k1").jwk();
    let key = SigningKey::generate_p256("k1");
    for (before, status) in [(3, 200), (4, 401)] {
        let mut rows = vec![wrong.clone(); before];
        rows.push(key.jwk());
        let keys = key_set(&rows).unwrap();
        let app = app_with(|builder| {
            let builder = builder.key_set(keys);
            builder.algorithms([SignatureAlgorithm::Es256])
        });
        app.platform.use_key(key.clone());
        assert_eq!(launch(&app, |token| token).await.0, status, "{before}");
    }
}

#[test]
fn keys_of_odd_sizes_are_left_out() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let rsa = SigningKey::shared(0, "k1").jwk();
    let curve = SigningKey::generate_p256("k1").jwk();
    let bytes =
        |row: &Value, name: &str| URL_SAFE_NO_PAD.decode(row[name].as_str().unwrap()).unwrap();
    let with = |row: &Value, name: &str, value: &[u8]| {
        let mut row = row.clone();
        row[name] = URL_SAFE_NO_PAD.encode(value).into();
        row
    };
    // The same point, cut in another place.
    let point = [bytes(&curve, "x"), bytes(&curve, "y")].concat();
    let moved = with(&with(&curve, "x", &point[..31]), "y", &point[31..]);
    let mut halved = bytes(&rsa, "n");
    halved.truncate(255);
    *halved.last_mut().unwrap() |= 1;
    let mut small = bytes(&rsa, "n");
    small[0] &= 0x7f;
    small[0] |= 0x40;
    for (what, row, usable) in [
        ("as it is", rsa.clone(), true),
        ("2047 bits", with(&rsa, "n", &small), false),
        ("2040 bits", with(&rsa, "n", &halved), false),
        (
            "an exponent of five bytes",
            with(&rsa, "e", &[1, 0, 0, 0, 1]),
            false,
        ),
        ("the exponent one", with(&rsa, "e", &[1]), false),
        ("an even exponent", with(&rsa, "e", &[1, 0, 0]), false),
        ("a point as it is", curve.clone(), true),
        ("a point cut elsewhere", moved, false),
        ("an empty key id", with(&curve, "kid", b""), false),
    ] {
        assert_eq!(key_set(&[row]).is_ok(), usable, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_server_that_says_nothing_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let fetcher = HttpsKeySets::new().insecure_allow_loopback_http();

    let fetched = tokio::time::timeout(
        Duration::from_secs(60),
        fetcher.fetch(&url.parse().unwrap()),
    )
    .await;

    assert!(fetched.expect("it is given up by itself").is_err());
}

// N31
#[tokio::test]
async fn a_wrong_signature_has_the_key_set_fetched_anew_once_in_ten_seconds() {
    let app = App::new();
    for (after, fetches) in [(0, 1), (0, 2), (0, 2), (9, 2), (1, 3), (0, 3)] {
        app.clock.advance(Duration::from_secs(after));
        let wrong = |token: IdToken| token.signed_by(&SigningKey::shared(1, "k1"));
        assert_eq!(launch(&app, wrong).await.0, 401);
        assert_eq!(app.platform.fetches(), fetches, "{after}");
        assert_eq!(launch(&app, |token| token).await.0, 200);
    }
}

/// Keys that can be fetched once, and then no more.
#[derive(Debug)]
struct Once {
    keys: String,
    fetches: Arc<AtomicUsize>,
}

impl FetchKeySet for Once {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        let before = self.fetches.fetch_add(1, Ordering::SeqCst);
        match before {
            0 => Ok(FetchedKeySet::new(self.keys.clone())),
            _ => Err(FetchError::unreachable("down")),
        }
    }
}

#[tokio::test]
async fn an_ageing_key_set_is_not_asked_for_again_right_after_a_failure() {
    let fetches = Arc::<AtomicUsize>::default();
    let once = Once {
        keys: Platform::new("https://lms.test", "tool-1").jwks_json(),
        fetches: Arc::clone(&fetches),
    };
    let app = App::with(|builder| builder.key_sets(once));
    assert_eq!(launch(&app, |token| token).await.0, 200);
    // An hour is how long a set is fresh where nothing is said.
    app.clock.advance(Duration::from_secs(50 * 60));
    let now = app.clock.unix();
    for _ in 0..4 {
        let again = |token: IdToken| token.claim("iat", now).claim("exp", now + 300);
        assert_eq!(launch(&app, again).await.0, 200);
        tokio::task::yield_now().await;
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
}

#[test]
fn a_key_server_is_asked_over_http_or_https_only() {
    let refused = "ftp://localhost/jwks".parse::<Endpoint>().unwrap_err();
    assert_eq!(
        refused.to_string(),
        "\"ftp://localhost/jwks\" must be an https URL"
    );
}

#[tokio::test]
async fn a_key_servers_answer_is_read_up_to_512_kib() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for (length, good) in [(512 * 1024, true), (512 * 1024 + 1, false)] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(length));
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        });

        let fetched = HttpsKeySets::new()
            .insecure_allow_loopback_http()
            .fetch(&url.parse().unwrap())
            .await;

        assert_eq!(fetched.is_ok(), good, "{length}: {fetched:?}");
        server.await.unwrap();
    }
}
