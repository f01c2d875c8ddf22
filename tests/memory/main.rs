//! What an exchange may cost in memory, with an allocator that counts.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use tower_lti::outbound::{AddressPolicy, Exchange as _, ExchangeLimits, HttpsClient};

/// Answers every request with a head, and after it with the same bytes for as long as somebody reads.
fn endless(head: &'static str, more: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4_096]);
            let mut next = head.as_bytes();
            let many = more.repeat((64 * 1024_usize).div_ceil(more.len()));
            while stream.write_all(next).is_ok() {
                next = &many;
            }
        }
    });
    url
}

// S07
#[test]
fn a_body_without_end_costs_its_bound_and_64_kib() {
    static SPACES: [u8; 64 * 1024] = [b' '; 64 * 1024];
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let long_chunk = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffff\r\n";
    for (what, url) in [
        ("no length", endless("HTTP/1.1 200 OK\r\n\r\n", &SPACES)),
        ("one chunk", endless(long_chunk, &SPACES)),
        ("chunks", endless(chunked, CHUNK)),
    ] {
        for max_bytes in [64 * 1024, 2 * 1024 * 1024] {
            let most = peak(&url, max_bytes);
            let beside = most.saturating_sub(max_bytes as u64);
            println!("{what}: {most} bytes, {beside} beside the body");
            assert!(beside <= 64 * 1024, "{what}: {most}");
        }
    }
}

// S07: what reqwest reads ahead, while it grows
#[test]
fn a_head_without_end_costs_less_than_a_mebibyte() {
    static HEADER: [u8; 64 * 1024] = [b'x'; 64 * 1024];
    for (what, url) in [
        ("a head", endless("HTTP/1.1 200 OK\r\nx: ", &HEADER)),
        ("headers", endless("HTTP/1.1 200 OK\r\n", b"x: y\r\n")),
    ] {
        let most = peak(&url, 64 * 1024);
        println!("{what}: {most} bytes");
        assert!(most < 1024 * 1024, "{what}: {most}");
    }
}

const CHUNK: &[u8] = b"20\r\nabcdefghijklmnopqrstuvwxyzabcdef\r\n";

/// The most memory that an exchange which fails takes at one time, in bytes.
fn peak(url: &str, max_bytes: usize) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = HttpsClient::new();
    let mut addresses = AddressPolicy::default();
    addresses.loopback_http = true;
    let send = || {
        let limits = ExchangeLimits::new(Duration::from_secs(60), max_bytes, addresses.clone());
        let request = Request::get(url).body(Bytes::new()).unwrap();
        runtime.block_on(client.send(request, limits)).unwrap_err();
    };
    // The client itself is made at its first use.
    send();
    allocation_counter::measure(send).bytes_max
}
