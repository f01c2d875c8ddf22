//! Key sets as platforms publish them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tower_lti::{
    error::LtiErrorKind,
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    registration::{Endpoint, Registration, Registrations},
    testing::{IdToken, Platform, SigningKey},
};

use super::lms::kind;
use crate::app::App;

/// What is published under each address, and which addresses were asked for.
#[derive(Clone, Debug, Default)]
struct Published {
    sets: Arc<Mutex<HashMap<String, String>>>,
    asked_for: Arc<Mutex<Vec<String>>>,
}

impl Published {
    fn put(&self, url: &str, keys: &[Value]) {
        let set = json!({ "keys": keys }).to_string();
        self.sets.lock().unwrap().insert(url.to_owned(), set);
    }

    fn asked_for(&self) -> Vec<String> {
        self.asked_for.lock().unwrap().clone()
    }
}

impl FetchKeySet for Published {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.asked_for.lock().unwrap().push(url.as_str().to_owned());
        let set = self.sets.lock().unwrap().get(url.as_str()).cloned();
        let set = set.ok_or_else(|| FetchError::invalid("status 404"))?;
        // A day is what one platform says that changes its keys every hour.
        Ok(FetchedKeySet::new(set).max_age(Some(Duration::from_secs(86_400))))
    }
}

/// A tool at one platform that publishes its keys at `url`.
fn app(issuer: &str, client_id: &str, url: &str) -> (App, Published) {
    let published = Published::default();
    let registration = Registration::builder(issuer, client_id)
        .authorization_endpoint(format!("{issuer}/auth"))
        .jwks_url(url)
        .build()
        .unwrap();
    let mut app = App::with(|builder| {
        builder
            .registrations(Registrations::new([registration]).unwrap())
            .key_sets(published.clone())
    });
    app.platform = Platform::new(issuer, client_id);
    (app, published)
}

const URL: &str = "https://lms.test/keys";

fn plain() -> (App, Published) {
    app("https://lms.test", "tool-1", URL)
}

async fn launch(
    app: &App,
    platform: &Platform,
    sign: impl FnOnce(IdToken) -> String,
) -> Result<(), LtiErrorKind> {
    let mut browser = app.browser();
    let request = browser.log_in(platform).await.unwrap();
    let token = sign(platform.id_token(&request, app.clock.unix()));
    let answer = browser.launch(&request, &token).await;
    kind(&answer).map_or(Ok(()), Err)
}

async fn signed_by(app: &App, key: &SigningKey) -> Result<(), LtiErrorKind> {
    app.platform.use_key(key.clone());
    launch(app, &app.platform, |token| token.sign()).await
}

// PLAT-J1: last month's, this month's and next month's key of Canvas
#[tokio::test]
async fn of_several_keys_the_one_that_the_token_names_is_used() {
    let (app, published) = plain();
    let keys = [
        SigningKey::shared(0, "2026-09-01T00:00:07Z_1a"),
        SigningKey::shared(1, "2026-10-01T00:00:07Z_2b"),
        SigningKey::shared(2, "2026-11-01T00:00:07Z_3c"),
    ];
    published.put(URL, &keys.each_ref().map(SigningKey::jwk));
    for key in &keys {
        assert_eq!(signed_by(&app, key).await, Ok(()), "{}", key.id());
    }
    assert_eq!(published.asked_for().len(), 1);
    let crossed = launch(&app, &app.platform, |token| {
        token.signed_by(&keys[0]).sign()
    })
    .await;
    assert_eq!(crossed, Err(LtiErrorKind::SignatureWrong));
}

// PLAT-J2
#[tokio::test]
async fn a_key_of_brightspace_names_no_algorithm_and_is_good_for_rs256() {
    let (app, published) = plain();
    let key = SigningKey::shared(0, "5c4b3a29-1807-4f6e-9d5c-4b3a29180706");
    let mut jwk = key.jwk();
    jwk.as_object_mut().unwrap().remove("alg");
    published.put(URL, &[jwk]);
    assert_eq!(signed_by(&app, &key).await, Ok(()));
}

// PLAT-J4: one issuer, and an address of its own for each client's keys
#[tokio::test]
async fn keys_are_kept_for_each_address_and_not_for_each_issuer() {
    let at = |client_id: &str| format!("https://developer.blackboard.test/{client_id}/jwks.json");
    let published = Published::default();
    let clients =
        ["d3000000-44", "d3000000-45"].map(|id| Platform::new("https://blackboard.com", id));
    let keys = [0, 1].map(|number| SigningKey::shared(number, clients[number].client_id()));
    let mut registrations = Registrations::default();
    for (client, key) in clients.iter().zip(&keys) {
        client.use_key(key.clone());
        published.put(&at(client.client_id()), &[key.jwk()]);
        let registration = Registration::builder(client.issuer(), client.client_id())
            .authorization_endpoint("https://developer.blackboard.test/oidcauth")
            .jwks_url(at(client.client_id()));
        registrations.add(registration.build().unwrap()).unwrap();
    }
    let app = App::with(|builder| {
        builder
            .registrations(registrations)
            .key_sets(published.clone())
    });
    for (client, other) in [(0, 1), (1, 0)] {
        assert_eq!(
            launch(&app, &clients[client], |token| token.sign()).await,
            Ok(())
        );
        let theirs = |token: IdToken| {
            token
                .header("kid", keys[other].id())
                .signed_by(&keys[other])
                .sign()
        };
        let refused = launch(&app, &clients[client], theirs).await;
        assert_eq!(refused, Err(LtiErrorKind::KeyUnknown));
    }
}

