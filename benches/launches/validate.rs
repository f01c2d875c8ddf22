//! `validate`: from a token's text to its claims.
//!
//! Beside V, one RS256 signature with a key that was parsed before, and F, what nobody can do without
//! (`sample/floor.rs`). Target: at most 1.20 F and 1.55 V.

use std::hint::black_box;

use criterion::Criterion;
use futures_util::FutureExt;
use tower_lti::testing::steps::validate_id_token;

use crate::sample::{
    self, Posts,
    floor::{Floor, Signed},
};

pub(crate) fn group(criterion: &mut Criterion) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let token = Posts::new(&platform, &tool).next().id_token;
    let signed = Signed::split(&token).expect("a token");
    let floor = Floor::new(&platform);
    let registration = platform.registration();
    // The first fetches the keys.
    sample::runtime()
        .block_on(validate_id_token(&tool, &registration, &token))
        .expect("a good token");

    let mut group = criterion.benchmark_group("validate");
    group.bench_function("V: one signature", |bencher| {
        bencher.iter(|| black_box(floor.verify(&signed)));
    });
    group.bench_function("F: the floor", |bencher| {
        bencher.iter(|| black_box(floor.validate(&token)));
    });
    group.bench_function("ours", |bencher| {
        bencher.iter(|| validate_id_token(&tool, &registration, &token).now_or_never());
    });
    group.finish();
}
