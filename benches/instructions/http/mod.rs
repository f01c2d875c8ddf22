//! A launch over HTTP, beside the least that one can cost on axum.
//!
//! Both servers run on a thread of their own and are posted the same launches over one connection on
//! loopback, one after another. What the kernel does is not counted.

mod ideal;
mod ours;
mod server;

use crate::{
    meter::Meter,
    sample::{self, Posts},
};

const WARM_UP: usize = 16;
const LAUNCHES: usize = 64;

/// What both servers answer to a launch.
const ANSWER: &str = "launched\n";

pub(crate) fn count(meter: &Meter) {
    if !meter.wants("http") {
        return;
    }
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let posts = Posts::new(&platform, &tool);
    let launches: Vec<_> = (0..WARM_UP + LAUNCHES)
        .map(|_| posts.next())
        .map(|post| server::to_bytes(&post.to_request(), &post.form))
        .collect();
    let (warm_up, counted) = launches.split_at(WARM_UP);
    server::count(
        meter,
        "http: ideal",
        ideal::router(&platform),
        warm_up,
        counted,
    );
    server::count(meter, "http", ours::router(&tool), warm_up, counted);
}
