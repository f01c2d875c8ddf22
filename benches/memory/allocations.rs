//! How often the allocator is asked.

use allocation_counter::measure as count;
use futures_util::FutureExt;
use http::Request;
use http_body_util::Full;
use tower::Service;

use crate::{
    sample::{self, Posts},
    service, services, sessions,
    table::{Table, Target},
};

pub(crate) fn measure(table: &mut Table) {
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let mut layered = service::layered(&tool);
    let other = Request::get("/page")
        .body(Full::default())
        .expect("a request");
    let counted = count(|| {
        let answer = layered.call(other).now_or_never();
        assert!(answer.is_some_and(|answer| answer.is_ok()));
    });
    table.gate(
        "allocations for a request that is no launch",
        counted.count_total as f64,
        Target::Exactly(0.0),
        "",
        "",
    );

    let mut with_sessions = sessions::layered(&tool);
    let other = Request::get("/page")
        .header(http::header::COOKIE, "theme=dark; lang=en")
        .body(Full::default())
        .expect("a request");
    let counted = count(|| {
        let answer = with_sessions.call(other).now_or_never();
        assert!(answer.is_some_and(|answer| answer.is_ok()));
    });
    table.gate(
        "allocations for a request without a session, where there are some",
        counted.count_total as f64,
        Target::Exactly(0.0),
        "",
        "",
    );

    let posts = Posts::new(&platform, &tool);
    let runtime = sample::runtime();
    // The first fetches the keys and creates the deployment.
    for _ in 0..2 {
        let first = layered.call(posts.next().to_request());
        assert!(runtime.block_on(first).is_ok());
    }
    let launch = posts.next().to_request();
    let counted = count(|| {
        let answer = runtime.block_on(layered.call(launch));
        assert!(answer.is_ok());
    });
    table.limit(
        "allocations for a launch in memory",
        counted.count_total as f64,
        Target::AtMost(50.0),
        "",
        &format!("({} bytes at most at once)", counted.bytes_max),
    );

    let launched = runtime.block_on(with_sessions.call(posts.next().to_request()));
    let launched = launched.unwrap_or_else(|never| match never {});
    let click = sessions::next_click(&launched);
    let counted = count(|| {
        let answer = runtime.block_on(with_sessions.call(click));
        assert!(answer.is_ok());
    });
    table.tell(
        "allocations for a request with a session in memory",
        counted.count_total as f64,
        "",
        &format!("({} bytes at most at once)", counted.bytes_max),
    );

    let platform = services::Platform::default();
    let call = services::token_call(&services::tool(platform, 1), 0);
    assert!(runtime.block_on(call.get()));
    let counted = count(|| assert_eq!(call.get().now_or_never(), Some(true)));
    table.gate(
        "allocations for an access token that is kept",
        counted.count_total as f64,
        Target::AtMost(1.0),
        "",
        "",
    );
}
