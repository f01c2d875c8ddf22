//! W: the servers that platforms publish their keys on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tower_lti::{
    LtiError,
    error::LtiErrorKind::{self, KeySetInvalid, KeySetUnavailable, KeyUnknown},
    key_set::{FetchError, FetchKeySet, FetchedKeySet, HttpsKeySets},
    registration::{Endpoint, Registration, RegistrationError, Registrations},
    testing::{Platform, SigningKey},
    tool::LtiToolBuilder,
};

use super::{World, self_signed};
use crate::{
    app::{App, NOW},
    outbound::contract::asks_no_proxy,
};

fn kind(answer: &http::Response<bytes::Bytes>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

// LAUNCH-44, W01, J07
#[tokio::test]
async fn unknown_key_ids_make_one_fetch_in_ten_seconds_and_keep_nobody_out() {
    let world = World::new().await;
    let (mut unknown, mut known) = (0, 0);
    for number in 0..10_000_u64 {
        let good = world.good_launch().await;
        let age = number * 6 / 1_000;
        if number % 500 == 0 {
            let token = good.token.clone().claim("iat", NOW + age).sign();
            let answer = world.send(good.post(good.form(&token))).await;
            assert_eq!(answer.status(), 200, "{number}");
            known += 1;
        } else {
            let kid = format!("random-{number}");
            let token = good
                .token
                .clone()
                .header("kid", kid)
                .with_signature(b"junk");
            let answer = world.send(good.post(good.form(&token))).await;
            assert_eq!(kind(&answer), Some(KeyUnknown), "{number}");
            unknown += 1;
        }
        world.app.clock.advance(Duration::from_millis(6));
    }
    assert_eq!((unknown, known, world.app.calls()), (9_980, 20, 20));
    let fetches = world.app.platform.fetches();
    assert!(fetches <= 7, "{fetches} fetches in 60 seconds");
}

// LAUNCH-44, W03
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_cold_launches_make_one_fetch() {
    let app = App::new();
    let mut ready = Vec::new();
    for _ in 0..200 {
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        ready.push((browser, request, token));
    }
    let launches = ready.into_iter().map(|(mut browser, request, token)| {
        tokio::spawn(async move { browser.launch(&request, &token).await.status() })
    });
    for status in join_all(launches).await {
        assert_eq!(status.unwrap(), 200);
    }
    assert_eq!(app.platform.fetches(), 1);
}

/// Answers for one platform, and never for the other.
#[derive(Debug)]
struct OneHangs(Platform);

impl FetchKeySet for OneHangs {
    async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        if url.as_str().contains("other.test") {
            std::future::pending().await
        } else {
            self.0.fetch(url).await
        }
    }
}

// LAUNCH-44, W04, W12
#[tokio::test(start_paused = true)]
async fn a_platform_that_hangs_keeps_no_other_waiting() {
    let lms = Platform::new("https://lms.test", "tool-1");
    let world = World::with(|builder| builder.key_sets(OneHangs(lms))).await;
    let mut browser = world.app.browser();
    let hanging = world.good_launch_of(&mut browser, &world.third).await;
    let started = tokio::time::Instant::now();
    let (answer, ()) = tokio::join!(world.send(hanging.launch()), async {
        for _ in 0..20 {
            let good = world.good_launch().await;
            assert_eq!(world.send(good.launch()).await.status(), 200);
        }
        assert_eq!(started.elapsed(), Duration::ZERO, "nobody waits");
    });
    assert_eq!(
        (answer.status().as_u16(), kind(&answer)),
        (503, Some(KeySetUnavailable))
    );
    assert!(started.elapsed() <= Duration::from_secs(5));
}

// MODEL-10, MODEL-13, LAUNCH-43, W06
#[test]
fn an_endpoint_that_is_not_plainly_https_is_refused_when_it_is_registered() {
    for url in [
        "http://lms.test/x",
        "ftp://lms.test/x",
        "https://user@lms.test/x",
        "https://user:word@lms.test/x",
        "https://lms.test/x#part",
        "//lms.test/x",
        "/x",
        "javascript:alert(1)",
        "",
    ] {
        let good = "https://lms.test/x";
        for (auth, jwks) in [(url, good), (good, url)] {
            let built: Result<_, RegistrationError> = Registration::builder("i", "c")
                .authorization_endpoint(auth)
                .jwks_url(jwks)
                .build();
            assert!(built.is_err(), "{auth:?} {jwks:?}");
        }
    }
}

