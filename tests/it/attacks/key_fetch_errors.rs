//! What an operator reads when a platform's keys cannot be had.

use std::{error::Error, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tower_lti::{
    LtiError,
    error::LtiErrorKind::{self, KeySetInvalid, KeySetUnavailable},
    key_set::{FetchError, FetchKeySet, FetchedKeySet, HttpsKeySets, KeySetError},
    registration::{Endpoint, Registration, Registrations},
    testing::{IdToken, SigningKey},
};

use super::{World, self_signed};

/// What stands in the query of every URL here, and nowhere else.
const SECRET: &str = "canary-apikey";

async fn world(url: &str, fetcher: impl FetchKeySet) -> World {
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url(format!("{url}?apikey={SECRET}"))
        .build()
        .unwrap();
    World::with(|builder| {
        builder
            .registrations(Registrations::new([registration]).unwrap())
            .launch_url("http://127.0.0.1/lti/launch")
            .insecure_allow_loopback_http()
            .key_sets(fetcher)
    })
    .await
}

/// Launches, and gives back the refusal with the log lines about it.
async fn refused(
    world: &World,
    change: impl FnOnce(IdToken) -> IdToken,
) -> (LtiError, Vec<String>) {
    let good = world.good_launch().await;
    let before = world.log.text().len();
    let token = change(good.token.clone()).sign();
    let answer = world.send(good.post(good.form(&token))).await;
    let error = answer.extensions().get::<LtiError>().unwrap().clone();
    let logged = world.log.text()[before..].to_owned();
    assert!(!logged.contains(SECRET), "{logged}");
    assert!(!format!("{error:?} {}", chain(&error)).contains(SECRET));
    let page = String::from_utf8_lossy(answer.body());
    let about = [SECRET, "lms.test", "refused", "certificate", "address"];
    assert!(about.iter().all(|word| !page.contains(word)), "{page}");
    let lines = logged.lines().filter(|line| line.contains("code=\"jwks_"));
    (error, lines.map(str::to_owned).collect())
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text += &format!(": {error}");
        next = error.source();
    }
    text
}

fn finds<E: Error + 'static>(error: &LtiError) -> bool {
    let mut next = error.source();
    while let Some(error) = next {
        if error.is::<E>() {
            return true;
        }
        next = error.source();
    }
    false
}

async fn answering(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4_096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    url
}

/// A server with a certificate of its own making.
async fn self_signed_server() -> String {
    let acceptor = self_signed::acceptor();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "https://127.0.0.1:{}/jwks",
        listener.local_addr().unwrap().port()
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    url
}