// PLAT-J5
#[tokio::test]
async fn keys_may_lie_at_another_host_than_the_issuer() {
    let url = "https://lti-service.svc.schoology.com/lti-service/.well-known/jwks";
    let (app, published) = app("https://schoology.schoology.com", "811203", url);
    let key = SigningKey::shared(0, "sgy-1");
    published.put(url, &[key.jwk()]);
    assert_eq!(signed_by(&app, &key).await, Ok(()));
    assert_eq!(published.asked_for(), [url]);
}

// PLAT-J6: the single key of Moodle
#[tokio::test]
async fn a_key_that_never_changes_stays_good() {
    let url = "https://school.test/mod/lti/certs.php";
    let (app, published) = app("https://school.test", "b8Kq2Zr5Tw9Lm3N", url);
    let key = SigningKey::shared(0, "a3f09b7c1e5d2846f0b1");
    published.put(url, &[key.jwk()]);
    for _ in 0..30 {
        assert_eq!(signed_by(&app, &key).await, Ok(()));
        app.clock.advance(Duration::from_secs(86_400));
    }
}

// PLAT-J7: a new key every hour, and word that the old set is good for a day
#[tokio::test]
async fn a_key_that_came_meanwhile_is_looked_for() {
    let (app, published) = plain();
    for hour in 0..12 {
        let key = SigningKey::shared(hour % 4, &format!("hour-{hour}"));
        published.put(URL, &[key.jwk()]);
        assert_eq!(signed_by(&app, &key).await, Ok(()), "hour {hour}");
        app.clock.advance(Duration::from_secs(3_600));
    }
    assert_eq!(published.asked_for().len(), 12);
}

// PLAT-J8
#[tokio::test]
async fn keys_of_other_kinds_do_not_spoil_the_good_ones() {
    let (app, published) = plain();
    let key = SigningKey::shared(0, "good");
    let mut numbered = key.jwk();
    numbered["kid"] = json!(5);
    let mut hollow = key.jwk();
    hollow.as_object_mut().unwrap().remove("n");
    published.put(
        URL,
        &[
            json!({"kty": "AKP", "kid": "pq-1", "alg": "ML-DSA-65", "pub": "AAAA"}),
            json!({"kty": "EC", "crv": "secp256k1", "kid": "coin", "x": "AAAA", "y": "AAAA"}),
            numbered,
            hollow,
            key.jwk(),
        ],
    );
    assert_eq!(signed_by(&app, &key).await, Ok(()));
}

// PLAT-J9
#[tokio::test]
async fn a_hostile_header_gets_nobody_in_and_leads_nowhere() {
    let secret = b"0123456789abcdef0123456789abcdef";
    let stranger = SigningKey::shared(1, "k1");
    let theirs = "https://evil.test/keys";
    let not_allowed = LtiErrorKind::AlgorithmNotAllowed;
    type Sign = Box<dyn Fn(IdToken) -> String>;
    let header = |name: &'static str, value: Value| -> Sign {
        Box::new(move |token| token.header(name, value.clone()).sign())
    };
    let strange = |name: &'static str, value: Value| -> Sign {
        let stranger = stranger.clone();
        Box::new(move |token| {
            token
                .header(name, value.clone())
                .signed_by(&stranger)
                .sign()
        })
    };
    let hmac: Sign = Box::new(|token| token.header("alg", "HS256").sign_with_hmac(secret));
    let oct: Sign = Box::new(|token| token.header("kid", "oct-1").sign());
    let cases: [(&str, Sign, LtiErrorKind); 11] = [
        ("HS256", hmac, not_allowed),
        ("a symmetric key's id", oct, LtiErrorKind::KeyUnknown),
        ("none", header("alg", json!("none")), not_allowed),
        ("RS512", header("alg", json!("RS512")), not_allowed),
        ("PS256", header("alg", json!("PS256")), not_allowed),
        (
            "jku",
            strange("jku", json!(theirs)),
            LtiErrorKind::SignatureWrong,
        ),
        (
            "x5u",
            strange("x5u", json!(theirs)),
            LtiErrorKind::SignatureWrong,
        ),
        (
            "jwk",
            strange("jwk", stranger.jwk()),
            LtiErrorKind::SignatureWrong,
        ),
        (
            "crit",
            header("crit", json!(["x"])),
            LtiErrorKind::CriticalHeader,
        ),
        (
            "typ",
            header("typ", json!("at+jwt")),
            LtiErrorKind::TokenType,
        ),
        (
            "another key",
            strange("x", json!(1)),
            LtiErrorKind::SignatureWrong,
        ),
    ];
    let (app, published) = plain();
    let oct = json!({"kty": "oct", "kid": "oct-1", "alg": "HS256", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"});
    let mut same = oct.clone();
    same["kid"] = json!("k1");
    published.put(URL, &[oct, same, app.platform.key().jwk()]);
    published.put(theirs, &[stranger.jwk()]);
    for (what, sign, refusal) in cases {
        assert_eq!(
            launch(&app, &app.platform, sign).await,
            Err(refusal),
            "{what}"
        );
    }
    assert!(published.asked_for().iter().all(|url| url == URL));
    assert_eq!((app.calls(), app.store.nonce_count()), (0, 0));
    assert_eq!(
        launch(&app, &app.platform, |token| token.sign()).await,
        Ok(())
    );
}
