//! A request that is no launch: the service alone, the layer around it, and `Router::layer`.

use axum::{Router, body::Body};
use http::Request;
use http_body_util::Full;
use tower::Service;
use tower_lti::LtiLaunchLayer;

use crate::{
    rounds::Rounds,
    sample::{self, LAUNCH_PATH, service},
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
    let layer = LtiLaunchLayer::new(tool).path(LAUNCH_PATH);
    let mut router = routes.clone();
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
    let through = rounds.add_timed(CALLS, |_| {
        runtime.block_on(timed(async || {
            drop(layered_router.call(get(Body::empty())).await)
        }))
    });
    rounds.run(ROUNDS);

    // 40 ns where the bare service takes 210, and 160 where the router takes 438.
    let mut gate = |what, with, without, most| {
        let more = rounds.more_nanos(with, without);
        table.gate(
            what,
            rounds.ratio(with, without),
            Target::AtMost(most),
            " x bare",
            &format!("({more:.0} ns more than {:.0})", rounds.nanos(without)),
        );
    };
    gate(" 9 a request that is no launch", ours, plain, 1.19);
    gate(" 9 the same through Router::layer", through, routed, 1.365);
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
