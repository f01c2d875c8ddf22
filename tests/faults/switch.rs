//! A proxy that keeps the connections of its clients while it leads them to another server, as managed
//! Redis does at a failover, and can tell them another time than the server's.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// Listens on a port of its own, for as long as it is kept.
pub(crate) struct Switch {
    port: u16,
    leads_to: watch::Sender<u16>,
    ahead_s: Arc<AtomicU64>,
    listening: JoinHandle<()>,
}

impl Switch {
    /// Opens a proxy that leads to a port of loopback.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own_port = listener.local_addr().unwrap().port();
        let (leads_to, target) = watch::channel(port);
        let ahead_s = Arc::<AtomicU64>::default();
        let ahead = Arc::clone(&ahead_s);
        let listening = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(carry(client, target.clone(), Arc::clone(&ahead)));
            }
        });
        Self {
            port: own_port,
            leads_to,
            ahead_s,
            listening,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Lets the clock of the server seem to be so many seconds ahead.
    pub(crate) fn set_clock_ahead(&self, seconds: u64) {
        self.ahead_s.store(seconds, Ordering::Relaxed);
    }

    /// Leads there from now on, and those who are connected as well.
    pub(crate) fn lead_to(&self, port: u16) {
        self.leads_to.send_replace(port);
    }
}

impl Drop for Switch {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn carry(mut client: TcpStream, mut target: watch::Receiver<u16>, ahead_s: Arc<AtomicU64>) {
    let (mut requests, mut replies) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut server = connect(&mut target).await;
    loop {
        tokio::select! {
            biased;
            _ = target.changed() => server = connect(&mut target).await,
            read = client.read(&mut requests) => match read {
                Ok(read @ 1..) => server.write_all(&requests[..read]).await.unwrap(),
                _ => return,
            },
            read = server.read(&mut replies) => match read {
                Ok(read @ 1..) => {
                    let reply = &mut replies[..read];
                    set_ahead(reply, ahead_s.load(Ordering::Relaxed));
                    client.write_all(reply).await.unwrap();
                }
                _ => return,
            },
        }
    }
}

/// Changes the time that a reply to `INFO` tells, to one of as many digits.
fn set_ahead(reply: &mut [u8], seconds: u64) {
    const FIELD: &[u8] = b"server_time_usec:";
    const DIGITS: usize = 16;
    let found = reply.windows(FIELD.len()).position(|part| part == FIELD);
    if let Some(at) = found {
        let digits = &mut reply[at + FIELD.len()..][..DIGITS];
        let time: u64 = std::str::from_utf8(digits).unwrap().parse().unwrap();
        let later = format!("{:016}", time + seconds * 1_000_000);
        digits.copy_from_slice(later.as_bytes());
    }
}

async fn connect(target: &mut watch::Receiver<u16>) -> TcpStream {
    let port = *target.borrow_and_update();
    TcpStream::connect(("127.0.0.1", port)).await.unwrap()
}
