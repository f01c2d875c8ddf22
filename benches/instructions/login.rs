//! A login initiation, the whole service: parameters, registration, state, cookie, redirect.

use bytes::Bytes;
use futures_util::FutureExt;
use http::Request;
use http_body_util::Full;
use tower::Service;
use tower_lti::LtiLogin;

use crate::{meter::Meter, sample};

const CALLS: usize = 200;

pub(crate) fn count(meter: &Meter) {
    if !meter.wants("login") {
        return;
    }
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let address = sample::login_address(&platform);
    let mut login = LtiLogin::new(tool);
    let runtime = sample::runtime();
    let _in_it = runtime.enter();
    let requests = |count| -> Vec<_> {
        let request = |_| Request::get(&address).body(Full::<Bytes>::default());
        (0..count).filter_map(|at| request(at).ok()).collect()
    };
    let mut requests = requests(CALLS + 4);
    meter.count("login", 4, CALLS, |_| {
        let request = requests.pop().expect("there are enough");
        let answer = login.call(request).now_or_never().expect("nothing waits");
        assert_eq!(answer.unwrap_or_else(|never| match never {}).status(), 303);
    });
}
