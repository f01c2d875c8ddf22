//! `form`: the form of a launch, 3.4 KB, with repeated fields and bad escapes looked for.
//!
//! Beside `form_urlencoded`, which axum's `Form` uses and which looks for neither. Target: one
//! microsecond where that takes 5.3, or 0.19 of it.

use std::hint::black_box;

use criterion::Criterion;
use tower_lti::testing::steps::read_form;

use crate::sample::{self, Posts};

pub(crate) fn group(criterion: &mut Criterion) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let form = Posts::new(&platform, &tool).next().form;

    let mut group = criterion.benchmark_group("form");
    group.bench_function("form_urlencoded", |bencher| {
        bencher.iter(|| {
            for field in form_urlencoded::parse(&form) {
                black_box(field);
            }
        });
    });
    group.bench_function("ours", |bencher| {
        bencher.iter(|| black_box(read_form(&form)));
    });
    group.finish();
}
