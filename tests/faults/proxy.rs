//! A proxy before a server, which does to the connections what networks do.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    task::JoinHandle,
};

/// What happens to the bytes that pass.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    Pass,
    /// Requests arrive so much later.
    Latency(Duration),
    /// Nothing arrives any more, and nobody is told, on the connections that are there now.
    SwallowOnThose,
    /// The next write of a nonce arrives and is answered, but the connection is cut before the reply.
    DropReplyOnce,
    /// So many bytes of the next request arrive, then the connection is cut.
    CutOnceAfter(usize),
    /// The second page of the next scan of a hash is asked for at another server, at this port, and so is all that follows.
    SwitchWithinScan(u16),
}

/// Listens on a port of its own, for as long as it is kept.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Mutex<Shared>>,
    listening: JoinHandle<()>,
}

struct Shared {
    mode: Mode,
    /// Connections with a lower number were there when the mode was set.
    mode_since: usize,
    leads_to: u16,
    opened: Vec<Instant>,
}

impl Proxy {
    /// Opens a proxy that leads to a port of loopback.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own_port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new(Shared {
            mode: Mode::Pass,
            mode_since: 0,
            leads_to: port,
            opened: Vec::new(),
        }));
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Self {
            port: own_port,
            shared,
            listening,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn set(&self, mode: Mode) {
        let mut shared = self.shared.lock().unwrap();
        shared.mode = mode;
        shared.mode_since = shared.opened.len();
    }

    /// From now on, new connections lead there; those that are open stay where they are.
    pub(crate) fn lead_to(&self, port: u16) {
        self.shared.lock().unwrap().leads_to = port;
    }

    /// How many connections have been opened.
    pub(crate) fn opened(&self) -> usize {
        self.shared.lock().unwrap().opened.len()
    }

    /// The most connections that were opened within any one second.
    pub(crate) fn most_opened_in_a_second(&self) -> usize {
        let shared = self.shared.lock().unwrap();
        let in_second = |first: &Instant| {
            let end = *first + Duration::from_secs(1);
            let within = |at: &&Instant| *at >= first && **at < end;
            shared.opened.iter().filter(within).count()
        };
        shared.opened.iter().map(in_second).max().unwrap_or(0)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (number, port) = {
            let mut shared = shared.lock().unwrap();
            shared.opened.push(Instant::now());
            (shared.opened.len() - 1, shared.leads_to)
        };
        tokio::spawn(carry(client, port, number, Arc::clone(&shared)));
    }
}

/// How a connection came to its end.
enum End {
    /// The server closed it.
    Closed,
    /// It is to be reset.
    Cut,
}

/// Carries both ways until both sides have ended or the connection is to be cut.
async fn carry(client: TcpStream, port: u16, number: usize, shared: Arc<Mutex<Shared>>) {
    let to = SocketAddr::from(([127, 0, 0, 1], port));
    let Ok(server) = TcpStream::connect(to).await else {
        let _ = client.set_zero_linger();
        return;
    };
    let connection = Connection {
        number,
        shared,
        loses_reply: Mutex::new(false),
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let end = tokio::try_join!(
        connection.carry_requests(&from_client, to_server),
        connection.carry_replies(from_server, &to_client),
    );
    if let Err(End::Cut) = end {
        let _ = to_client.as_ref().set_zero_linger();
    }
}

struct Connection {
    number: usize,
    shared: Arc<Mutex<Shared>>,
    loses_reply: Mutex<bool>,
}

/// What is to be done with bytes that came from the client.
enum Request {
    Deliver { after: Duration },
    Swallow,
    DeliverAndCut { bytes: usize },
}

impl Connection {
    async fn carry_requests(
        &self,
        from_client: &OwnedReadHalf,
        to_server: OwnedWriteHalf,
    ) -> Result<(), End> {
        let (queue, late) = mpsc::unbounded_channel();
        // A task of its own: what has been sent arrives, even if the client is gone by then.
        let delivering = tokio::spawn(deliver(late, to_server));
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = read(from_client, &mut buffer).await {
            let bytes = buffer[..read].to_vec();
            match self.judge(&bytes) {
                Request::Deliver { after } => {
                    let _ = queue.send((Instant::now() + after, bytes));
                }
                Request::Swallow => {}
                Request::DeliverAndCut { bytes: most } => {
                    let bytes = bytes[..most.min(read)].to_vec();
                    let _ = queue.send((Instant::now(), bytes));
                    drop(queue);
                    let _ = delivering.await;
                    return Err(End::Cut);
                }
            }
        }
        drop(queue);
        let _ = delivering.await;
        Ok(())
    }

    async fn carry_replies(
        &self,
        mut from_server: OwnedReadHalf,
        to_client: &OwnedWriteHalf,
    ) -> Result<(), End> {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = match from_server.read(&mut buffer).await {
                Ok(0) => return Err(End::Closed),
                Ok(read) => read,
                Err(_) => return Err(End::Cut),
            };
            if *self.loses_reply.lock().unwrap() {
                return Err(End::Cut);
            }
            if !self.swallows() {
                // A client that is gone gets nothing; the server must not notice.
                let _ = write(to_client, &buffer[..read]).await;
            }
        }
    }

    fn judge(&self, bytes: &[u8]) -> Request {
        if self.swallows() {
            return Request::Swallow;
        }
        let mut shared = self.shared.lock().unwrap();
        match shared.mode {
            Mode::Pass | Mode::SwallowOnThose => {}
            Mode::Latency(after) => return Request::Deliver { after },
            Mode::DropReplyOnce => {
                if bytes.windows(4).any(|part| part == b"NX\r\n") {
                    shared.mode = Mode::Pass;
                    *self.loses_reply.lock().unwrap() = true;
                }
            }
            Mode::CutOnceAfter(bytes) => {
                shared.mode = Mode::Pass;
                return Request::DeliverAndCut { bytes };
            }
            Mode::SwitchWithinScan(port) => {
                let has = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
                if has(b"HSCAN") && !has(b"\r\n$1\r\n0\r\n") {
                    shared.mode = Mode::Pass;
                    shared.leads_to = port;
                    return Request::DeliverAndCut { bytes: 0 };
                }
            }
        }
        let after = Duration::ZERO;
        Request::Deliver { after }
    }

    fn swallows(&self) -> bool {
        let shared = self.shared.lock().unwrap();
        matches!(shared.mode, Mode::SwallowOnThose) && self.number < shared.mode_since
    }
}

async fn deliver(
    mut late: mpsc::UnboundedReceiver<(Instant, Vec<u8>)>,
    mut to_server: OwnedWriteHalf,
) {
    while let Some((at, bytes)) = late.recv().await {
        tokio::time::sleep_until(at.into()).await;
        if to_server.write_all(&bytes).await.is_err() {
            return;
        }
    }
    let _ = to_server.shutdown().await;
}

/// Reads without owning the half, so that the whole can still be cut.
async fn read(from: &OwnedReadHalf, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        from.readable().await?;
        match from.try_read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return done,
        }
    }
}

async fn write(to: &OwnedWriteHalf, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        to.writable().await?;
        match to.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => bytes = &bytes[done?..],
        }
    }
    Ok(())
}
