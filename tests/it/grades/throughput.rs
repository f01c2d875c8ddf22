//! How many scores go out in a second, by a clock of their own.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use tokio::time::{Instant, sleep};
use tower_lti::{
    LtiTool, MemoryStore,
    claims::names,
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    grades::Grades,
    outbound::{Exchange, ExchangeFuture, ExchangeLimits},
    registration::{Registration, Registrations},
    store::DeploymentStore,
    testing::LaunchContextBuilder,
};

use super::course::{SCORE, score};
use crate::connected::tool_key;

const TOKEN: &str = r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#;

/// A platform that answers everything after 100 ms.
#[derive(Debug)]
struct Slow;

impl Exchange for Slow {
    fn send(&self, request: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        Box::pin(async move {
            sleep(Duration::from_millis(100)).await;
            let is_token = request.uri().path() == "/token";
            Ok(Response::new(if is_token {
                TOKEN.into()
            } else {
                Bytes::new()
            }))
        })
    }
}

async fn grades() -> Grades {
    let registration = Registration::builder("https://lms.test", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .token_endpoint("https://lms.test/token");
    let store = MemoryStore::default();
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([registration.build().unwrap()]).unwrap())
        .store(store.clone())
        .tool_keys(tool_key())
        .exchange(Slow)
        .build()
        .unwrap();
    let launch = LaunchContextBuilder::new("https://lms.test", "tool-1")
        .claim(
            names::AGS_ENDPOINT,
            json!({"scope": [SCORE], "lineitem": "https://lms.test/1"}),
        )
        .build();
    let record = Deployment::new(
        launch.deployment().key().clone(),
        DeploymentStatus::Active,
        DeploymentOrigin::Administrator,
        std::time::SystemTime::UNIX_EPOCH,
    );
    store.create(&record, None).await.unwrap();
    tool.services().grades(&launch).unwrap()
}

/// Scores a second, so many at once.
async fn scores_per_second(grades: &Grades, count: u32, at_once: Option<usize>) -> f64 {
    let scores = (0..count).map(|number| score(&format!("user-{number}"), 5.0));
    let mut batch = grades.batch(scores).await.unwrap();
    let run = grades.post_batch(&mut batch).unwrap();
    let run = match at_once {
        Some(at_once) => run.concurrency(at_once),
        None => run,
    };
    let began = Instant::now();
    run.run().await.unwrap();
    let taken = began.elapsed();
    assert_eq!(batch.open(), 0);
    f64::from(count) / taken.as_secs_f64()
}

// ADV-41
#[tokio::test(start_paused = true)]
async fn scores_go_out_as_fast_as_the_platform_s_latency_lets_them() {
    let grades = grades().await;
    // The first asks for a token.
    grades.post(score("user-0", 1.0)).await.unwrap();

    for (at_once, promised) in [
        (None, 9.5),
        (Some(1), 9.5),
        (Some(2), 19.0),
        (Some(4), 38.0),
        (Some(8), 76.0),
    ] {
        let seen = scores_per_second(&grades, 80, at_once).await;
        assert!(seen >= promised, "{seen:.2} a second, {at_once:?} at once");
    }
}
