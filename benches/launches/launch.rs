//! `launch`: the whole service, from form to answer, over both stores.
//!
//! Beside F, which does none of the rest: the state, the cookie, the nonce, the deployment, the answer.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use tower_lti::{LtiTool, RedisStore};

use crate::{
    redis_server::RedisServer,
    sample::{self, Posts, floor::Floor},
    service::service,
};

pub(crate) fn group(criterion: &mut Criterion) {
    let platform = sample::platform();
    let runtime = sample::runtime();
    let server = runtime.block_on(RedisServer::start());
    let store = runtime
        .block_on(RedisStore::connect(&server.url()))
        .expect("a connection");
    let in_memory = sample::tool_builder(&platform).build().expect("a tool");
    let over_redis = sample::tool_builder(&platform)
        .store(store)
        .build()
        .expect("a tool");
    let token = Posts::new(&platform, &in_memory).next().id_token;
    let floor = Floor::new(&platform);

    let mut group = criterion.benchmark_group("launch");
    // A launch is made for each call, which takes longer than the call.
    group.sample_size(30);
    group.bench_function("F: the floor", |bencher| {
        bencher.iter(|| black_box(floor.validate(&token)));
    });
    let mut launch = |name: &str, tool: &LtiTool| {
        let posts = Posts::new(&platform, tool);
        let mut service = service(tool);
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || posts.next().to_request(),
                |request| {
                    let answer = runtime.block_on(service(request));
                    assert_eq!(answer.status(), 200);
                },
                BatchSize::SmallInput,
            );
        });
    };
    launch("ours, in memory", &in_memory);
    launch("ours, over Redis", &over_redis);
    group.finish();
}
