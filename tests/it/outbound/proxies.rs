//! An outbound proxy that is set in code.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tower_lti::outbound::{
    AddressPolicy, Exchange as _, ExchangeErrorKind, ExchangeLimits, HttpsClient,
};

use super::{
    chain, get, limits,
    server::{Answer, Server},
};

/// A proxy that refuses every tunnel, and keeps what it was asked for.
async fn proxy() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4_096];
            let read = stream.read(&mut buffer).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
            keep.lock().unwrap().push(request);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await;
        }
    });
    (port, heard)
}

// ADV-98
#[tokio::test]
async fn requests_go_through_the_proxy_that_is_set_and_the_guard_looks_at_the_url_alone() {
    let (port, heard) = proxy().await;
    for host in ["127.0.0.1", "localhost"] {
        let client = HttpsClient::new()
            .with_proxy(&format!("http://ada:canary@{host}:{port}"))
            .unwrap();
        let public = ExchangeLimits::new(limits().deadline, 1_024, AddressPolicy::default());
        // No name is resolved here: the proxy does that.
        let url = "https://lms.invalid/token?key=secret";
        let error = client.send(get(url), public.clone()).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ExchangeErrorKind::NotConnected,
            "{}",
            chain(&error)
        );
        let asked = heard.lock().unwrap().pop().unwrap();
        assert!(
            asked.starts_with("CONNECT lms.invalid:443 HTTP/1.1\r\n"),
            "{asked}"
        );
        let asked = asked.to_ascii_lowercase();
        assert!(asked.contains("\r\nproxy-authorization: basic "), "{asked}");
        assert!(!asked.contains("secret"), "{asked}");

        for refused in [
            "http://lms.invalid/",
            "https://10.0.0.1/",
            "https://169.254.169.254/",
            "https://metadata.google.internal/",
        ] {
            let error = client.send(get(refused), public.clone()).await.unwrap_err();
            assert_eq!(error.kind(), ExchangeErrorKind::Forbidden, "{refused}");
        }
        assert!(heard.lock().unwrap().is_empty());
        assert!(!format!("{client:?}").contains("canary"), "{client:?}");
    }
}

// ADV-98: on the proxy's machine it would be another server
#[tokio::test]
async fn what_is_on_loopback_is_not_asked_through_the_proxy() {
    let (port, heard) = proxy().await;
    let server = Server::start(Answer::new("200 OK", "", "itself")).await;
    let client = HttpsClient::new()
        .with_proxy(&format!("http://127.0.0.1:{port}"))
        .unwrap();
    let port = server.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}/");
        let answer = client.send(get(&url), limits()).await.unwrap();
        assert_eq!(answer.body(), "itself");
    }
    assert!(heard.lock().unwrap().is_empty());
}

// ADV-98
#[test]
fn what_is_no_proxy_is_told_without_its_password() {
    for wrong in [
        "proxy.test:3128",
        "socks5://ada:canary@proxy.test",
        "http://ada:canary@proxy.test/path",
        "http://ada:canary@proxy.test/?x",
        "http://",
        "",
    ] {
        let error = HttpsClient::new().with_proxy(wrong).unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}
