//! Two instances of the example, one Redis: races hold across processes.

use std::process::Stdio;

use axum::{Router, routing::get};
use futures_util::future::join_all;
use http::StatusCode;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
};
use tower_lti::{
    claims::names,
    testing::{Browser, Platform, UrlService},
};

use crate::{app::body, browser::example, redis_server::RedisServer};

const SECRET: &str = "a secret of more than thirty-two bytes";

struct Instances {
    _programs: Vec<tokio::process::Child>,
    services: Vec<UrlService>,
    platform: Platform,
    base_url: String,
}

impl Instances {
    async fn start(redis: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform_url = format!("http://{}", listener.local_addr().unwrap());
        let platform = Platform::new("https://lms.test", "tool-1").at(&platform_url);
        let keys = platform.clone();
        let router = Router::new().route("/jwks", get(async move || keys.jwks_json()));
        tokio::spawn(async move { axum::serve(listener, router).await });

        let file = std::env::temp_dir().join(format!(
            "tower-lti-registrations-{}-{}.json",
            std::process::id(),
            platform_url.rsplit(':').next().unwrap()
        ));
        let registrations = serde_json::json!([{
            "issuer": "https://lms.test",
            "client_id": "tool-1",
            "authorization_endpoint": format!("{platform_url}/auth"),
            "token_endpoint": format!("{platform_url}/token"),
            "jwks_url": format!("{platform_url}/jwks"),
        }]);
        std::fs::write(&file, registrations.to_string()).unwrap();

        let base_url = "http://127.0.0.1:1".to_owned();
        let mut programs = Vec::new();
        let mut services = Vec::new();
        // The example says at which address browsers see it, so the port is chosen here.
        for _ in 0..2 {
            let address = TcpListener::bind("127.0.0.1:0")
                .await
                .unwrap()
                .local_addr()
                .unwrap();
            let mut program = tokio::process::Command::new(example("axum"))
                .env("LTI_LISTEN", address.to_string())
                .env("LTI_BASE_URL", &base_url)
                .env("LTI_REGISTRATIONS", &file)
                .env("LTI_REDIS_URL", redis)
                .env("LTI_LOGIN_SECRET", SECRET)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
            assert!(
                lines.next_line().await.unwrap().is_some(),
                "the example ended early"
            );
            services.push(UrlService::new(&address.to_string()));
            programs.push(program);
        }
        std::fs::remove_file(file).unwrap();
        Self {
            _programs: programs,
            services,
            platform,
            base_url,
        }
    }

    /// A browser that logs in at one instance and launches at either.
    fn browser(&self, launch_at: usize) -> Browser<UrlService, UrlService> {
        Browser::new(
            self.services[0].clone(),
            self.services[launch_at % 2].clone(),
        )
        .accepting("application/json")
        .following(&format!("{}/app", self.base_url))
    }
}

fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

// R02, X64
#[tokio::test(flavor = "multi_thread")]
async fn of_64_posts_of_one_token_to_two_processes_one_succeeds() {
    let redis = RedisServer::start().await;
    let instances = Instances::start(&redis.url()).await;
    let mut first = instances.browser(0);
    let request = first.log_in(&instances.platform).await.unwrap();
    let token = instances.platform.id_token(&request, now()).sign();
    let posts = (0..64).map(|number| {
        let mut browser = instances.browser(number);
        *browser.cookies() = first.cookies().clone();
        let (request, token) = (request.clone(), token.clone());
        tokio::spawn(async move { browser.launch(&request, &token).await.status() })
    });
    let statuses: Vec<StatusCode> = join_all(posts)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let ok = statuses
        .iter()
        .filter(|status| **status == StatusCode::OK)
        .count();
    let replays = statuses
        .iter()
        .filter(|status| **status == StatusCode::CONFLICT)
        .count();
    assert_eq!((ok, replays), (1, 63));
}

// D01
#[tokio::test(flavor = "multi_thread")]
async fn of_64_first_launches_at_two_processes_all_succeed_and_one_creates() {
    let redis = RedisServer::start().await;
    let instances = Instances::start(&redis.url()).await;
    let launches = (0..64).map(|number| {
        let mut browser = instances.browser(number);
        let platform = instances.platform.clone();
        tokio::spawn(async move {
            let request = browser.log_in(&platform).await.unwrap();
            let token = platform
                .id_token(&request, now())
                .claim(names::DEPLOYMENT_ID, "dep-raced")
                .sign();
            let answer = browser.launch(&request, &token).await;
            assert_eq!(answer.status(), 200);
            assert_eq!(body(&answer)["deployment_id"], "dep-raced");
            body(&answer)["deployment_created"] == true
        })
    });
    let created = join_all(launches)
        .await
        .into_iter()
        .map(Result::unwrap)
        .filter(|created| *created);
    assert_eq!(created.count(), 1);
}

// X01: Redis is down
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_down_means_503_and_no_launch() {
    let mut redis = RedisServer::start().await;
    let url = redis.url();
    redis.kill();
    let instances = Instances::start(&url).await;
    let mut browser = instances.browser(0);
    let request = browser.log_in(&instances.platform).await.unwrap();
    let token = instances.platform.id_token(&request, now()).sign();
    let started = std::time::Instant::now();
    let answer = browser.launch(&request, &token).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    assert!(started.elapsed() < std::time::Duration::from_millis(2_500));
    redis.restart().await;
    // The login is younger than both instances, and no server has told them anything that it could have
    // forgotten.
    let back = std::time::Instant::now();
    let launched = loop {
        let answer = browser.launch(&request, &token).await;
        if answer.status() != 503 {
            break answer;
        }
        assert!(
            back.elapsed() < std::time::Duration::from_secs(5),
            "not back in time"
        );
    };
    assert_eq!(launched.status(), 200);
    let request = browser.log_in(&instances.platform).await.unwrap();
    let token = instances.platform.id_token(&request, now()).sign();
    assert_eq!(browser.launch(&request, &token).await.status(), 200);
}
