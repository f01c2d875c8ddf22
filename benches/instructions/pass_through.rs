//! A request that is no launch, beside the service without the layer.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use tower::Service;

use crate::{
    meter::Meter,
    sample,
    service::{self, Post},
};

const CALLS: usize = 1_000;

pub(crate) fn count(meter: &Meter) {
    if !meter.wants("pass_through") {
        return;
    }
    let tool = sample::tool_builder(&sample::platform())
        .build()
        .expect("a tool");
    one(
        meter,
        "pass_through: bare",
        tower::service_fn(service::answer),
    );
    one(meter, "pass_through", service::layered(&tool));
}

fn one<B: Body>(
    meter: &Meter,
    name: &str,
    mut service: impl Service<Post, Response = Response<B>, Error = Infallible>,
) {
    meter.count(name, 4, CALLS, |_| {
        let request = Request::get("/page").body(Full::<Bytes>::default());
        let answer = service.call(request.expect("a request")).now_or_never();
        drop(answer.expect("nothing waits"));
    });
}