/// Registers one platform with its keys at this address.
fn keys_at(jwks_url: &str, fetcher: HttpsKeySets) -> impl FnOnce(LtiToolBuilder) -> LtiToolBuilder {
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url(jwks_url)
        .build()
        .unwrap();
    |builder| {
        builder
            .registrations(Registrations::new([registration]).unwrap())
            .launch_url("http://127.0.0.1/lti/launch")
            .insecure_allow_loopback_http()
            .key_sets(fetcher)
    }
}

async fn launch_with_keys_at(url: &str, fetcher: HttpsKeySets) -> Option<LtiErrorKind> {
    let world = World::with(keys_at(url, fetcher)).await;
    let good = world.good_launch().await;
    let answer = world.send(good.launch()).await;
    let kind = kind(&answer);
    if let Some(kind) = kind {
        world.assert_refused(url, &good, &answer, kind);
    }
    kind
}

// W07
#[tokio::test]
async fn a_private_address_is_refused_however_it_is_spelt() {
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "[::1]",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12::1]",
        "100.64.0.1",
        "0.0.0.0",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "localhost",
        "LOCALHOST",
    ] {
        let url = format!("https://{host}:1/jwks");
        let seen = launch_with_keys_at(&url, HttpsKeySets::new()).await;
        assert_eq!(seen, Some(KeySetInvalid), "{host}");
    }
}

// N29: what is not global unicast, what carries another address inside, and metadata services
#[tokio::test]
async fn an_address_that_is_not_global_unicast_is_refused() {
    for host in [
        "[::ffff:0:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[100::1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::1]",
        "[2001::1]",
        "[2001:20::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[3fff::1]",
        "[4000::1]",
        "[5f00::1]",
        "[fd00:ec2::254]",
        "[fec0::1]",
        "[ff02::1]",
        "168.63.129.16",
        "100.100.100.200",
        "169.254.170.2",
        "192.0.0.192",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "metadata.google.internal",
        "METADATA.google.internal.",
    ] {
        let url = format!("https://{host}:1/jwks");
        let seen = launch_with_keys_at(&url, HttpsKeySets::new()).await;
        assert_eq!(seen, Some(KeySetInvalid), "{host}");
    }
    for host in [
        "168.63.129.16",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "metadata.google.internal",
    ] {
        let url = format!("https://{host}:1/jwks");
        let seen = launch_with_keys_at(&url, local().insecure_allow_private_networks()).await;
        assert_eq!(seen, Some(KeySetInvalid), "{host}");
    }
}

/// A key server that sends these bytes, with a pause between them or none, and counts who comes.
async fn server(pieces: Vec<Vec<u8>>, pause: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let came = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let pieces = pieces.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4_096]).await;
                let mut beat = tokio::time::interval(pause.max(Duration::from_nanos(1)));
                for piece in pieces {
                    if !pause.is_zero() {
                        beat.tick().await;
                    }
                    if stream.write_all(&piece).await.is_err() {
                        return;
                    }
                }
                let _ = stream.shutdown().await;
            });
        }
    });
    (url, came)
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

fn local() -> HttpsKeySets {
    HttpsKeySets::new().insecure_allow_loopback_http()
}

