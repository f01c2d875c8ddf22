//! A request that is no launch: the service alone, the layer around it, and `Router::layer`, where a layer
//! that does nothing is the floor.

use axum::{Router, body::Body};
use http::Request;
use http_body_util::Full;
use tower::{Service, util::MapRequestLayer};
use tower_lti::LtiLaunchLayer;

use crate::{
    rounds::Rounds,
    sample::{self, LAUNCH_PATH},
    service,
    table::{Table, Target},
};

const ROUNDS: usize = 61;
const CALLS: usize = 2_000;

pub(crate) fn measure(table: &mut Table) {
    let tool = sample::tool_builder(&sample::platform())
        .build()
        .expect("a tool");
    let mut bare = tower::service_fn(service::answer);
    let mut layered = service::layered(&tool);
    let routes = Router::<()>::new().route("/page", axum::routing::get(async || ()));
    let layer = LtiLaunchLayer::new(tool).add_path(LAUNCH_PATH);
    let mut router = routes.clone();
    let mut idle_router = routes
        .clone()
        .layer(MapRequestLayer::new(|request: Request<_>| request));
    let mut layered_router = routes.layer(layer);
    let runtime = sample::runtime();

    let mut rounds = Rounds::default();
    let plain = rounds.add_timed(CALLS, |_| {
        runtime.block_on(timed(async || drop(bare.call(get(Full::default())).await)))
    });
    let ours = rounds.add_timed(CALLS, |_| {
        runtime.block_on(timed(async || {
            drop(layered.call(get(Full::default())).await)
        }))
    });
    let routed = rounds.add_timed(CALLS, |_| {
        runtime.block_on(timed(async || drop(router.call(get(Body::empty())).await)))
    });
    let idle = rounds.add_timed(CALLS, |_| {
        runtime.block_on(timed(async || {
            drop(idle_router.call(get(Body::empty())).await)
        }))
    });
    let through = rounds.add_timed(CALLS, |_| {
        runtime.block_on(timed(async || {
            drop(layered_router.call(get(Body::empty())).await)
        }))
    });
    rounds.run(ROUNDS);

    let more = |who, than| {
        let more = rounds.more_nanos(who, than);
        format!("({more:.0} ns more than {:.0})", rounds.nanos(than))
    };
    // 40 ns where the bare service takes 210.
    table.gate(
        "a request that is no launch",
        rounds.ratio(ours, plain),
        Target::AtMost(1.19),
        " x bare",
        &more(ours, plain),
    );
    // 160 ns where the router takes 438.
    table.gate(
        "the same through Router::layer",
        rounds.ratio(through, routed),
        Target::AtMost(1.37),
        " x router",
        &more(through, routed),
    );
    table.tell(
        "a layer that does nothing through Router::layer",
        rounds.ratio(idle, routed),
        " x router",
        &more(idle, routed),
    );
}

fn get<B>(body: B) -> Request<B> {
    Request::get("/page").body(body).expect("a request")
}

async fn timed(mut call: impl AsyncFnMut()) -> std::time::Duration {
    let begin = std::time::Instant::now();
    for _ in 0..CALLS {
        call().await;
    }
    begin.elapsed()
}
