//! A client of one's own that is a Tower service.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Full, StreamBody};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tower_lti::outbound::{
    AddressPolicy, Exchange, ExchangeError, ExchangeErrorKind, ExchangeLimits, TowerExchange,
};

use super::{
    chain, get, limits,
    server::{Answer, Server},
};

fn hyper_client() -> impl Exchange {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    TowerExchange::new(client)
}

#[tokio::test]
async fn hyper_utils_client_sends_every_byte_of_the_url() {
    let server = Server::start(Answer::new("200 OK", "x-one: 1\r\n", "{}")).await;
    let client = hyper_client();
    for written in ["/it's?q=it's&r=%7e", "/a%2Fb?", "/A?x=[1]|{y}"] {
        let url = format!("{}{written}", server.url);
        let answer = client.send(get(&url), limits()).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["x-one"], "1");
        assert_eq!(answer.body(), "{}");
        let heard = server.heard().pop().unwrap();
        assert!(
            heard.starts_with(&format!("GET {written} HTTP/1.1")),
            "{heard}"
        );
        // ADV-99
        assert!(
            heard.contains("\r\nuser-agent: tower-lti/0.1.0\r\n"),
            "{heard}"
        );
    }
}

// S04, S07, S09
#[tokio::test]
async fn the_limits_hold_for_it_too() {
    let second = Duration::from_secs(1);
    let head: &[u8] = b"HTTP/1.1 200 OK\r\n\r\n";
    let status = Some(http::StatusCode::OK);
    let elsewhere = Server::start(Answer::new("200 OK", "", "")).await;
    let moved = format!("location: {}\r\n", elsewhere.url);
    let moved = Server::start(Answer::new("307 Moved", &moved, "")).await;
    let client = hyper_client();
    let mut short = limits();
    short.deadline = second;
    for (answer, kind) in [
        (
            Answer::Endless(head, vec![b' '; 4_096], Duration::ZERO),
            ExchangeErrorKind::TooLarge(status),
        ),
        (
            Answer::Endless(head, vec![b' '], second),
            ExchangeErrorKind::TimedOut,
        ),
        (
            Answer::new("200 OK", "content-encoding: gzip\r\n", "x"),
            ExchangeErrorKind::Encoded(http::StatusCode::OK),
        ),
        (Answer::Nothing, ExchangeErrorKind::Interrupted),
    ] {
        let server = Server::start(answer).await;
        let error = client
            .send(get(&server.url), short.clone())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{}", chain(&error));
    }
    assert_eq!(
        client
            .send(get(&moved.url), limits())
            .await
            .unwrap()
            .status(),
        307
    );
    assert!(elsewhere.heard().is_empty());
}

// S01
#[tokio::test]
async fn it_is_not_asked_for_a_url_that_the_policy_refuses() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let client = TowerExchange::new(tower::service_fn(move |_: Request<Full<Bytes>>| {
        *count.lock().unwrap() += 1;
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    }));
    let public = ExchangeLimits::new(Duration::from_secs(1), 64, AddressPolicy::default());
    for refused in [
        "http://lms.test/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://u@lms.test/",
    ] {
        let error = client.send(get(refused), public.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ExchangeErrorKind::Forbidden, "{refused}");
    }
    assert_eq!(*asked.lock().unwrap(), 0);
    client.send(get("https://lms.test/"), public).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_service_says_of_its_error_is_handed_on() {
    for kind in [
        ExchangeErrorKind::NotConnected,
        ExchangeErrorKind::Forbidden,
    ] {
        let client = TowerExchange::new(tower::service_fn(move |_: Request<Full<Bytes>>| {
            std::future::ready(Err::<Response<Full<Bytes>>, _>(ExchangeError::new(kind)))
        }));
        let error = client
            .send(get("https://lms.test/"), limits())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    let hanging = TowerExchange::new(tower::service_fn(|_: Request<Full<Bytes>>| {
        std::future::pending::<Result<Response<Full<Bytes>>, Infallible>>()
    }));
    let started = tokio::time::Instant::now();
    let error = hanging
        .send(get("https://lms.test/"), limits())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ExchangeErrorKind::TimedOut);
    assert_eq!(started.elapsed(), limits().deadline);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer() {
    let client = TowerExchange::new(tower::service_fn(|_: Request<Full<Bytes>>| {
        let frames = futures_util::stream::iter([
            Ok(http_body::Frame::data(Bytes::from("half"))),
            Err(std::io::Error::other("reset")),
        ]);
        std::future::ready(Ok::<_, Infallible>(Response::new(StreamBody::new(frames))))
    }));
    let error = client
        .send(get("https://lms.test/"), limits())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ExchangeErrorKind::Interrupted);
    assert!(error.was_sent());
}
