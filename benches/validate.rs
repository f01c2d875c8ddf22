//! A whole launch in memory, beside the floor that no launch can go below.
//!
//! `floor` verifies one RS256 signature with a key that was parsed before. `launch` is the whole
//! service over a `MemoryStore`: form, state, cookie, signature, claims, nonce, deployment, handler.

use std::{convert::Infallible, hint::black_box};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256},
};
use bytes::Bytes;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::{Request, Response};
use http_body_util::Full;
use tower::Service;
use tower_layer::Layer;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, LtiTool,
    registration::Registrations,
    testing::{Browser, Platform, TestClock},
};

const NOW: u64 = 1_800_000_000;

fn floor(criterion: &mut Criterion) {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let message = vec![b'x'; 2_458];
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        &message,
        &mut signature,
    )
    .expect("a signature");
    let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref())
        .expect("a public key");
    criterion.bench_function("floor: one RS256 verification", |bencher| {
        bencher.iter(|| black_box(key.verify_sig(&message, &signature).is_ok()));
    });
}

fn launch(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let platform = Platform::new("https://lms.test", "tool-1");
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([platform.registration()]).expect("a registration"))
        .key_sets(platform.clone())
        .clock(TestClock::at_unix(NOW))
        .build()
        .expect("a tool");
    let handler = tower::service_fn(|_: Request<Full<Bytes>>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let mut service = LtiLaunchLayer::new(tool.clone())
        .path("/lti/launch")
        .layer(handler);

    criterion.bench_function("ours: a whole launch in memory", |bencher| {
        bencher.iter_batched(
            || runtime.block_on(post(&platform, &tool)),
            |post| runtime.block_on(service.call(post)),
            BatchSize::SmallInput,
        );
    });
    criterion.bench_function("ours: a request that is no launch", |bencher| {
        bencher.iter_batched(
            || Request::new(Full::<Bytes>::default()),
            |request| runtime.block_on(service.call(request)),
            BatchSize::SmallInput,
        );
    });
}

async fn post(platform: &Platform, tool: &LtiTool) -> Request<Full<Bytes>> {
    let mut browser = Browser::new(LtiLogin::new(tool.clone()), ());
    let request = browser.log_in(platform).await.expect("a login");
    let token = platform.id_token(&request, NOW).sign();
    let cookies: Vec<String> = browser
        .cookies()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token", &token)
        .append_pair("state", request.state())
        .finish();
    Request::post("/lti/launch")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookies.join("; "))
        .body(Full::from(form))
        .expect("a request")
}

criterion_group!(benches, floor, launch);
criterion_main!(benches);
