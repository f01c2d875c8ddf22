//! A whole launch in memory, from form to answer.

use tower::Service;

use crate::{
    meter::Meter,
    sample::{self, Posts},
    service,
};

const LAUNCHES: usize = 64;

pub(crate) fn count(meter: &Meter) {
    if !meter.wants("launch") {
        return;
    }
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let posts = Posts::new(&platform, &tool);
    // The first fetches the keys and creates the deployment.
    let mut requests: Vec<_> = (0..LAUNCHES + 4)
        .map(|_| posts.next().to_request())
        .collect();
    let mut layered = service::layered(&tool);
    let runtime = sample::runtime();
    meter.count("launch", 4, LAUNCHES, |_| {
        let request = requests.pop().expect("there are enough");
        let answer = runtime.block_on(layered.call(request));
        assert_eq!(answer.unwrap_or_else(|never| match never {}).status(), 200);
    });
}
