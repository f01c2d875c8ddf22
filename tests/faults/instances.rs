//! Tools that are killed, stopped, started again, given new secrets and asked to end.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tower_lti::testing::{AuthenticationRequest, Browser, UrlService};

use crate::{
    app::{body, code},
    eventually::eventually,
    key_server::KeyServer,
    proxy::{Mode, Proxy},
    server::{PATIENCE, RedisServer},
    tool_process::{Settings, ToolProcess, is_the_tool},
};

/// A login whose launch can be posted at any tool that has the same secret.
#[derive(Clone)]
struct Login {
    cookies: std::collections::BTreeMap<String, String>,
    request: AuthenticationRequest,
    token: String,
}

impl Login {
    async fn at(tool: &ToolProcess, keys: &KeyServer) -> Self {
        let mut browser = tool.browser();
        let request = browser.log_in(&keys.platform).await.unwrap();
        Self {
            cookies: browser.cookies().clone(),
            token: keys.token(&request),
            request,
        }
    }

    fn browser(&self, tool: &ToolProcess) -> Browser<UrlService, UrlService> {
        let mut browser = tool.browser();
        *browser.cookies() = self.cookies.clone();
        browser
    }

    async fn launch(&self, tool: &ToolProcess) -> http::Response<bytes::Bytes> {
        let mut browser = self.browser(tool);
        browser.launch(&self.request, &self.token).await
    }

    async fn status(&self, tool: &ToolProcess) -> u16 {
        self.launch(tool).await.status().as_u16()
    }
}

// X58
#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_is_killed_before_it_creates_leaves_nothing_half_made() {
    if is_the_tool().await {
        return;
    }
    const TEST: &str =
        "instances::a_tool_that_is_killed_before_it_creates_leaves_nothing_half_made";
    let (redis, keys) = (RedisServer::start().await, KeyServer::start().await);
    let good = Settings::new(&keys).over(&redis.url());
    let stopping = Settings {
        stops_before_creating: true,
        ..good.clone()
    };
    let mut killed = ToolProcess::start(TEST, &stopping).await;
    let login = Login::at(&killed, &keys).await;

    let (mut browser, request) = (login.browser(&killed), login.clone());
    let launching =
        tokio::spawn(async move { browser.launch(&request.request, &request.token).await });
    killed.has_consumed().await;
    killed.kill().await;

    assert!(launching.await.is_err(), "nobody answers");
    let deployments: Vec<String> = redis.ask("KEYS lti:v1:[di]:*").await;
    assert_eq!((redis.nonces().await, deployments.len()), (1, 0));
    let next = ToolProcess::start(TEST, &good).await;
    assert_eq!(login.status(&next).await, 409);
    let again = Login::at(&next, &keys).await.launch(&next).await;
    assert_eq!(again.status(), 200);
    assert_eq!(body(&again)["created"], true);
}

// X59
#[tokio::test(flavor = "multi_thread")]
async fn a_tool_with_its_store_in_memory_refuses_what_was_used_before_it_started_again() {
    if is_the_tool().await {
        return;
    }
    const TEST: &str =
        "instances::a_tool_with_its_store_in_memory_refuses_what_was_used_before_it_started_again";
    let keys = KeyServer::start().await;
    let settings = Settings::new(&keys);
    let mut tool = ToolProcess::start(TEST, &settings).await;
    let login = Login::at(&tool, &keys).await;
    assert_eq!(login.status(&tool).await, 200);

    tool.kill().await;
    let tool = ToolProcess::start(TEST, &settings).await;

    assert_eq!(code(&login.launch(&tool).await), "state_expired");
    // Without a secret of its own in the settings, the tool makes up a new one when it starts.
    let changed = Settings {
        secrets: Vec::new(),
        ..settings
    };
    let tool = ToolProcess::start(TEST, &changed).await;
    assert_eq!(code(&login.launch(&tool).await), "state_invalid");
    assert_eq!(Login::at(&tool, &keys).await.status(&tool).await, 200);
}

// X60
#[tokio::test(flavor = "multi_thread")]
async fn a_login_survives_a_restart_of_the_tool_over_redis() {
    if is_the_tool().await {
        return;
    }
    const TEST: &str = "instances::a_login_survives_a_restart_of_the_tool_over_redis";
    let (redis, keys) = (RedisServer::start().await, KeyServer::start().await);
    let settings = Settings::new(&keys).over(&redis.url());
    let mut tool = ToolProcess::start(TEST, &settings).await;
    let (used, login) = (Login::at(&tool, &keys).await, Login::at(&tool, &keys).await);
    assert_eq!(used.status(&tool).await, 200);

    tool.kill().await;
    let tool = ToolProcess::start(TEST, &settings).await;

    assert_eq!(login.status(&tool).await, 200);
    assert_eq!(used.status(&tool).await, 409);
}

