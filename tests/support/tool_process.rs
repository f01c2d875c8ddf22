//! A tool that is a process of its own, which can be stopped, killed and asked to end.
//!
//! The process is the test itself, started once more: the variables in its environment say that it is
//! to be the tool.

use std::{env, process::Stdio, time::Duration};

use axum::{Router, routing::post};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpListener,
    process::{Child, ChildStdout, Command},
    signal::unix::SignalKind,
};
use tower_lti::{
    LaunchContext, LoginSecret, LtiLaunchLayer, LtiLogin, LtiTool, MemoryStore,
    OnMissingDeployment, RedisStore,
    registration::Registrations,
    testing::{Browser, Platform, UrlService},
    tool::Limits,
};

use super::{key_server::KeyServer, redis::signal};

const SETTINGS: &str = "FAULTS_TOOL";

/// Begins a line of the process that says where it is.
const LISTENS: &str = "listens at ";

/// Begins a line that says that a nonce was used up and its deployment is about to be created.
const CONSUMED: &str = "consumed";

/// The address that browsers know the tool by. Which process they reach is theirs to say.
const BASE_URL: &str = "http://127.0.0.1:1";

/// What a tool is to be like.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) platform_url: String,
    /// The URL of a Redis; without one, the tool keeps everything in memory.
    pub(crate) redis: Option<String>,
    /// The bytes that login secrets are made of; the first signs.
    pub(crate) secrets: Vec<u8>,
    pub(crate) login_lifetime: Duration,
    /// Whether it says that it is about to create a deployment, and then never does.
    pub(crate) stops_before_creating: bool,
}

impl Settings {
    pub(crate) fn new(keys: &KeyServer) -> Self {
        Self {
            platform_url: keys.base_url.clone(),
            redis: None,
            secrets: vec![7],
            login_lifetime: Duration::from_secs(600),
            stops_before_creating: false,
        }
    }

    pub(crate) fn over(mut self, redis: &str) -> Self {
        self.redis = Some(redis.to_owned());
        self
    }

    fn tool(&self, builder: tower_lti::tool::LtiToolBuilder) -> LtiTool {
        let platform = Platform::new("https://lms.test", "tool-1").at(&self.platform_url);
        let mut builder = builder
            .launch_url(format!("{BASE_URL}/lti/launch"))
            .insecure_allow_loopback_http()
            .allow_target(format!("{BASE_URL}/app"))
            .insecure_allow_volatile_store()
            .limits(Limits::default().login_lifetime(self.login_lifetime))
            .registrations(Registrations::new([platform.registration()]).unwrap());
        for (number, byte) in self.secrets.iter().enumerate() {
            let secret =
                LoginSecret::from_bytes(format!("secret {byte} that only tests may know")).unwrap();
            builder = match number {
                0 => builder.login_secret(secret),
                _ => builder.add_previous_login_secret(secret),
            };
        }
        builder.build().unwrap()
    }

    fn policy(&self) -> OnMissingDeployment {
        if self.stops_before_creating {
            OnMissingDeployment::create_if(async |_| {
                say(CONSUMED).await;
                std::future::pending().await
            })
        } else {
            OnMissingDeployment::Create
        }
    }
}

/// A tool that runs by itself, and not beyond its test.
pub(crate) struct ToolProcess {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    service: UrlService,
}

impl ToolProcess {
    /// Starts a tool as another process of this test, named by its path.
    pub(crate) async fn start(test: &str, settings: &Settings) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", test])
            .env(SETTINGS, serde_json::to_string(settings).unwrap())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = rest_of_line(&mut lines, LISTENS).await;
        Self {
            process,
            lines,
            service: UrlService::new(&address),
        }
    }

    pub(crate) fn browser(&self) -> Browser<UrlService, UrlService> {
        self.browser_that_launches_at(self)
    }

    /// A browser that logs in here and launches there.
    pub(crate) fn browser_that_launches_at(&self, there: &Self) -> Browser<UrlService, UrlService> {
        Browser::new(self.service.clone(), there.service.clone())
            .following(&format!("{BASE_URL}/app"))
            .accepting("application/json")
    }

    /// Waits until a launch has used up its nonce and is about to create its deployment.
    pub(crate) async fn has_consumed(&mut self) {
        rest_of_line(&mut self.lines, CONSUMED).await;
    }

    /// Ends it at once, as a crash does.
    pub(crate) async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// Stops it where it is, and waits until it stands still.
    pub(crate) async fn stop(&self) {
        signal::stop(self.id()).await;
    }

    /// Lets it go on after it was stopped.
    pub(crate) fn go_on(&self) {
        signal::send("CONT", self.id());
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        signal::send("TERM", self.id());
    }

    fn id(&self) -> u32 {
        self.process.id().expect("it runs")
    }

    /// Waits until it has ended by itself, and says whether it did so well.
    pub(crate) async fn ends_well(mut self, within: Duration) -> bool {
        let ended = tokio::time::timeout(within, self.process.wait()).await;
        ended.expect("the tool ends in time").unwrap().success()
    }
}

/// The rest of the first line that has this in it.
async fn rest_of_line(lines: &mut Lines<BufReader<ChildStdout>>, beginning: &str) -> String {
    while let Some(line) = lines.next_line().await.unwrap() {
        // The test harness may have begun the line.
        if let Some((_, rest)) = line.split_once(beginning) {
            return rest.to_owned();
        }
    }
    panic!("the tool ended before it said {beginning:?}");
}

/// Whether this process is to be the tool. If so, it is one until it is told to end.
pub(crate) async fn is_the_tool() -> bool {
    let Ok(settings) = env::var(SETTINGS) else {
        return false;
    };
    let settings: Settings = serde_json::from_str(&settings).unwrap();
    let tool = match &settings.redis {
        Some(url) => {
            let store = RedisStore::lazy(url).unwrap();
            settings.tool(LtiTool::builder().store(store))
        }
        None => settings.tool(LtiTool::builder().store(MemoryStore::default())),
    };
    let launch = LtiLaunchLayer::new(tool.clone())
        .add_path("/lti/launch")
        .on_missing_deployment(settings.policy());
    let router = Router::new()
        .route("/lti/launch", post(open_tool))
        .layer(launch)
        .route_service("/lti/login", LtiLogin::new(tool));
    let mut terminate = tokio::signal::unix::signal(SignalKind::terminate()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    say(&format!("{LISTENS}{}", listener.local_addr().unwrap())).await;
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            terminate.recv().await;
        })
        .await
        .unwrap();
    true
}

async fn open_tool(launch: LaunchContext) -> String {
    let created = launch.deployment_created();
    format!(r#"{{"created":{created}}}"#)
}

/// Writes a line. Not by println, which the test harness keeps to itself.
async fn say(line: &str) {
    let mut output = tokio::io::stdout();
    output
        .write_all(format!("{line}\n").as_bytes())
        .await
        .unwrap();
    output.flush().await.unwrap();
}
