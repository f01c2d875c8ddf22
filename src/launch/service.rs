//! `LtiLaunch`: takes launches, and lets every other request through.

use std::{
    error::Error,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Buf;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body::Body;
use tower::Service;

#[cfg(feature = "axum")]
use crate::launch::missed::Missed;
use crate::{
    launch::{
        admission::Admission, config::LayerConfig, entry::Entry, handler_body, handover::Handover,
    },
    launch_context::LaunchContext,
    layer_response::{Answer, ResponseBody, ResponseFuture},
    observe::FlowSpan,
    onboarding::MissingDeployment,
};

/// Lets launches, and only launches, through to the inner service.
///
/// See the [module docs](crate::launch).
#[derive(Clone, Debug)]
pub struct LtiLaunch<S> {
    inner: S,
    config: Arc<LayerConfig>,
}

impl<S> LtiLaunch<S> {
    pub(super) fn new(inner: S, config: Arc<LayerConfig>) -> Self {
        Self { inner, config }
    }
}

impl<S, B, R> Service<Request<B>> for LtiLaunch<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Body + Unpin + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    R: Send + 'static,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let entry = Entry::of(&self.config, request.method(), request.uri());
        if entry == Entry::PassThrough {
            #[cfg(feature = "axum")]
            let mut request = request;
            #[cfg(feature = "axum")]
            Missed::note(&self.config, &mut request);
            let passing = self.inner.call(request);
            let tool = &self.config.tool;
            let answering = tool.has_own_answers().then(|| tool.clone());
            return ResponseFuture::pass_through(passing, answering);
        }
        // The ready service may hold a permit or a queue slot. It is released: this request has proven
        // nothing yet.
        self.inner = self.inner.clone();
        let (inner, config) = (self.inner.clone(), Arc::clone(&self.config));
        ResponseFuture::looked_into(admit(config, entry, request, inner))
    }
}

/// Admits a launch to the inner service, or answers in its place.
async fn admit<S, B, R>(
    config: Arc<LayerConfig>,
    entry: Entry,
    request: Request<B>,
    mut inner: S,
) -> Answer<Result<Response<R>, S::Error>>
where
    S: Service<Request<B>, Response = Response<R>>,
    B: Body + Unpin + 'static,
    B::Data: Buf,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (mut parts, mut body) = request.into_parts();
    // Not set by this layer.
    parts.extensions.remove::<LaunchContext>();
    parts.extensions.remove::<MissingDeployment>();
    let visit = FlowSpan::launch();
    let deciding = async {
        let admission = Admission {
            config: &config,
            entry,
            parts: &parts,
            visit: &visit,
        };
        let verdict = admission.decide(&mut body).await;
        Handover::of(verdict, &config, entry, &mut parts, &visit).await
    };
    let handover = visit.instrument(deciding).await;
    // The handler's time is not part of the launch's.
    visit.finish(handover.outcome);
    let clear_cookie = handover.clear_cookie;
    let form = match handover.form {
        Ok(form) => form,
        Err(mut answer) => {
            add_cookie(&mut answer, clear_cookie);
            return Answer::Ours(answer);
        }
    };
    let tool = &config.tool;
    let preferred = tool
        .has_own_answers()
        .then(|| Preferred::of(&parts.headers));
    let body = handler_body::of_form(body, form, &mut parts.headers);
    let request = Request::from_parts(parts, body);
    let answer = match poll_fn(|cx| inner.poll_ready(cx)).await {
        Ok(()) => inner.call(request).await,
        Err(error) => Err(error),
    };
    let mut response = match answer {
        Ok(response) => response,
        Err(error) => return Answer::Inner(Err(error)),
    };
    // The page is for one user.
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    let headers = || preferred.map(Preferred::into_headers).unwrap_or_default();
    if let Some(mut answer) = tool.own_answer_to(&mut response, headers) {
        add_cookie(&mut answer, clear_cookie);
        return Answer::Ours(answer);
    }
    add_cookie(&mut response, clear_cookie);
    Answer::Inner(Ok(response))
}

fn add_cookie<B>(response: &mut Response<B>, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What the browser prefers, for the answer to a handler that rejects.
struct Preferred([(HeaderName, Values); 2]);

/// The values of one header; those after the first are seldom there.
struct Values(Option<HeaderValue>, Vec<HeaderValue>);

impl Preferred {
    fn of(headers: &HeaderMap) -> Self {
        let names = [header::ACCEPT, header::ACCEPT_LANGUAGE];
        Self(names.map(|name| {
            let mut values = headers.get_all(&name).iter().cloned();
            let values = Values(values.next(), values.collect());
            (name, values)
        }))
    }

    fn into_headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, Values(first, more)) in self.0 {
            for value in first.into_iter().chain(more) {
                headers.append(name.clone(), value);
            }
        }
        headers
    }
}
