//! A server that says what it is told to, and keeps what it heard.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};

/// A server on loopback.
pub(super) struct Server {
    pub(super) url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

/// What is sent after a request.
#[derive(Clone)]
pub(super) enum Answer {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes, and then the others again and again, with a pause between them.
    Endless(&'static [u8], Vec<u8>, Duration),
    /// The connection is closed.
    Nothing,
}

impl Answer {
    pub(super) fn new(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}").into(),
        )
    }
}

impl Server {
    pub(super) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer.clone(), Arc::clone(&keep)));
            }
        });
        Self { url, heard }
    }

    /// The requests that came, head and body.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Answers every request on a connection.
pub(super) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: Answer,
    heard: Arc<Mutex<Vec<String>>>,
) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
        heard.lock().unwrap().push(request);
        match &answer {
            Answer::Nothing => return,
            Answer::Bytes(bytes) => {
                if stream.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Answer::Endless(head, more, pause) => {
                let mut next: &[u8] = head;
                while stream.write_all(next).await.is_ok() {
                    next = more;
                    if !pause.is_zero() {
                        tokio::time::sleep(*pause).await;
                    }
                }
                return;
            }
        }
    }
}
