//! Deadline and size.

use std::time::{Duration, Instant};

use tower_lti::outbound::{Exchange as _, ExchangeErrorKind, HttpsClient};

use super::{
    get, limits,
    server::{Answer, Server},
};

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

fn chunk(length: usize) -> Vec<u8> {
    [
        format!("{length:x}\r\n").as_bytes(),
        &vec![b'x'; length],
        b"\r\n",
    ]
    .concat()
}

// S07, OAUTH-33
#[tokio::test]
async fn what_is_larger_than_allowed_is_cut_short() {
    let none = Duration::ZERO;
    let too_large = ExchangeErrorKind::TooLarge(Some(http::StatusCode::OK));
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 4294967296\r\n\r\n";
    let long_head: &[u8] = b"HTTP/1.1 200 OK\r\nx: ";
    let mut large_head = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: ".to_vec();
    large_head.extend(vec![b'x'; 100 * 1024]);
    large_head.extend(b"\r\n\r\n");
    for (what, answer, kind) in [
        (
            "4 GiB, announced",
            Answer::Endless(announced, vec![b' '; 4_096], none),
            too_large,
        ),
        (
            "no end",
            Answer::Endless(HEAD, vec![b' '; 4_096], none),
            too_large,
        ),
        (
            "a chunk without end",
            Answer::Endless(
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffff\r\n",
                vec![b' '; 4_096],
                none,
            ),
            too_large,
        ),
        (
            "chunks without end",
            Answer::Endless(CHUNKED, chunk(7), none),
            too_large,
        ),
        (
            "a head without end",
            Answer::Endless(long_head, vec![b'x'; 4_096], none),
            ExchangeErrorKind::TooLarge(None),
        ),
        (
            "headers without end",
            Answer::Endless(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n".to_vec(), none),
            ExchangeErrorKind::TooLarge(None),
        ),
        ("a head of 100 KiB", Answer::Bytes(large_head), too_large),
    ] {
        let server = Server::start(answer).await;
        let error = HttpsClient::new().send(get(&server.url), limits()).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), kind, "{what}: {}", super::chain(&error));
        assert!(error.was_sent(), "{what}");
    }
}

// S07
#[tokio::test]
async fn the_bound_of_the_body_is_exact() {
    for (length, passes) in [(0, true), (64 * 1024, true), (64 * 1024 + 1, false)] {
        let body = "x".repeat(length);
        let announced = Answer::new("200 OK", "", &body);
        let mut chunked = [CHUNKED, &chunk(length.max(1))].concat();
        if length > 0 {
            chunked.extend(b"0\r\n\r\n");
        } else {
            chunked = [CHUNKED, b"0\r\n\r\n"].concat();
        }
        for answer in [announced, Answer::Bytes(chunked)] {
            let server = Server::start(answer).await;
            let answer = HttpsClient::new().send(get(&server.url), limits()).await;
            assert_eq!(answer.is_ok(), passes, "{length}");
            if let Ok(answer) = answer {
                assert_eq!(answer.body().len(), length);
            }
        }
    }
}

// S07, OAUTH-33
#[tokio::test]
async fn the_deadline_covers_everything_to_the_last_byte() {
    let second = Duration::from_secs(1);
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let handshake = format!("https://{}/", mute.local_addr().unwrap());
    let mut servers = vec![handshake];
    for answer in [
        Answer::Endless(HEAD, b"x".to_vec(), second),
        Answer::Endless(CHUNKED, chunk(1), second),
        Answer::Endless(b"H", b"T".to_vec(), second * 60),
        Answer::Endless(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n".to_vec(), second),
        Answer::Endless(
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n",
            b"x".to_vec(),
            second * 60,
        ),
    ] {
        servers.push(Server::start(answer).await.url);
    }
    let mut short = limits();
    short.deadline = Duration::from_millis(1_500);
    let exchanges = servers.iter().map(|url| {
        let limits = short.clone();
        async move {
            let started = Instant::now();
            let error = HttpsClient::new().send(get(url), limits).await.unwrap_err();
            assert_eq!(error.kind(), ExchangeErrorKind::TimedOut, "{url}");
            started.elapsed()
        }
    });
    for took in futures_util::future::join_all(exchanges).await {
        assert!(
            took >= Duration::from_millis(1_400) && took < Duration::from_secs(3),
            "{took:?}"
        );
    }
}
