//! One call is one request, whatever is answered.

use std::{error::Error as _, process::Command};

use bytes::Bytes;
use http::Request;
use tower_lti::outbound::{Exchange as _, ExchangeErrorKind, HttpsClient};

use super::{
    chain, get, limits, sent,
    server::{Answer, Server},
};

// S04, OAUTH-33: whether a body goes along or not
#[tokio::test]
async fn no_redirect_is_followed() {
    let elsewhere = Server::start(Answer::new("200 OK", "", "")).await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("location: {}/there?token=canary\r\n", elsewhere.url);
        let server = Server::start(Answer::new(&format!("{status} Moved"), &to, "gone")).await;
        let posted = Request::post(&server.url).body(Bytes::from("assertion"));
        for request in [get(&server.url), posted.unwrap()] {
            let answer = HttpsClient::new().send(request, limits()).await.unwrap();
            assert_eq!(answer.status(), status);
            assert_eq!(answer.body(), "gone");
        }
        assert_eq!(server.heard().len(), 2, "{status}");
    }
    assert!(elsewhere.heard().is_empty(), "{:?}", elsewhere.heard());
}

// OAUTH-33: a request that may have been acted on is the caller's to repeat
#[tokio::test]
async fn nothing_is_sent_twice() {
    for answer in [
        Answer::Nothing,
        Answer::Bytes(b"nonsense".to_vec()),
        Answer::new("503 Unavailable", "retry-after: 0\r\n", ""),
        Answer::new("401 Unauthorized", "www-authenticate: Basic\r\n", ""),
        Answer::new("421 Misdirected Request", "", ""),
    ] {
        let server = Server::start(answer).await;
        let _ = sent(&server.url).await;
        assert_eq!(server.heard().len(), 1);
    }
}

// OAUTH-33
#[tokio::test]
async fn an_error_says_whether_the_platform_may_have_acted() {
    let mute = Server::start(Answer::Nothing).await;
    let broken = Server::start(Answer::Bytes(
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".to_vec(),
    ));
    let nonsense = Server::start(Answer::Bytes(b"220 mail.example ESMTP\r\n\r\n".to_vec()));
    let (broken, nonsense) = (broken.await, nonsense.await);
    for (url, kind, was_sent) in [
        (
            "http://127.0.0.1:1/",
            ExchangeErrorKind::NotConnected,
            false,
        ),
        (
            "https://127.0.0.1:1/",
            ExchangeErrorKind::NotConnected,
            false,
        ),
        (
            "http://no-such-host.localhost.invalid/",
            ExchangeErrorKind::Forbidden,
            false,
        ),
        (&mute.url, ExchangeErrorKind::Interrupted, true),
        (&nonsense.url, ExchangeErrorKind::NotHttp, true),
    ] {
        let error = sent(url).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{url}: {}", chain(&error));
        assert_eq!(error.was_sent(), was_sent, "{url}");
        assert!(error.source().is_some(), "{url}");
    }
    let mut short = limits();
    short.deadline = std::time::Duration::from_millis(300);
    let error = HttpsClient::new().send(get(&broken.url), short).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ExchangeErrorKind::TimedOut);
    assert!(error.was_sent());
}

// S09
#[tokio::test]
async fn a_body_that_is_compressed_unasked_is_refused_and_not_unpacked() {
    for encoding in [
        "gzip",
        "br",
        "deflate",
        "zstd",
        "x-unknown",
        "identity, gzip",
    ] {
        let header = format!("content-encoding: {encoding}\r\n");
        let server = Server::start(Answer::new("200 OK", &header, "\u{1f}packed")).await;
        let error = sent(&server.url).await.unwrap_err();
        let status = http::StatusCode::OK;
        assert_eq!(
            error.kind(),
            ExchangeErrorKind::Encoded(status),
            "{encoding}"
        );
        assert_eq!(error.status(), Some(status));
        let asked = server.heard()[0].to_ascii_lowercase();
        assert!(!asked.contains("accept-encoding"), "{asked}");
    }
    let plain = Server::start(Answer::new(
        "200 OK",
        "Content-Encoding: Identity\r\n",
        "{}",
    ))
    .await;
    assert_eq!(sent(&plain.url).await.unwrap().body(), "{}");
}

