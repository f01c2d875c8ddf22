//! The future of a response: unboxed when the request goes by, boxed only for a launch.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Response};
use pin_project::pin_project;

use crate::tool::LtiTool;

/// The future of [`LtiLaunch`](crate::launch::LtiLaunch).
#[pin_project]
pub struct ResponseFuture<F: Future>(#[pin] Kind<F>);

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[pin_project(project = KindProjection)]
enum Kind<F: Future> {
    PassThrough(#[pin] F, Option<LtiTool>),
    Launch(Boxed<F::Output>),
}

impl<F: Future> ResponseFuture<F> {
    /// A tool with answers of its own answers where what is inside refuses with an error of ours.
    pub(super) fn pass_through(inner: F, answering: Option<LtiTool>) -> Self {
        Self(Kind::PassThrough(inner, answering))
    }

    pub(super) fn launch(launch: impl Future<Output = F::Output> + Send + 'static) -> Self {
        Self(Kind::Launch(Box::pin(launch)))
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: From<Bytes>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().0.project() {
            KindProjection::PassThrough(inner, None) => inner.poll(cx),
            KindProjection::PassThrough(inner, Some(tool)) => inner.poll(cx).map(|response| {
                let response = response?;
                Ok(tool.answer_for(response, HeaderMap::new))
            }),
            KindProjection::Launch(launch) => launch.as_mut().poll(cx),
        }
    }
}

impl<F: Future> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