/// Keys of which none serves, each for another reason.
fn useless() -> String {
    let good = SigningKey::shared(0, "k1").jwk();
    let with = |name: &str, value: serde_json::Value| {
        let mut key = good.clone();
        key[name] = value;
        key
    };
    let weak = URL_SAFE_NO_PAD.encode([0xff; 128]);
    json!({"keys": [
        with("kid", json!(null)), with("kid", json!("a\nb\u{202e}")), with("n", json!(weak)),
        with("use", json!("enc")), with("alg", json!("RSA-OAEP")), {"kty": "oct", "kid": "k1"}, 7,
    ]})
    .to_string()
    .replace(r#""kid":"a\nb"#, r#""e":"AA","kid":"a\nb"#)
    .replacen(r#""e":"AQAB","#, "", 1)
}

// N06, N08, X47: also where the failure is remembered
#[tokio::test]
async fn the_log_of_a_refusal_says_why_the_keys_cannot_be_had() {
    let local = || HttpsKeySets::new().insecure_allow_loopback_http();
    let private = || local().insecure_allow_private_networks();
    let ok = |body: &str| answering(format!("HTTP/1.1 200 OK\r\n\r\n{body}"));
    let redirect =
        "HTTP/1.1 302 Found\r\nlocation: /keys?apikey=canary-apikey\r\ncontent-length: 0\r\n\r\n";
    let plain = ok("").await.replace("http:", "https:");
    let page = ok("<!doctype html><p>Sign in").await;
    let (empty, none, broken) = (
        ok("").await,
        ok("{\"keys\":[]}").await,
        ok("{\"keys\":[").await,
    );
    let useless = ok(&useless()).await;
    let redirect = answering(redirect.to_owned()).await;
    let signed = self_signed_server().await;
    for (url, fetcher, kind, told) in [
        (
            "http://127.0.0.1:1/jwks",
            local(),
            KeySetUnavailable,
            &["refused"][..],
        ),
        (
            &signed,
            private(),
            KeySetUnavailable,
            &["certificate", "UnknownIssuer"],
        ),
        (
            &plain,
            private(),
            KeySetUnavailable,
            &["InvalidContentType"],
        ),
        (
            "https://10.0.0.1/jwks",
            local(),
            KeySetInvalid,
            &["10.0.0.1 is not", "allow_private_networks"],
        ),
        (
            "https://localhost:1/jwks",
            HttpsKeySets::new(),
            KeySetInvalid,
            &["is not a public", "allow_private_networks"],
        ),
        (
            "https://169.254.169.254/x",
            private(),
            KeySetInvalid,
            &["metadata service"],
        ),
        (&page, local(), KeySetInvalid, &["begins like HTML"]),
        (&empty, local(), KeySetInvalid, &["it is empty"]),
        (&none, local(), KeySetInvalid, &["it holds no keys"]),
        (&broken, local(), KeySetInvalid, &["it ends early"]),
        (
            &redirect,
            local(),
            KeySetInvalid,
            &["status 302 to http://127.0.0.1", "/keys;", "not followed"],
        ),
        (
            &useless,
            local(),
            KeySetInvalid,
            &[
                "of 7 keys none serves",
                "has no `kid`",
                "1024 bits",
                "\\\"enc\\\"",
                "and 2 more",
            ],
        ),
    ] {
        let world = world(url, fetcher).await;
        for again in [false, true] {
            let (error, lines) = refused(&world, |token| token).await;
            assert_eq!(error.kind(), kind, "{url}");
            assert!(error.source().unwrap().is::<FetchError>(), "{url}: {again}");
            let [line] = &lines[..] else {
                panic!("{url}: {lines:?}")
            };
            let host = url.split('/').nth(2).unwrap();
            for told in told.iter().chain([&host]) {
                assert!(line.contains(told), "{told}: {line}");
            }
            assert!(line.len() < 2_000, "{line}");
            let is_plain = |c: char| !c.is_control() && c != '\u{202e}';
            assert!(line.chars().all(is_plain), "{line}");
        }
        let driver = finds::<std::io::Error>(&refused(&world, |token| token).await.0);
        assert_eq!(driver, kind == KeySetUnavailable, "{url}");
        if told[0].starts_with("it ") {
            assert!(finds::<KeySetError>(
                &refused(&world, |token| token).await.0
            ));
        }
    }
}

// N06
#[tokio::test(start_paused = true)]
async fn the_log_says_that_a_server_did_not_answer_in_time() {
    #[derive(Debug)]
    struct Silent;

    impl FetchKeySet for Silent {
        async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
            std::future::pending().await
        }
    }

    let world = world("https://lms.test/jwks", Silent).await;
    let (error, lines) = refused(&world, |token| token).await;
    assert_eq!(error.kind(), KeySetUnavailable);
    assert!(lines[0].contains("no answer within 5 s"), "{lines:?}");
}

// N07: whatever a fetcher of one's own says
#[tokio::test]
async fn an_error_that_quotes_the_url_is_logged_without_its_query() {
    #[derive(Debug)]
    struct Quoting;

    impl FetchKeySet for Quoting {
        async fn fetch(&self, url: &Endpoint) -> Result<FetchedKeySet, FetchError> {
            let error =
                FetchError::unreachable(format!("GET ({})\r\nfailed\u{202e}", url.as_str()));
            Err(error)
        }
    }

    let world = world("https://lms.test/jwks", Quoting).await;
    for _ in 0..2 {
        let good = world.good_launch().await;
        world.send(good.launch()).await;
    }
    let logged = world.log.text();
    assert!(logged.contains("GET (https://lms.test/jwks?…)"), "{logged}");
    assert!(!logged.contains(SECRET), "{logged}");
    assert!(
        !logged.contains('\u{202e}') && !logged.contains('\r'),
        "{logged}"
    );
}

// N06: which key the token names, which there are, and why the others do not serve
#[tokio::test]
async fn the_source_of_an_unknown_key_id_lists_the_keys() {
    let world = World::new().await;
    for (kid, kind) in [
        ("k9\n\u{202e}", LtiErrorKind::KeyUnknown),
        ("k1", LtiErrorKind::SignatureWrong),
    ] {
        let good = world.good_launch().await;
        let token = good
            .token
            .clone()
            .header("kid", kid)
            .signed_by(&SigningKey::shared(3, kid));
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        let error = answer.extensions().get::<LtiError>().unwrap();
        assert_eq!(error.kind(), kind);
        let source = error.source().unwrap().to_string();
        assert!(
            source.contains("of 1 published, 1 can serve: \"k1\" (RS256)"),
            "{source}"
        );
        assert!(
            source.chars().all(|c| !c.is_control() && c != '\u{202e}'),
            "{source}"
        );
        world.app.clock.advance(Duration::from_secs(20));
    }
}
