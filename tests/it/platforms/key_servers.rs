//! Key servers that answer strangely, over a real connection.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tower_lti::{
    claims::names,
    error::{ErrorCode, LtiErrorKind},
    key_set::HttpsKeySets,
    testing::Platform,
};

use super::lms::{Lms, TARGET};

/// What a server says; nothing at all where it stalls.
type Answer = Option<Vec<u8>>;

/// A server on this machine that answers every request alike.
struct Server {
    url: String,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

impl Server {
    async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            answer: Arc::new(Mutex::new(answer)),
            asked: Arc::default(),
        };
        let (answer, asked) = (Arc::clone(&server.answer), Arc::clone(&server.asked));
        tokio::spawn(async move {
            let mut stalled = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().unwrap().clone();
                let Some(answer) = answer else {
                    stalled.push(stream);
                    continue;
                };
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4_096]).await;
                    // Whoever asked may have had enough of it.
                    let _ = stream.write_all(&answer).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        server
    }

    fn say(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn http(head: &str, body: &[u8]) -> Answer {
    let length = body.len();
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    Some([head.as_bytes(), body].concat())
}

fn good() -> Answer {
    let keys = Platform::new("https://lms.test", "tool-1").jwks_json();
    http("200 OK\r\ncontent-type: application/json", keys.as_bytes())
}

/// A tool whose platform publishes its keys at the server.
fn lms(server: &Server) -> Lms {
    let platform = Platform::new("https://lms.test", "tool-1").at(&server.url);
    Lms::with(platform.registration(), |builder| {
        builder
            .launch_url("http://127.0.0.1:9/lti/launch")
            .insecure_allow_loopback_http()
            .key_sets(HttpsKeySets::new().insecure_allow_loopback_http())
    })
}

fn token(lms: &Lms) -> Value {
    let now = lms.app.clock.unix();
    json!({
        "iss": "https://lms.test",
        "aud": "tool-1",
        "iat": now,
        "exp": now + 300,
        "sub": "u-9",
        names::MESSAGE_TYPE: "LtiResourceLinkRequest",
        names::VERSION: "1.3.0",
        names::DEPLOYMENT_ID: "1",
        names::TARGET_LINK_URI: TARGET,
        names::RESOURCE_LINK: {"id": "rl-9"},
        names::ROLES: [],
    })
}

async fn launch(lms: &Lms) -> Result<(), LtiErrorKind> {
    lms.launch(&token(lms)).await.map(drop)
}

/// Each strange answer, and the refusal that it is where nothing is kept.
fn strange(elsewhere: &str) -> Vec<(&'static str, Answer, LtiErrorKind)> {
    let invalid = LtiErrorKind::KeySetInvalid;
    // A gzip member that is all zeros inside; it is never inflated.
    let bomb = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0; 4_096]].concat();
    vec![
        (
            "a page",
            http(
                "200 OK\r\ncontent-type: text/html",
                b"<!doctype html><p>Sign in",
            ),
            invalid,
        ),
        ("no keys", http("200 OK", br#"{"keys":[]}"#), invalid),
        (
            "trouble",
            http("503 Service Unavailable", b""),
            LtiErrorKind::KeySetUnavailable,
        ),
        (
            "a redirect",
            http(&format!("302 Found\r\nlocation: {elsewhere}/keys"), b""),
            invalid,
        ),
        ("10 MiB", http("200 OK", &vec![b' '; 10 << 20]), invalid),
        (
            "a bomb",
            http("200 OK\r\ncontent-encoding: gzip", &bomb),
            invalid,
        ),
    ]
}

// PLAT-J11
#[tokio::test]
async fn a_strange_answer_is_a_refusal_that_says_what_kind_of_trouble_it_is() {
    let elsewhere = Server::start(good()).await;
    for (what, answer, refusal) in strange(&elsewhere.url) {
        let server = Server::start(answer).await;
        let lms = lms(&server);
        assert_eq!(launch(&lms).await, Err(refusal), "{what}");
        let status = refusal.code().status().as_u16();
        assert!(matches!(status, 502 | 503), "{what}");

        server.say(good());
        lms.app.clock.advance(Duration::from_secs(3));
        assert_eq!(launch(&lms).await, Ok(()), "{what}");
    }
    assert_eq!(elsewhere.asked(), 0);
}

// PLAT-J11
#[tokio::test]
async fn a_strange_answer_leaves_the_last_good_keys_in_place_for_a_day() {
    let elsewhere = Server::start(good()).await;
    for (what, answer, refusal) in strange(&elsewhere.url) {
        let server = Server::start(good()).await;
        let lms = lms(&server);
        assert_eq!(launch(&lms).await, Ok(()), "{what}");

        server.say(answer);
        for hour in 2..24 {
            lms.app.clock.advance(Duration::from_secs(3_600));
            assert_eq!(launch(&lms).await, Ok(()), "{what}, hour {hour}");
        }
        lms.app.clock.advance(Duration::from_secs(7_200));
        assert_eq!(launch(&lms).await, Err(refusal), "{what}");
    }
    assert_eq!(elsewhere.asked(), 0);
}

// PLAT-J11
#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_on() {
    let server = Server::start(good()).await;
    let lms = lms(&server);
    assert_eq!(launch(&lms).await, Ok(()));
    server.say(None);
    tokio::time::pause();

    lms.app.clock.advance(Duration::from_secs(3_700));
    let started = tokio::time::Instant::now();
    assert_eq!(launch(&lms).await, Ok(()), "the last good keys serve");
    assert!(started.elapsed() <= Duration::from_secs(6));

    lms.app.clock.advance(Duration::from_secs(86_400));
    let started = tokio::time::Instant::now();
    let refused = launch(&lms).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::JwksUnavailable);
    assert!(started.elapsed() <= Duration::from_secs(6));
}
