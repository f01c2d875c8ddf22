//! The future of a response: unboxed for a request that passes through, boxed only for a launch, or for one that
//! names a session.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Response};
use pin_project::pin_project;

use crate::{layer_response::ResponseBody, tool::LtiTool};

/// The future of [`LtiLaunch`](crate::launch::LtiLaunch), and of `LtiSessions` (feature `sessions`).
#[pin_project]
pub struct ResponseFuture<F: Future>(#[pin] Kind<F>);

/// What was answered to a request that a layer looked into.
pub(crate) enum Answer<T> {
    /// What the inner service's future came to.
    Inner(T),
    Ours(Response<Bytes>),
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[pin_project(project = KindProjection)]
enum Kind<F: Future> {
    PassThrough(#[pin] F, Option<LtiTool>),
    LookedInto(Boxed<Answer<F::Output>>),
}

impl<F: Future> ResponseFuture<F> {
    /// A tool with answers of its own answers where what is inside rejects with an error of ours.
    pub(crate) fn pass_through(inner: F, answering: Option<LtiTool>) -> Self {
        Self(Kind::PassThrough(inner, answering))
    }

    pub(crate) fn looked_into(
        answer: impl Future<Output = Answer<F::Output>> + Send + 'static,
    ) -> Self {
        Self(Kind::LookedInto(Box::pin(answer)))
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().0.project() {
            // By itself: a response is large, and moved here as seldom as can be.
            KindProjection::PassThrough(inner, None) => inner
                .poll(cx)
                .map(|passed| Ok(passed?.map(ResponseBody::inner))),
            KindProjection::PassThrough(inner, Some(tool)) => inner
                .poll(cx)
                .map(|passed| Ok(or_own_answer(passed?, tool))),
            KindProjection::LookedInto(answer) => {
                answer.as_mut().poll(cx).map(|answer| match answer {
                    Answer::Inner(answer) => Ok(answer?.map(ResponseBody::inner)),
                    Answer::Ours(answer) => Ok(answer.map(ResponseBody::from)),
                })
            }
        }
    }
}

/// The response, or the tool's own answer to the error in it.
fn or_own_answer<B>(mut response: Response<B>, tool: &LtiTool) -> Response<ResponseBody<B>> {
    match tool.own_answer_to(&mut response, HeaderMap::new) {
        Some(answer) => answer.map(ResponseBody::from),
        None => response.map(ResponseBody::inner),
    }
}

impl<F: Future> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
