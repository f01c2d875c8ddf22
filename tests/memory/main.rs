//! What an exchange may cost in memory, with an allocator that counts.

mod endless;

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use tokio::runtime::{Builder, Runtime};
use tower_lti::outbound::{
    AddressPolicy, Exchange as _, ExchangeErrorKind, ExchangeLimits, HttpsClient,
};

use endless::{Authority, endless};

static SPACES: [u8; 64 * 1024] = [b' '; 64 * 1024];
const BODIES: [(&str, &str, &[u8]); 3] = [
    ("no length", "HTTP/1.1 200 OK\r\n\r\n", &SPACES),
    (
        "one chunk",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffff\r\n",
        &SPACES,
    ),
    (
        "chunks",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        CHUNK,
    ),
];
/// 256 bytes.
const CHUNK: &[u8] = b"100\r\n\
    0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
    0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\
    0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";
const HEADS: [(&str, &str, &[u8]); 2] = [
    ("a header", "HTTP/1.1 200 OK\r\nx: ", &[b'x'; 64 * 1024]),
    ("headers", "HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
];

/// What is held beside a body: hyper reads up to 408 KiB ahead, into a buffer that is doubled and copied as it grows.
const BESIDE: u64 = 3 * 512 * 1024;

// S07
#[test]
fn a_body_without_end_costs_its_bound_and_a_mebibyte_and_a_half() {
    let (client, authority) = (HttpsClient::new(), Authority::new());
    for (what, head, more) in BODIES {
        for (url, addresses) in both(&authority, head, more) {
            for max_bytes in [64 * 1024, 2 * 1024 * 1024] {
                let most = peak(&client, &url, &addresses, max_bytes);
                println!("{what}, {url}: {most} bytes where {max_bytes} are the bound");
                assert!(most <= max_bytes as u64 + BESIDE, "{what}, {url}: {most}");
            }
        }
    }
}

// S07
#[test]
fn a_head_without_end_costs_a_mebibyte_and_a_half() {
    let (client, authority) = (HttpsClient::new(), Authority::new());
    for (what, head, more) in HEADS {
        for (url, addresses) in both(&authority, head, more) {
            let most = peak(&client, &url, &addresses, 64 * 1024);
            println!("{what}, {url}: {most} bytes");
            assert!(most <= BESIDE, "{what}, {url}: {most}");
        }
    }
}

/// A server that speaks TLS, and one that does not.
fn both(
    authority: &Authority,
    head: &'static str,
    more: &'static [u8],
) -> [(String, AddressPolicy); 2] {
    [
        (endless(Some(authority), head, more), over_tls(authority)),
        (endless(None, head, more), plain()),
    ]
}

fn plain() -> AddressPolicy {
    let mut addresses = AddressPolicy::default();
    addresses.loopback_http = true;
    addresses
}

fn over_tls(authority: &Authority) -> AddressPolicy {
    let mut addresses = AddressPolicy::default();
    addresses.private_networks = true;
    addresses.certificate_authorities = authority.certificate();
    addresses
}

/// The most memory that an exchange which fails takes at one time, in bytes.
fn peak(client: &HttpsClient, url: &str, addresses: &AddressPolicy, max_bytes: usize) -> u64 {
    let send = |runtime: &Runtime| {
        let limits = ExchangeLimits::new(Duration::from_secs(60), max_bytes, addresses.clone());
        let request = Request::get(url).body(Bytes::new()).unwrap();
        let error = runtime.block_on(client.send(request, limits)).unwrap_err();
        let kind = error.kind();
        assert!(matches!(kind, ExchangeErrorKind::TooLarge(_)), "{error:?}");
    };
    // The client is made at its first use. What that connection held goes with its runtime: freed later, it would
    // count against what is measured.
    send(&runtime());
    let runtime = runtime();
    allocation_counter::measure(|| send(&runtime)).bytes_max
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
