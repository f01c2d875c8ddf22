//! `login`: a login initiation, the whole service: parameters, registration, state, cookie, redirect.
//!
//! Beside F. Target: ten microseconds where F takes 20.6, and no key written.

use std::hint::black_box;

use bytes::Bytes;
use criterion::Criterion;
use http::Request;
use http_body_util::Full;
use tower::Service;
use tower_lti::LtiLogin;

use crate::sample::{self, Posts, floor::Floor};

pub(crate) fn group(criterion: &mut Criterion) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let token = Posts::new(&platform, &tool).next().id_token;
    let floor = Floor::new(&platform);
    let address = sample::login_address(&platform);
    let mut login = LtiLogin::new(tool);
    let runtime = sample::runtime();

    let mut group = criterion.benchmark_group("login");
    group.bench_function("F: the floor of a launch", |bencher| {
        bencher.iter(|| black_box(floor.validate(&token)));
    });
    group.bench_function("ours", |bencher| {
        bencher.iter(|| {
            let request = Request::get(&address).body(Full::<Bytes>::default());
            runtime.block_on(login.call(request.expect("a request")))
        });
    });
    group.finish();
}
