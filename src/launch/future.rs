//! The future of a response: unboxed for a request that passes through, boxed only for a launch.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Response};
use pin_project::pin_project;

use crate::{launch::response_body::ResponseBody, tool::LtiTool};

/// The future of [`LtiLaunch`](crate::launch::LtiLaunch).
#[pin_project]
pub struct ResponseFuture<F: Future>(#[pin] Kind<F>);

/// What was answered to a launch.
pub(super) enum Answer<T> {
    /// What the inner service's future came to.
    Inner(T),
    Ours(Response<Bytes>),
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[pin_project(project = KindProjection)]
enum Kind<F: Future> {
    PassThrough(#[pin] F, Option<LtiTool>),
    Launch(Boxed<Answer<F::Output>>),
}

impl<F: Future> ResponseFuture<F> {
    /// A tool with answers of its own answers where what is inside rejects with an error of ours.
    pub(super) fn pass_through(inner: F, answering: Option<LtiTool>) -> Self {
        Self(Kind::PassThrough(inner, answering))
    }

    pub(super) fn launch(launch: impl Future<Output = Answer<F::Output>> + Send + 'static) -> Self {
        Self(Kind::Launch(Box::pin(launch)))
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().0.project() {
            // A response is large: on this path it is moved as seldom as can be.
            KindProjection::PassThrough(inner, answering) => inner.poll(cx).map(|passed| {
                let mut response = passed?;
                let own_answer = answering
                    .as_ref()
                    .and_then(|tool| tool.own_answer_to(&mut response, HeaderMap::new));
                Ok(match own_answer {
                    Some(answer) => answer.map(ResponseBody::from),
                    None => response.map(ResponseBody::inner),
                })
            }),
            KindProjection::Launch(launch) => launch.as_mut().poll(cx).map(|answer| match answer {
                Answer::Inner(answer) => Ok(answer?.map(ResponseBody::inner)),
                Answer::Ours(answer) => Ok(answer.map(ResponseBody::from)),
            }),
        }
    }
}

impl<F: Future> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
