//! tower-lti: the whole service, over a handler that does next to nothing.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    rc::Rc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tokio::runtime::Runtime;
use tower::{Service, ServiceExt, util::ServiceFn};
use tower_layer::Layer;
use tower_lti::{launch::LtiLaunch, testing::Platform, LaunchContext, LtiLaunchLayer, MemoryStore};

use crate::{
    contender::Contender,
    sample::{self, LAUNCH_PATH, Posts},
};

/// The handler, as a type that has a name.
type Handler = ServiceFn<fn(Request<Full<Bytes>>) -> Answer>;
type Answer = Ready<Result<Response<Full<Bytes>>, Infallible>>;

/// Launches through [`LtiLaunchLayer`], with everything that has to be kept in a [`MemoryStore`].
pub(crate) struct Ours {
    runtime: Rc<Runtime>,
    service: LtiLaunch<Handler>,
    platform: Platform,
    posts: Posts,
    requests: Vec<Request<Full<Bytes>>>,
}

impl Ours {
    pub(crate) fn new(platform: &Platform, runtime: &Rc<Runtime>) -> Self {
        let tool = sample::tool_builder(platform)
            .store(MemoryStore::default())
            .build()
            .expect("a tool");
        let handler: fn(_) -> _ = greet;
        Self {
            runtime: Rc::clone(runtime),
            service: LtiLaunchLayer::new(tool.clone())
                .add_path(LAUNCH_PATH)
                .layer(tower::service_fn(handler)),
            platform: platform.clone(),
            posts: Posts::new(platform, &tool),
            requests: Vec::new(),
        }
    }
}

/// The handler: an empty page for whoever comes with a verified launch.
fn greet(request: Request<Full<Bytes>>) -> Answer {
    let launch = request.extensions().get::<LaunchContext>();
    let mut page = Response::new(Full::default());
    if launch.is_none() {
        *page.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    ready(Ok(page))
}

impl Contender for Ours {
    fn name(&self) -> &'static str {
        "tower-lti"
    }

    fn prepare(&mut self, launches: usize) {
        self.requests = (0..launches)
            .map(|_| self.posts.next().to_request())
            .collect();
    }

    fn perform(&mut self) -> Duration {
        let begin = Instant::now();
        for request in self.requests.drain(..) {
            let service = &mut self.service;
            let Ok(page) = self
                .runtime
                .block_on(async { service.ready().await?.call(request).await });
            assert_eq!(page.status(), StatusCode::OK, "tower-lti refuses a launch");
        }
        let took = begin.elapsed();
        assert_eq!(self.platform.fetches(), 1, "the key set is kept");
        took
    }
}
