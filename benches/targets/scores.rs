//! How many scores go out in a second, to a platform that takes 100 ms for each.

use std::time::{Duration, Instant};

use axum::{Router, routing::post};
use serde_json::json;
use tokio::{net::TcpListener, runtime, time::sleep};
use tower_lti::{
    LtiTool, MemoryStore,
    claims::names,
    grades::{Grades, Score},
    registration::Registrations,
    testing::LaunchContextBuilder,
};

use crate::{
    services,
    table::{Table, Target},
};

const LATENCY: Duration = Duration::from_millis(100);
const SCORES: u32 = 40;

const SCOPE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";

/// All of it on one thread, the platform too: it waits nearly all the time.
pub(crate) fn measure(table: &mut Table) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let base = platform().await;
        let grades = grades(&base);
        // The first asks for a token.
        per_second(&grades, 1, 1).await;
        let floor = 1.0 / LATENCY.as_secs_f64();
        for (at_once, name) in [
            (1, "scores a second, one at a time"),
            (8, "scores a second, eight at once"),
        ] {
            let ours = per_second(&grades, SCORES * at_once, at_once as usize).await;
            table.report(
                name,
                ours / (floor * f64::from(at_once)),
                Target::AtLeast(0.95),
                " x what the latency allows",
                &format!("({ours:.2} a second)"),
            );
        }
    });
}

async fn per_second(grades: &Grades, count: u32, at_once: usize) -> f64 {
    let score = |number| Score::of(&format!("user-{number}"), 5.0, 10.0).expect("a score");
    let mut batch = grades.batch((0..count).map(score)).await.expect("a batch");
    let run = grades.post_batch(&mut batch).expect("of this deployment");
    let began = Instant::now();
    run.concurrency(at_once).run().await.expect("it runs");
    let taken = began.elapsed();
    assert_eq!(batch.open(), 0);
    f64::from(count) / taken.as_secs_f64()
}

async fn platform() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    let router = Router::new()
        .route("/login/oauth2/token", post(async || services::TOKEN_ANSWER))
        .route("/line_items/1/scores", post(async || sleep(LATENCY).await));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn grades(base: &str) -> Grades {
    let store = MemoryStore::default();
    services::open(&store, 0);
    let tool = LtiTool::builder()
        .launch_url("http://127.0.0.1:3000/lti/launch")
        .insecure_allow_loopback_http()
        .registrations(Registrations::new([services::registration(0, base)]).expect("one"))
        .store(store)
        .tool_keys(services::key())
        .build()
        .expect("a tool");
    let claim = json!({"scope": [SCOPE], "lineitem": format!("{base}/line_items/1")});
    let launch = LaunchContextBuilder::new(services::ISSUER, &services::client_id(0))
        .claim(names::AGS_ENDPOINT, claim)
        .build();
    tool.services().grades(&launch).expect("it offers them")
}