// X61
#[tokio::test(flavor = "multi_thread")]
async fn a_login_survives_a_new_secret_beside_the_old_one() {
    if is_the_tool().await {
        return;
    }
    const TEST: &str = "instances::a_login_survives_a_new_secret_beside_the_old_one";
    let (redis, keys) = (RedisServer::start().await, KeyServer::start().await);
    let old = Settings::new(&keys).over(&redis.url());
    let with = |secrets: &[u8]| Settings {
        secrets: secrets.to_vec(),
        ..old.clone()
    };
    let mut tool = ToolProcess::start(TEST, &old).await;
    let login = Login::at(&tool, &keys).await;
    tool.kill().await;

    let new_alone = ToolProcess::start(TEST, &with(&[8])).await;
    assert_eq!(code(&login.launch(&new_alone).await), "state_invalid");
    let both = ToolProcess::start(TEST, &with(&[8, 7])).await;
    assert_eq!(login.status(&both).await, 200);
    // What the new one signed is good where the old one is gone.
    let later = Login::at(&both, &keys).await;
    assert_eq!(later.status(&new_alone).await, 200);
}

// X62
#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_is_asked_to_end_answers_the_launches_it_has_and_ends() {
    if is_the_tool().await {
        return;
    }
    const TEST: &str =
        "instances::a_tool_that_is_asked_to_end_answers_the_launches_it_has_and_ends";
    const LAUNCHES: usize = 20;
    let (redis, keys) = (RedisServer::start().await, KeyServer::start().await);
    let proxy = Proxy::to(redis.port()).await;
    let tool = ToolProcess::start(TEST, &Settings::new(&keys).over(&proxy.url())).await;
    // The first launch connects, fetches the keys, and is no part of this.
    assert_eq!(Login::at(&tool, &keys).await.status(&tool).await, 200);
    let deployments: Vec<String> = redis.ask("KEYS lti:v1:d:*").await;
    let _: usize = redis.ask(&format!("DEL {}", deployments[0])).await;
    let before = redis.nonces().await;
    let logins = join_all((0..LAUNCHES).map(|_| Login::at(&tool, &keys))).await;

    proxy.set(Mode::Latency(Duration::from_millis(500)));
    let launches = logins.into_iter().map(|login| {
        let mut browser = login.browser(&tool);
        tokio::spawn(async move { browser.launch(&login.request, &login.token).await.status() })
    });
    let launches: Vec<_> = launches.collect();
    eventually("every launch half way", PATIENCE, async || {
        (redis.nonces().await == before + LAUNCHES).then_some(())
    })
    .await;
    // Each has yet to create its deployment, which takes another half second.
    tool.terminate();
    let asked = Instant::now();

    for launch in launches {
        assert_eq!(launch.await.unwrap(), 200);
    }
    assert!(
        asked.elapsed() > Duration::from_millis(200),
        "none was left"
    );
    assert!(tool.ends_well(Duration::from_secs(2)).await);
}

// X64
#[tokio::test(flavor = "multi_thread")]
async fn of_posts_that_race_at_two_processes_one_gets_in_round_after_round() {
    if is_the_tool().await {
        return;
    }
    const TEST: &str =
        "instances::of_posts_that_race_at_two_processes_one_gets_in_round_after_round";
    const ROUNDS: usize = 50;
    const POSTS: usize = 100;
    let (redis, keys) = (RedisServer::start().await, KeyServer::start().await);
    let settings = Settings::new(&keys).over(&redis.url());
    let one = ToolProcess::start(TEST, &settings).await;
    let other = ToolProcess::start(TEST, &settings).await;
    for round in 0..ROUNDS {
        let login = Login::at(&one, &keys).await;
        let posts = (0..POSTS).map(|post| {
            let mut browser = login.browser(if post % 2 == 0 { &one } else { &other });
            let login = login.clone();
            tokio::spawn(async move { browser.launch(&login.request, &login.token).await.status() })
        });
        let statuses = join_all(posts).await;
        let count = |status: u16| {
            let like_this = statuses.iter().map(|answer| answer.as_ref().unwrap());
            like_this.filter(|answer| answer.as_u16() == status).count()
        };
        assert_eq!((count(200), count(409)), (1, POSTS - 1), "round {round}");
    }
}

// X68
#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_was_suspended_refuses_what_expired_meanwhile_and_goes_on() {
    if is_the_tool().await {
        return;
    }
    const TEST: &str =
        "instances::a_tool_that_was_suspended_refuses_what_expired_meanwhile_and_goes_on";
    const QUEUED: usize = 20;
    let (redis, keys) = (RedisServer::start().await, KeyServer::start().await);
    let lifetime = Duration::from_secs(2);
    let settings = Settings {
        login_lifetime: lifetime,
        ..Settings::new(&keys).over(&redis.url())
    };
    let tool = ToolProcess::start(TEST, &settings).await;
    assert_eq!(Login::at(&tool, &keys).await.status(&tool).await, 200);
    let logins = join_all((0..QUEUED).map(|_| Login::at(&tool, &keys))).await;
    let began = Instant::now();
    let fetches = keys.fetches();

    tool.stop().await;
    // What is sent now waits in the sockets.
    let queued = logins.into_iter().map(|login| {
        let mut browser = login.browser(&tool);
        tokio::spawn(async move { browser.launch(&login.request, &login.token).await })
    });
    let queued: Vec<_> = queued.collect();
    tokio::time::sleep_until((began + lifetime).into()).await;
    tool.go_on();

    let woken = Instant::now();
    for launch in queued {
        assert_eq!(code(&launch.await.unwrap()), "state_expired");
    }
    for _ in 0..QUEUED {
        assert_eq!(Login::at(&tool, &keys).await.status(&tool).await, 200);
    }
    assert!(woken.elapsed() < Duration::from_secs(3), "timers are stuck");
    assert_eq!(keys.fetches(), fetches);
}
