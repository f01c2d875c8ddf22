//! What the health check says of a cluster that is there in part.

use std::time::Duration;

use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;
use tower_lti::{RedisStore, health::LtiHealth};

use crate::{
    app::App, cluster::Cluster, eventually::eventually, log::Log, login::Login, proxy::Proxy,
    server::PATIENCE, tool_over,
};

/// A tool whose store gives up early.
async fn quick_tool_at(url: &str) -> App<RedisStore> {
    let builder = RedisStore::builder(url).operation_timeout(Duration::from_millis(500));
    tool_over(builder.connect().await.unwrap())
}

async fn asked(app: &App<RedisStore>) -> (u16, String) {
    let request = Request::get("/health").body(()).unwrap();
    let service = LtiHealth::new(app.tool.clone());
    let answer = service.oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn says(app: &App<RedisStore>, status: u16, told: &str) {
    let what = format!("a health check that answers {status} {told}");
    eventually(&what, PATIENCE, async || {
        let answer = asked(app).await;
        (answer.0 == status && answer.1.contains(told)).then_some(())
    })
    .await;
}

const TWO_OF_THREE: &str = "degraded: 2 of 3 servers of the store take writes\n";

// Y09
#[tokio::test]
async fn each_master_of_a_cluster_is_checked_and_one_that_takes_writes_is_enough() {
    let log = Log::start();
    let mut cluster = Cluster::that_goes_on(3).await;
    let app = quick_tool_at(&cluster.url()).await;
    assert_eq!(asked(&app).await, (200, "ready\n".to_owned()));
    for master in &cluster.masters {
        assert!(
            master.calls_of("set").await > 0,
            "each master is written to"
        );
    }

    // Whichever it is: the one that keeps some single key, or another.
    for down in 0..3 {
        cluster.masters[down].kill();
        says(&app, 200, TWO_OF_THREE).await;
        let health = app.tool.store_health().await.unwrap();
        assert_eq!((health.writable(), health.servers()), (2, 3));
        assert!(health.is_degraded() && app.tool.check_store().await.is_ok());
        cluster.masters[down].restart().await;
        cluster.agrees().await;
        says(&app, 200, "ready").await;
    }
    let told = log.text();
    assert!(told.contains("some masters of the Redis Cluster take no writes"));
    assert!(told.contains("all masters of the Redis Cluster take writes again"));

    for master in &mut cluster.masters {
        master.kill();
    }
    says(&app, 503, "").await;
    assert!(app.tool.check_store().await.is_err());
}

// Y09: the launches themselves
#[tokio::test]
async fn with_a_master_down_some_launches_are_served_and_the_others_are_503() {
    let mut cluster = Cluster::that_goes_on(3).await;
    let app = quick_tool_at(&cluster.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let keeps_the_deployment = async |master: &crate::server::RedisServer| {
        let keys: Vec<String> = master.ask("KEYS lti:v1:d:*").await;
        !keys.is_empty()
    };
    let mut down = 0;
    while keeps_the_deployment(&cluster.masters[down]).await {
        down += 1;
    }
    cluster.masters[down].kill();
    says(&app, 200, TWO_OF_THREE).await;
    let (mut served, mut refused) = (0, 0);
    while served == 0 || refused == 0 {
        match Login::at(&app).await.launch().await {
            200 => served += 1,
            503 => refused += 1,
            other => panic!("{other}"),
        }
    }
}

// Y09: masters that are there and take no writes
#[tokio::test]
async fn a_master_that_is_full_stopped_or_in_a_cluster_that_is_not_covered_takes_no_writes() {
    let mut cluster = Cluster::that_goes_on(3).await;
    let app = quick_tool_at(&cluster.url()).await;
    let _: () = cluster.masters[0].ask("CONFIG SET maxmemory 1").await;
    says(&app, 200, TWO_OF_THREE).await;
    let _: () = cluster.masters[0].ask("CONFIG SET maxmemory 0").await;
    says(&app, 200, "ready").await;

    cluster.masters[1].stop().await;
    says(&app, 200, TWO_OF_THREE).await;
    cluster.masters[1].go_on();
    says(&app, 200, "ready").await;

    for master in &cluster.masters {
        let set = "CONFIG SET cluster-require-full-coverage yes";
        let _: () = master.ask(set).await;
    }
    cluster.masters[2].kill();
    says(&app, 503, "").await;
}

// Y09: one server is all or nothing
#[tokio::test]
async fn a_server_that_is_one_to_the_tool_is_ready_or_503() {
    let redis = crate::server::RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let app = quick_tool_at(&proxy.url()).await;
    assert_eq!(asked(&app).await, (200, "ready\n".to_owned()));
    redis.stop().await;
    says(&app, 503, "").await;
    redis.go_on();
    says(&app, 200, "ready").await;
    assert!(!app.tool.store_health().await.unwrap().is_degraded());
}
