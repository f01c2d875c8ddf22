//! A server on loopback that has one page: the platform's key set.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tower_lti::testing::Platform;

/// Serves until the process ends. Its thread sleeps while nobody asks.
pub(super) struct KeyServer {
    address: SocketAddr,
    answered: Arc<AtomicUsize>,
}

impl KeyServer {
    pub(super) fn start(platform: &Platform) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port on loopback");
        let server = Self {
            address: listener.local_addr().expect("the port is bound"),
            answered: Arc::default(),
        };
        let answered = Arc::clone(&server.answered);
        let page = platform.jwks_json();
        thread::spawn(move || {
            for stream in listener.incoming() {
                stream
                    .and_then(|stream| answer(stream, &page))
                    .expect("the key set is sent");
                answered.fetch_add(1, Ordering::SeqCst);
            }
        });
        server
    }

    /// Where the key set is.
    pub(super) fn url(&self) -> String {
        format!("http://{}/jwks", self.address)
    }

    /// How often it was fetched.
    pub(super) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }
}

/// Reads a request up to its empty line, and answers it.
fn answer(mut stream: TcpStream, page: &str) -> io::Result<()> {
    for line in BufReader::new(&stream).lines() {
        if line?.is_empty() {
            break;
        }
    }
    let length = page.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{page}"
    )
}
