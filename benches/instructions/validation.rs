//! V, F, and a token validated: from its text to its claims.

use std::hint::black_box;

use futures_util::FutureExt;
use tower_lti::testing::steps::validate_id_token;

use crate::{
    meter::Meter,
    sample::{
        self, Posts,
        floor::{Floor, Signed},
    },
};

const CALLS: usize = 100;
const TOKENS: usize = 4;

pub(crate) fn count(meter: &Meter) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let posts = Posts::new(&platform, &tool);
    let tokens: Vec<String> = (0..TOKENS).map(|_| posts.next().id_token).collect();
    let signed: Vec<_> = tokens
        .iter()
        .filter_map(|text| Signed::split(text))
        .collect();
    let floor = Floor::new(&platform);
    meter.count("signature", TOKENS, CALLS, |call| {
        assert!(black_box(floor.verify(&signed[call % TOKENS])));
    });
    meter.count("floor", TOKENS, CALLS, |call| {
        black_box(floor.validate(&tokens[call % TOKENS])).expect("a good token");
    });
    if meter.wants("validation") {
        let registration = platform.registration();
        let runtime = sample::runtime();
        // The first fetches the keys.
        runtime
            .block_on(validate_id_token(&tool, &registration, &tokens[0]))
            .expect("a good token");
        meter.count("validation", TOKENS, CALLS, |call| {
            let token = &tokens[call % TOKENS];
            black_box(validate_id_token(&tool, &registration, token).now_or_never())
                .expect("the keys are there")
                .expect("a good token");
        });
    }
}
