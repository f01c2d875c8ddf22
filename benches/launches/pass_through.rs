//! `pass_through`: a request that is no launch.
//!
//! Beside the service without the layer, and a router without it. Target: 40 ns more over a bare service
//! and no allocation, 160 ns more through `Router::layer`.

use axum::{Router, body::Body};
use criterion::Criterion;
use http::Request;
use http_body_util::Full;
use tower::{Service, util::MapRequestLayer};
use tower_lti::LtiLaunchLayer;

use crate::{
    sample::{self, LAUNCH_PATH},
    service,
};

pub(crate) fn group(criterion: &mut Criterion) {
    let tool = sample::tool_builder(&sample::platform())
        .build()
        .expect("a tool");
    let mut bare = tower::service_fn(service::answer);
    let mut layered = service::layered(&tool);
    let mut router = Router::<()>::new().route("/page", axum::routing::get(async || ()));
    let layer = LtiLaunchLayer::new(tool).add_path(LAUNCH_PATH);
    let idle = MapRequestLayer::new(|request: Request<_>| request);
    let mut idle_router = router.clone().layer(idle);
    let mut layered_router = router.clone().layer(layer);
    let runtime = sample::runtime();

    let mut group = criterion.benchmark_group("pass_through");
    group.bench_function("floor: a bare service", |bencher| {
        bencher.iter(|| runtime.block_on(bare.call(get(Full::default()))));
    });
    group.bench_function("ours: the layer around it", |bencher| {
        bencher.iter(|| runtime.block_on(layered.call(get(Full::default()))));
    });
    group.bench_function("floor: a router", |bencher| {
        bencher.iter(|| runtime.block_on(router.call(get(Body::empty()))));
    });
    group.bench_function(
        "floor: a layer that does nothing in Router::layer",
        |bencher| {
            bencher.iter(|| runtime.block_on(idle_router.call(get(Body::empty()))));
        },
    );
    group.bench_function("ours: the layer in Router::layer", |bencher| {
        bencher.iter(|| runtime.block_on(layered_router.call(get(Body::empty()))));
    });
    group.finish();
}

fn get<B>(body: B) -> Request<B> {
    Request::get("/page").body(body).expect("a request")
}
