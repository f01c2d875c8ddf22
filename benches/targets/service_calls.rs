//! A call to a service over HTTP, its access token kept.

use std::{fs, thread, time::Duration};

use axum::{Router, routing::get, routing::post};
use bytes::Bytes;
use http::Request;
use tokio::{net::TcpListener, runtime};
use tower::{Service, ServiceExt};
use tower_lti::{
    LtiTool, MemoryStore, registration::Registrations, services::ServiceClient,
    testing::LaunchContextBuilder,
};

use crate::{
    rounds::Rounds,
    services::{self, SCOPES},
    table::{Table, Target},
};

const ROUNDS: usize = 21;
const CALLS: usize = 500;

const BODY: &str = r#"[{"id":"https://lms.test/api/lti/courses/1/line_items/2","scoreMaximum":100,"label":"Quiz 1"}]"#;

/// Both clients run on this one thread, whose CPU time is what counts; the platform has threads of its own.
pub(crate) fn measure(table: &mut Table) {
    let base = platform();
    let url = format!("{base}/line_items");
    let client = client(&base, &url);
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let by_hand = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let mut rounds = Rounds::default();
    let ours = rounds.add_timed(CALLS, |_| {
        cpu_of(|| {
            runtime.block_on(async {
                for _ in 0..CALLS {
                    let request = Request::get(&url).header("accept", "application/json");
                    let request = request.body(Bytes::new()).expect("a request");
                    let mut client = client.clone();
                    let ready = client.ready().await.expect("it is always ready");
                    let answer = ready.call(request).await.expect("an answer");
                    assert_eq!(answer.body().len(), BODY.len());
                }
            });
        })
    });
    let floor = rounds.add_timed(CALLS, |_| {
        cpu_of(|| {
            runtime.block_on(async {
                for _ in 0..CALLS {
                    let answer = by_hand
                        .get(&url)
                        .header("accept", "application/json")
                        .header("authorization", "Bearer eyJ0eXAi.eyJpc3Mi.c2ln")
                        .timeout(Duration::from_secs(10))
                        .send()
                        .await
                        .expect("an answer");
                    let body = answer.bytes().await.expect("its body");
                    assert_eq!(body.len(), BODY.len());
                }
            });
        })
    });
    rounds.run(ROUNDS);
    table.report(
        "CPU of a call to a service, token kept",
        rounds.ratio(ours, floor),
        Target::AtMost(1.10),
        " x reqwest",
        &format!("({:.1} us)", rounds.nanos(ours) / 1e3),
    );
}

/// A platform on loopback, on threads of its own.
fn platform() -> String {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("its address");
            tell.send(format!("http://{address}"))
                .expect("it is waited for");
            let router = Router::new()
                .route("/login/oauth2/token", post(async || services::TOKEN_ANSWER))
                .route("/line_items", get(async || BODY));
            axum::serve(listener, router).await.expect("it goes on");
        });
    });
    told.recv().expect("it is told")
}

fn client(base: &str, url: &str) -> ServiceClient {
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
    let launch = LaunchContextBuilder::new(services::ISSUER, &services::client_id(0)).build();
    let scopes = SCOPES.map(|scope| scope.replace("lti-ags", "lti-gs"));
    tool.services()
        .client(&launch, url, scopes)
        .expect("a client")
}

/// The CPU time that this thread spends on something.
fn cpu_of(work: impl FnOnce()) -> Duration {
    let before = cpu_time();
    work();
    cpu_time() - before
}

fn cpu_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has it");
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.expect("the first number is time on a processor"))
}
