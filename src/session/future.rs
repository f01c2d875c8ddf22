//! The future of a response: unboxed for a request that has nothing to do with sessions.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::Response;
use pin_project::pin_project;

use crate::response_body::ResponseBody;

/// The future of [`LtiSessions`](crate::session::LtiSessions).
#[pin_project]
pub struct ResponseFuture<F: Future>(#[pin] Kind<F>);

/// What was answered to a request of a session.
pub(super) enum Answer<T> {
    /// What the inner service's future came to.
    Inner(T),
    Ours(Response<Bytes>),
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[pin_project(project = KindProjection)]
enum Kind<F: Future> {
    PassThrough(#[pin] F),
    Session(Boxed<Answer<F::Output>>),
}

impl<F: Future> ResponseFuture<F> {
    pub(super) fn pass_through(inner: F) -> Self {
        Self(Kind::PassThrough(inner))
    }

    pub(super) fn session(
        answer: impl Future<Output = Answer<F::Output>> + Send + 'static,
    ) -> Self {
        Self(Kind::Session(Box::pin(answer)))
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().0.project() {
            KindProjection::PassThrough(inner) => inner
                .poll(cx)
                .map(|passed| Ok(passed?.map(ResponseBody::inner))),
            KindProjection::Session(answer) => {
                answer.as_mut().poll(cx).map(|answer| match answer {
                    Answer::Inner(answer) => Ok(answer?.map(ResponseBody::inner)),
                    Answer::Ours(answer) => Ok(answer.map(ResponseBody::from)),
                })
            }
        }
    }
}

impl<F: Future> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
