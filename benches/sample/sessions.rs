//! Both layers over a handler that does nothing: launches outside, sessions inside.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use tower::Service;
use tower_layer::Layer;
use tower_lti::{LtiLaunchLayer, LtiTool, launch::ResponseBody, session::LtiSessionLayer};

use crate::{
    sample::LAUNCH_PATH,
    service::{self, Post},
};

/// What both layers make of an answer.
pub(crate) type Answer = Response<ResponseBody<ResponseBody<Full<Bytes>>>>;

pub(crate) fn layered(
    tool: &LtiTool,
) -> impl Service<
    Post,
    Response = Answer,
    Error = Infallible,
    Future: Future<Output = Result<Answer, Infallible>> + Send,
> + Clone
+ use<> {
    let sessions = LtiSessionLayer::new(tool.clone()).expect("a store of sessions");
    let launches = LtiLaunchLayer::new(tool.clone()).add_path(LAUNCH_PATH);
    launches.layer(sessions.layer(tower::service_fn(service::answer)))
}

/// A request with the session that this answer to a launch has started.
pub(crate) fn next_click(answer: &Answer) -> Post {
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    let session = cookies.find(|cookie| cookie.starts_with("__Host-lti-session-"));
    let session = session.expect("the cookie of a session");
    let request = Request::get("/page").header(header::COOKIE, session);
    request.body(Full::default()).expect("a request")
}