// W05, W10, W13
#[tokio::test]
async fn an_answer_that_is_no_key_set_is_refused_and_no_redirect_followed() {
    let keys = json!({"keys": [SigningKey::shared(0, "k1").jwk()]}).to_string();
    let good = answer("200 OK", "", keys.as_bytes());
    let (elsewhere, came) = server(vec![good.clone()], Duration::ZERO).await;
    let huge = vec![b' '; 100 * 1024 * 1024];
    let length = format!("Content-Length: {}\r\n", huge.len());
    for (what, reply, outcome) in [
        ("the keys", good, None),
        (
            "W05 a redirect",
            answer("302 Found", &format!("Location: {elsewhere}\r\n"), b""),
            Some(KeySetInvalid),
        ),
        (
            "W05 a lasting redirect",
            answer(
                "308 Permanent Redirect",
                &format!("Location: {elsewhere}\r\n"),
                b"",
            ),
            Some(KeySetInvalid),
        ),
        ("W10 huge", answer("200 OK", "", &huge), Some(KeySetInvalid)),
        (
            "W10 huge and announced",
            answer("200 OK", &length, &huge),
            Some(KeySetInvalid),
        ),
        (
            "W10 packed",
            answer("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00"),
            Some(KeySetInvalid),
        ),
        (
            "W13 a page",
            answer(
                "200 OK",
                "Content-Type: text/html\r\n",
                b"<!doctype html>Sign in",
            ),
            Some(KeySetInvalid),
        ),
        (
            "W13 no keys",
            answer("200 OK", "", b"{\"keys\":[]}"),
            Some(KeySetInvalid),
        ),
        (
            "W13 nothing",
            answer("200 OK", "", b""),
            Some(KeySetInvalid),
        ),
        (
            "W13 not found",
            answer("404 Not Found", "", b""),
            Some(KeySetInvalid),
        ),
    ] {
        let (url, _) = server(vec![reply], Duration::ZERO).await;
        assert_eq!(launch_with_keys_at(&url, local()).await, outcome, "{what}");
    }
    assert_eq!(came.load(Ordering::SeqCst), 0, "a redirect was followed");
}

// W12, X49, X57
#[tokio::test]
async fn a_server_that_drips_or_stalls_is_given_up_after_five_seconds() {
    let drip = answer("200 OK", "Content-Length: 900\r\n", b"").into_iter();
    let drip: Vec<Vec<u8>> = drip.chain([b' '; 900]).map(|byte| vec![byte]).collect();
    let second = Duration::from_secs(1);
    let (dripping, _) = server(drip, second).await;
    let head = answer("200 OK", "Content-Length: 900\r\n", b"");
    let (stalling, _) = server(vec![head, Vec::new()], second * 60).await;
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let handshake = format!("https://{}/jwks", mute.local_addr().unwrap());
    let started = std::time::Instant::now();
    let fetcher = || local().insecure_allow_private_networks();
    let seen = tokio::join!(
        launch_with_keys_at(&dripping, fetcher()),
        launch_with_keys_at(&stalling, fetcher()),
        launch_with_keys_at(&handshake, fetcher()),
    );
    let unavailable = Some(KeySetUnavailable);
    assert_eq!(seen, (unavailable, unavailable, unavailable));
    assert!(started.elapsed() < Duration::from_millis(5_900));
}

// W20
#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let acceptor = self_signed::acceptor();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let finished = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&finished);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if acceptor.accept(stream).await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("https://{host}:{port}/jwks");
        let seen = launch_with_keys_at(&url, local().insecure_allow_private_networks()).await;
        assert_eq!(seen, Some(KeySetUnavailable), "{host}");
    }
    assert_eq!(
        finished.load(Ordering::SeqCst),
        0,
        "a handshake was finished"
    );
}

// W18: run by the next test in an environment that names a proxy
#[tokio::test]
async fn keys_come_from_their_own_server() {
    let keys = json!({"keys": [SigningKey::shared(0, "k1").jwk()]}).to_string();
    let (url, came) = server(vec![answer("200 OK", "", keys.as_bytes())], Duration::ZERO).await;
    assert_eq!(launch_with_keys_at(&url, local()).await, None);
    assert_eq!(came.load(Ordering::SeqCst), 1);
}

// W18
#[test]
fn a_proxy_in_the_environment_is_not_asked() {
    asks_no_proxy("attacks::hostile_key_servers::keys_come_from_their_own_server");
}

/// What the platform's key server does at the moment.
#[derive(Clone, Debug)]
struct Moody {
    platform: Platform,
    body: Arc<std::sync::Mutex<Option<String>>>,
    max_age: Option<Duration>,
    fetches: Arc<AtomicUsize>,
}

impl FetchKeySet for Moody {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let body = self.body.lock().unwrap().clone();
        match body.as_deref() {
            None => Ok(FetchedKeySet::new(self.platform.jwks_json()).max_age(self.max_age)),
            Some("down") => Err(FetchError::unreachable("refused")),
            Some(body) => Ok(FetchedKeySet::new(body.to_owned())),
        }
    }
}

async fn with_moody(max_age: Option<u64>) -> (World, Moody) {
    let moody = Moody {
        platform: Platform::new("https://lms.test", "tool-1"),
        body: Arc::default(),
        max_age: max_age.map(Duration::from_secs),
        fetches: Arc::default(),
    };
    let fetcher = moody.clone();
    (
        World::with(|builder| builder.key_sets(fetcher)).await,
        moody,
    )
}

