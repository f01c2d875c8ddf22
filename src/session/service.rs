//! `LtiSessions`: the service of an `LtiSessionLayer`.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower::Service;

use crate::{
    layer_response::{Answer, ResponseBody, ResponseFuture},
    session::{
        answer::finish,
        arrival::{Arrival, Standing},
        layer::Config,
        unopened::log,
    },
};

/// Starts a session at each launch, and finds it again at each request after it.
///
/// See the [module docs](crate::session).
#[derive(Clone, Debug)]
pub struct LtiSessions<S> {
    inner: S,
    config: Arc<Config>,
}

impl<S> LtiSessions<S> {
    pub(super) fn new(inner: S, config: Arc<Config>) -> Self {
        Self { inner, config }
    }
}

impl<S, B, R> Service<Request<B>> for LtiSessions<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Send + 'static,
    R: Send + 'static,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let Some(arrival) = Arrival::of(&self.config, &mut request) else {
            return ResponseFuture::pass_through(self.inner.call(request), None);
        };
        // The ready service may hold a permit or a queue slot. It is released while the store is asked.
        self.inner = self.inner.clone();
        let (inner, config) = (self.inner.clone(), Arc::clone(&self.config));
        ResponseFuture::looked_into(serve(config, arrival, request, inner))
    }
}

/// Hands the request over with its session, and sees to what the answer needs.
async fn serve<S, B, R>(
    config: Arc<Config>,
    arrival: Arrival,
    request: Request<B>,
    mut inner: S,
) -> Answer<Result<Response<R>, S::Error>>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    let tool = &config.tool;
    let (mut parts, body) = request.into_parts();
    let standing = match arrival.settle(tool, &mut parts).await {
        Ok(standing) => standing,
        Err(error) => {
            log(tool, &error);
            return Answer::Ours(tool.error_response(&error, &parts.headers));
        }
    };
    let request = Request::from_parts(parts, body);
    let answer = match poll_fn(|cx| inner.poll_ready(cx)).await {
        Ok(()) => inner.call(request).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(mut response) => {
            finish(&config, &standing, &mut response).await;
            Answer::Inner(Ok(response))
        }
        Err(error) => {
            if let Standing::Started(session) = &standing {
                session.discard().await;
            }
            Answer::Inner(Err(error))
        }
    }
}
