//! Ports for servers that are stopped and started again.

use std::{
    net::TcpListener,
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// Below the ports that the system gives to connections, so that none of those takes the place of a
/// server while it is down.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

/// A port that nobody listens on and that no other test of this process gets.
pub(crate) fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Processes that run beside each other begin at different places.
    let begin = (process::id() % u32::from(COUNT)) as u16;
    loop {
        let number = GIVEN.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (begin + number % COUNT) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