async fn launched_at(world: &World, second: u64) -> u16 {
    let good = world.good_launch().await;
    let token = good.token.claim("iat", second).claim("exp", second + 300);
    let form = good.request.state().to_owned();
    let form = super::fields(&[("id_token", &token.sign()), ("state", &form)]);
    let cookie = good.cookie.clone();
    let post = http::Request::post("/lti/launch")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .header("cookie", cookie)
        .body(http_body_util::Full::from(form))
        .unwrap();
    world.send(post).await.status().as_u16()
}

// W15, W17
#[tokio::test]
async fn an_odd_key_beside_the_good_one_does_no_harm_and_a_published_secret_is_told_of() {
    let (world, moody) = with_moody(None).await;
    let mut good = SigningKey::shared(0, "k1").jwk();
    good["d"] = json!("canary-custom");
    let good = good.to_string();
    let odd = r#"null, 7, "x", [], {}, {"kty":"AKP","kid":"k1"}, {"kty":"OKP","crv":"X448","kid":"k1"},
        {"kty":"RSA","kid":"k1"}, {"kty":"RSA","kid":5}, {"kty":"RSA","kid":"k1","kid":"k1"},
        {"kty":"RSA","kid":"k1","alg":"RSA-OAEP","n":"AQAB","e":"AQAB"}"#;
    let body = format!("{{\"keys\": [{odd}, {good}, {odd}], \"more\": 1}}");
    *moody.body.lock().unwrap() = Some(body);
    assert_eq!(launched_at(&world, NOW).await, 200);
    let logged = world.log.text();
    assert!(logged.contains("private members"), "{logged}");
    assert!(!logged.contains("canary-custom"));
}

// W15: which of the two is meant, nobody can tell
#[tokio::test]
async fn a_key_with_a_member_twice_is_none() {
    let (world, moody) = with_moody(None).await;
    let twice = SigningKey::shared(0, "k1").jwk().to_string();
    let twice = twice.replacen('{', "{\"kid\":\"k0\",", 1);
    let other = SigningKey::shared(1, "k2").jwk();
    *moody.body.lock().unwrap() = Some(format!("{{\"keys\": [{twice}, {other}]}}"));
    assert_eq!(launched_at(&world, NOW).await, 401);
}

// LAUNCH-44, W13, X46, X50
#[tokio::test]
async fn the_last_good_keys_stay_while_the_server_answers_nonsense() {
    let (world, moody) = with_moody(None).await;
    assert_eq!(launched_at(&world, NOW).await, 200);
    for mood in ["<!doctype html>", "{\"keys\":[]}", "{\"keys\":", "down"] {
        *moody.body.lock().unwrap() = Some(mood.to_owned());
        world.app.clock.advance(Duration::from_secs(3_600));
        let now = world.app.clock.unix();
        assert_eq!(launched_at(&world, now).await, 200, "{mood}");
    }
    world.app.clock.advance(Duration::from_secs(24 * 3_600));
    let now = world.app.clock.unix();
    assert!(
        [502, 503].contains(&launched_at(&world, now).await),
        "for a day"
    );
}

// LAUNCH-44, W21
#[tokio::test]
async fn what_a_server_says_of_freshness_is_held_between_a_minute_and_a_day() {
    for (max_age, kept, gone) in [
        (Some(u64::MAX / 2), 23 * 3_600, 25 * 3_600),
        (Some(0), 20, 200),
        (None, 20, 25 * 3_600),
    ] {
        let (world, moody) = with_moody(max_age).await;
        let fetches = || moody.fetches.load(Ordering::SeqCst);
        for second in [0, kept] {
            world.app.clock.advance(Duration::from_secs(second));
            let now = world.app.clock.unix();
            assert_eq!(launched_at(&world, now).await, 200);
        }
        let before = fetches();
        world.app.clock.advance(Duration::from_secs(gone - kept));
        let now = world.app.clock.unix();
        assert_eq!(launched_at(&world, now).await, 200);
        tokio::task::yield_now().await;
        assert!(fetches() > before, "{max_age:?}: fetched anew");
        assert!(before <= 2, "{max_age:?}: {before} fetches");
    }
}
