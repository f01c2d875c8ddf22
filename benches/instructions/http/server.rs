//! A server on a thread of its own, whose instructions alone are counted.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use axum::Router;
use bytes::Bytes;
use http::Request;
use tokio::sync::oneshot;

use super::ANSWER;
use crate::{meter::Meter, sample};

/// How long an answer may take: much more than under valgrind.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

/// Posts launches to a server, and counts what it does for the second lot.
pub(super) fn count(
    meter: &Meter,
    name: &str,
    router: Router,
    warm_up: &[Bytes],
    counted: &[Bytes],
) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let (is_warm, warm) = oneshot::channel();
    let (is_done, done) = oneshot::channel();
    let (is_ready, ready) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let runtime = sample::runtime();
            runtime.spawn(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
                axum::serve(listener, router).await
            });
            runtime.block_on(warm).expect("launches to warm up with");
            is_ready.send(()).expect("somebody who waits");
            meter.count_once(name, counted.len(), || {
                runtime.block_on(done).expect("launches to count");
            });
        });
        let mut connection = connect(address);
        post(&mut connection, warm_up);
        is_warm.send(()).expect("a server");
        ready.recv().expect("a server");
        post(&mut connection, counted);
        is_done.send(()).expect("a server");
    });
}

fn connect(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).expect("a server that listens");
    connection
        .set_read_timeout(Some(ANSWERS_WITHIN))
        .expect("a socket");
    connection
}

/// Posts each launch as soon as the one before is answered.
fn post(connection: &mut TcpStream, launches: &[Bytes]) {
    let mut answer = [0; 4_096];
    for launch in launches {
        connection.write_all(launch).expect("a server that reads");
        let mut length = 0;
        while !answer[..length].ends_with(ANSWER.as_bytes()) {
            let read = connection.read(&mut answer[length..]);
            let read = read.expect("an answer in time");
            assert!(read > 0, "{}", String::from_utf8_lossy(&answer[..length]));
            length += read;
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "every launch is good");
    }
}

/// A launch with this form, as the bytes that a browser sends.
pub(super) fn to_bytes<B>(request: &Request<B>, form: &[u8]) -> Bytes {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let length = form.len();
    head.extend_from_slice(
        format!("host: tool.test\r\ncontent-length: {length}\r\n\r\n").as_bytes(),
    );
    [&head, form].concat().into()
}
