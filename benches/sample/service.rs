//! The layer over a handler that does nothing.

use std::{convert::Infallible, future::ready};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower::{Service, ServiceExt};
use tower_layer::Layer;
use tower_lti::{LtiLaunchLayer, LtiTool, launch::ResponseBody};

use crate::sample::LAUNCH_PATH;

/// The request that every service here takes.
pub(crate) type Post = Request<Full<Bytes>>;

/// What the layer makes of its answer.
pub(crate) type Answer = Response<ResponseBody<Full<Bytes>>>;

/// A service that answers at once.
pub(crate) async fn answer(_: Post) -> Result<Response<Full<Bytes>>, Infallible> {
    ready(Ok(Response::new(Full::default()))).await
}

/// The layer on the launch path, before [`answer`].
pub(crate) fn layered(
    tool: &LtiTool,
) -> impl Service<
    Post,
    Response = Answer,
    Error = Infallible,
    Future: Future<Output = Result<Answer, Infallible>> + Send,
> + Clone
+ use<> {
    let layer = LtiLaunchLayer::new(tool.clone()).add_path(LAUNCH_PATH);
    layer.layer(tower::service_fn(answer))
}

/// The same, as a function from a request to its answer.
pub(crate) fn service(tool: &LtiTool) -> impl AsyncFnMut(Post) -> Answer + use<> {
    let mut layered = layered(tool);
    async move |request| {
        let ready = layered.ready().await.unwrap_or_else(|never| match never {});
        ready
            .call(request)
            .await
            .unwrap_or_else(|never| match never {})
    }
}
