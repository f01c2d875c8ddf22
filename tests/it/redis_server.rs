//! A Redis server of a test's own.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use redis::{Client, aio::MultiplexedConnection};

/// Names the server to test with by its path. Without it, it is the system's `redis-server`.
const PROGRAM: &str = "REDIS_SERVER";

/// A `redis-server` on a free port of loopback, killed when it is dropped.
pub(crate) struct RedisServer {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl RedisServer {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start() -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        for _ in 0..10 {
            let number = STARTED.fetch_add(1, Ordering::Relaxed);
            let name = format!("tower-lti-redis-{}-{number}", std::process::id());
            let folder = env::temp_dir().join(name);
            fs::create_dir_all(&folder).unwrap();
            let port = free_port();
            let child = spawn(port, &folder);
            let mut server = Self {
                child,
                port,
                folder,
            };
            if server.is_ready().await {
                return server;
            }
        }
        panic!("redis-server does not start");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Ends the server at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same port, empty.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(self.port, &self.folder);
        assert!(self.is_ready().await, "redis-server does not start again");
    }

    /// A connection of the test's own, beside those of the store.
    pub(crate) async fn connection(&self) -> MultiplexedConnection {
        let client = Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// Sends one command, its words apart by spaces.
    pub(crate) async fn command<T: redis::FromRedisValue>(&self, words: &str) -> T {
        let mut words = words.split(' ');
        let mut command = redis::cmd(words.next().unwrap());
        for word in words {
            command.arg(word);
        }
        command
            .query_async(&mut self.connection().await)
            .await
            .unwrap()
    }

    /// Waits for the line that says it is ready. There is none when another process was quicker to
    /// the port: the server then ends.
    async fn is_ready(&mut self) -> bool {
        let output = BufReader::new(self.child.stdout.take().unwrap());
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        // Reads on until the server ends, so that it never waits for a reader.
        std::thread::spawn(move || {
            let mut ready = Some(ready);
            for line in output.lines().map_while(Result::ok) {
                if line.contains("Ready to accept connections")
                    && let Some(ready) = ready.take()
                {
                    ready.send(()).unwrap_or(());
                }
            }
        });
        is_ready.await.is_ok()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn spawn(port: u16, folder: &PathBuf) -> Child {
    Command::new(program())
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no"])
        .arg("--dir")
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("redis-server can be started")
}

fn program() -> OsString {
    env::var_os(PROGRAM).unwrap_or_else(|| "redis-server".into())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