#[tokio::test]
async fn a_cookie_is_not_sent_back() {
    let server = Server::start(Answer::new("200 OK", "set-cookie: a=b; Path=/\r\n", "")).await;
    let client = HttpsClient::new();
    for _ in 0..2 {
        client.send(get(&server.url), limits()).await.unwrap();
    }
    let heard = server.heard();
    assert_eq!(heard.len(), 2);
    assert!(heard.iter().all(|one| !one.contains("a=b")), "{heard:?}");
}

#[tokio::test]
async fn every_method_and_status_passes_and_the_request_arrives_as_it_was_made() {
    for (method, status) in [("GET", 200), ("POST", 201), ("PUT", 404), ("DELETE", 500)] {
        let status_line = format!("{status} Some");
        let server =
            Server::start(Answer::new(&status_line, "x-one: 1\r\nx-one: 2\r\n", "{}")).await;
        let url = format!("{}/a%2Fb/li?x=%20y&t=2", server.url);
        let body = if method == "GET" { "" } else { "{\"a\":1}" };
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header("accept", "application/vnd.ims.lis.v2.lineitem+json")
            .body(Bytes::from(body))
            .unwrap();

        let answer = HttpsClient::new().send(request, limits()).await.unwrap();

        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers().get_all("x-one").iter().count(), 2);
        assert_eq!(answer.body(), "{}");
        let heard = server.heard().concat();
        assert!(
            heard.starts_with(&format!("{method} /a%2Fb/li?x=%20y&t=2 HTTP/1.1\r\n")),
            "{heard}"
        );
        assert!(
            heard.contains("\r\naccept: application/vnd.ims.lis.v2.lineitem+json\r\n"),
            "{heard}"
        );
        assert!(heard.ends_with(body), "{heard}");
    }
}

// ADV-57: what the default client changes is named in its documentation
#[tokio::test]
async fn a_url_is_sent_as_it_was_written_but_for_quotes() {
    let server = Server::start(Answer::new("200 OK", "", "")).await;
    for (written, sent_as) in [
        (
            "/A%2fb/~c/(d)?p=%7E&q=a+b&r=[1]|{x}^`&&",
            "/A%2fb/~c/(d)?p=%7E&q=a+b&r=[1]|{x}^`&&",
        ),
        ("/a?", "/a?"),
        ("/it's?q=it's", "/it's?q=it%27s"),
        (
            "/a//b/?next=https://lms.test/x?y=/../z",
            "/a//b/?next=https://lms.test/x?y=/../z",
        ),
    ] {
        sent(&format!("{}{written}", server.url)).await.unwrap();
        let heard = server.heard().pop().unwrap();
        assert!(
            heard.starts_with(&format!("GET {sent_as} HTTP")),
            "{written}: {heard}"
        );
    }
}

// ADV-99, OAUTH-33
#[tokio::test]
async fn every_request_says_who_asks_and_whom_to_turn_to() {
    let server = Server::start(Answer::new("200 OK", "", "")).await;
    let contact = HttpsClient::new()
        .contact("https://tool.test/contact")
        .unwrap();
    for (client, expected) in [
        (HttpsClient::new(), "\r\nuser-agent: tower-lti/0.1.0\r\n"),
        (
            contact,
            "\r\nuser-agent: tower-lti/0.1.0 (+https://tool.test/contact)\r\n",
        ),
    ] {
        client.send(get(&server.url), limits()).await.unwrap();
        let heard = server.heard().pop().unwrap();
        assert!(heard.contains(expected), "{heard}");
    }
    for wrong in ["", "a b", "x)", "a\r\nb: c", "\u{e4}", &"x".repeat(129)] {
        assert!(HttpsClient::new().contact(wrong).is_err(), "{wrong:?}");
    }
}

// ADV-98, W18: run by the next test in an environment that names a proxy
#[tokio::test]
async fn an_answer_comes_from_the_server_itself() {
    let server = Server::start(Answer::new("200 OK", "", "itself")).await;
    assert_eq!(sent(&server.url).await.unwrap().body(), "itself");
}

// ADV-98
#[test]
fn no_proxy_of_the_environment_is_asked() {
    asks_no_proxy("outbound::contract::an_answer_comes_from_the_server_itself");
}

/// Runs another test in an environment that names a proxy, which nobody asks.
pub(crate) fn asks_no_proxy(test: &str) {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", test]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        program
            .env(name, &address)
            .env(name.to_lowercase(), &address);
    }
    let output = program.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
    assert!(proxy.accept().is_err(), "the proxy was asked");
}
