//! A Redis server that a test starts, disturbs, kills and starts again.

use std::{
    env,
    ffi::OsString,
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, FromRedisValue, RedisError, RedisResult,
    aio::MultiplexedConnection,
};

use super::{eventually::eventually, folder::Folder, port::free_port, signal};

/// Names the server to test with by its path. Without it, it is the system's `redis-server`.
const PROGRAM: &str = "REDIS_SERVER";

/// A `redis-server` on loopback, killed when it is dropped.
///
/// The test itself talks to it over a Unix socket, beside what the store under test does.
pub(crate) struct RedisServer {
    process: Child,
    port: u16,
    folder: Folder,
    settings: Vec<String>,
    administrator: MultiplexedConnection,
}

impl RedisServer {
    /// Starts a server that keeps nothing on disk, and waits until it answers.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// The same with more settings, as they stand on the command line.
    pub(crate) async fn with(settings: &[&str]) -> Self {
        Self::configured(None, settings).await
    }

    /// Starts a sentinel with this configuration.
    pub(crate) async fn sentinel(config: &str) -> Self {
        Self::configured(Some(config), &["--sentinel"]).await
    }

    async fn configured(config: Option<&str>, settings: &[&str]) -> Self {
        let settings: Vec<String> = settings.iter().map(|&word| word.to_owned()).collect();
        for _ in 0..10 {
            let (port, folder) = (free_port(), Folder::new());
            if let Some(config) = config {
                fs::write(folder.file(CONFIG), config).unwrap();
            }
            let mut process = spawn(port, &folder, &settings);
            if let Some(administrator) = answering(&mut process, &folder, &settings).await {
                return Self {
                    process,
                    port,
                    folder,
                    settings,
                    administrator,
                };
            }
        }
        panic!("redis-server does not start with {settings:?}");
    }

    /// Starts a replica of this server, and waits until it has what the server has.
    pub(crate) async fn replica(&self) -> Self {
        let port = self.port.to_string();
        let settings = self.settings.iter().map(String::as_str);
        let of = ["--replicaof", "127.0.0.1", &port];
        let settings: Vec<&str> = settings.chain(of).collect();
        let replica = Self::with(&settings).await;
        replica.has_caught_up().await;
        replica
    }

    /// Waits until a replica is connected to its master.
    pub(crate) async fn has_caught_up(&self) {
        eventually("a replica in step", PATIENCE, async || {
            let info: String = self.ask("INFO replication").await;
            info.contains("master_link_status:up").then_some(())
        })
        .await;
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The port by which it talks to the other nodes of its cluster.
    pub(crate) fn bus_port(&self) -> &str {
        let mut settings = self.settings.iter();
        settings.find(|word| *word == "--cluster-port").unwrap();
        settings.next().unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Ends the server at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again on the same port, with what it kept on disk.
    pub(crate) async fn restart(&mut self) {
        self.process = spawn(self.port, &self.folder, &self.settings);
        let answering = answering(&mut self.process, &self.folder, &self.settings).await;
        self.administrator = answering.expect("redis-server starts again");
    }

    /// Stops it where it is, and waits until it stands still.
    pub(crate) async fn stop(&self) {
        signal::stop(self.process.id()).await;
    }

    /// Lets it go on after it was stopped.
    pub(crate) fn go_on(&self) {
        signal::send("CONT", self.process.id());
    }

    /// A connection of the test's own over TCP, beside those of the store.
    pub(crate) async fn connection(&self) -> MultiplexedConnection {
        let client = Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// Sends one command, its words apart by spaces. One that has to wait holds up those behind it.
    pub(crate) async fn ask<T: FromRedisValue>(&self, words: &str) -> T {
        let words: Vec<&str> = words.split(' ').collect();
        self.ask_words(&words).await
    }

    /// Sends one command whose words may hold spaces or nothing.
    pub(crate) async fn ask_words<T: FromRedisValue>(&self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        let mut answer = command.query_async(&mut self.administrator.clone()).await;
        // Sentinels cut every connection to a server that they demote.
        if answer.as_ref().is_err_and(RedisError::is_io_error) {
            let mut anew = connect(&self.folder, &self.settings).await.unwrap();
            answer = command.query_async(&mut anew).await;
        }
        answer.unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// How many nonces it holds.
    pub(crate) async fn nonces(&self) -> usize {
        let keys: Vec<String> = self.ask("KEYS lti:v1:n:*").await;
        keys.len()
    }

    /// How often a command was called, whatever came of it.
    pub(crate) async fn calls_of(&self, command: &str) -> usize {
        let stats: String = self.ask("INFO commandstats").await;
        let before = format!("cmdstat_{command}:calls=");
        stats
            .lines()
            .find_map(|line| line.strip_prefix(&before))
            .map_or(0, |rest| rest.split(',').next().unwrap().parse().unwrap())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// How long a server of a test may take to start, or to do what it was told.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The name of the file that a sentinel is configured by, and keeps what it knows in.
const CONFIG: &str = "sentinel.conf";

fn program() -> OsString {
    env::var_os(PROGRAM).unwrap_or_else(|| "redis-server".into())
}

fn spawn(port: u16, folder: &Folder, settings: &[String]) -> Child {
    let mut command = Command::new(program());
    let config = folder.path().join(CONFIG);
    if config.exists() {
        command.arg(config);
    }
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--unixsocket", &folder.file("redis.sock")])
        .args(["--save", "", "--appendonly", "no"])
        .args(["--repl-diskless-sync-delay", "0"])
        .arg("--dir")
        .arg(folder.path())
        .args(settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("redis-server can be started")
}

/// Asks until the server answers. It ends by itself when another was quicker to the port.
async fn answering(
    process: &mut Child,
    folder: &Folder,
    settings: &[String],
) -> Option<MultiplexedConnection> {
    let (connection, _) = eventually("an answer of redis-server", PATIENCE, async || {
        if process.try_wait().unwrap().is_some() {
            return Some(None);
        }
        let mut connection = connect(folder, settings).await.ok()?;
        let answer: Result<String, _> = redis::cmd("PING").query_async(&mut connection).await;
        answer.is_ok().then_some(Some(connection))
    })
    .await;
    connection
}

/// Connects to the Unix socket of a server.
async fn connect(folder: &Folder, settings: &[String]) -> RedisResult<MultiplexedConnection> {
    let password = settings
        .iter()
        .position(|word| word == "--requirepass")
        .map_or(String::new(), |at| format!("?pass={}", settings[at + 1]));
    let url = format!("redis+unix://{}{password}", folder.file("redis.sock"));
    let client = Client::open(url).unwrap();
    let config = AsyncConnectionConfig::new().set_response_timeout(None);
    client
        .get_multiplexed_async_connection_with_config(&config)
        .await
}
