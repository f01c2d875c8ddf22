//! People who launch, many at a time.

use std::{
    error::Error,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

/// How long all launches of a round may take.
const POSTED_WITHIN: Duration = Duration::from_secs(60);

type Failure = Box<dyn Error + Send + Sync>;

/// Connections to one server, which stay open.
pub(crate) struct Load(Vec<Connection>);

impl Load {
    pub(crate) async fn connect(server: SocketAddr, connections: usize) -> io::Result<Self> {
        let mut load = Vec::with_capacity(connections);
        for _ in 0..connections {
            load.push(Connection::open(server).await?);
        }
        Ok(Self(load))
    }

    /// Posts each launch once. Every connection takes the next one as soon as its last one is answered.
    ///
    /// Returns how long all of them took; fails when one of them does.
    pub(crate) async fn post(&mut self, launches: &[Bytes]) -> Result<Duration, Failure> {
        let launches: Arc<[Bytes]> = launches.into();
        let next = Arc::new(AtomicUsize::new(0));
        let mut posting = JoinSet::new();
        let started = Instant::now();
        for mut connection in self.0.drain(..) {
            let (launches, next) = (Arc::clone(&launches), Arc::clone(&next));
            posting.spawn(async move {
                while let Some(launch) = launches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    connection.post(launch).await?;
                }
                Ok::<_, Failure>(connection)
            });
        }
        let all = async {
            while let Some(connection) = posting.join_next().await {
                self.0.push(connection??);
            }
            Ok(started.elapsed())
        };
        timeout(POSTED_WITHIN, all).await?
    }
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            answer: Vec::with_capacity(8 * 1024),
        })
    }

    /// Posts a launch and reads the whole answer, which has to be 200.
    async fn post(&mut self, launch: &[u8]) -> Result<(), Failure> {
        self.stream.write_all(launch).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if let Some(status) = status_once_complete(&self.answer)? {
                return match status {
                    200 => Ok(()),
                    _ => Err(format!(
                        "a launch was answered with {}",
                        String::from_utf8_lossy(&self.answer)
                    )
                    .into()),
                };
            }
        }
    }
}

/// The status of an answer; nothing while some of it is missing.
fn status_once_complete(answer: &[u8]) -> Result<Option<u16>, Failure> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head_length) = head.parse(answer)? else {
        return Ok(None);
    };
    let body_length = head
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .ok_or("an answer does not say how long it is")?;
    let body_length: usize = std::str::from_utf8(body_length.value)?.parse()?;
    let is_complete = answer.len() >= head_length + body_length;
    Ok(head.code.filter(|_| is_complete))
}
